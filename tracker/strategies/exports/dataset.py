"""The record as one data set, for programs that look for data (schema.org)."""

from tracker.strategies.exports.files import ARCHIVE, CALENDAR_FILE, TABLES, Exports
from tracker.web.documents import Asked
from tracker.web.layout import LICENCE_URL


def dataset(exports: Exports, asked: Asked) -> dict[str, object]:
    """What it holds, under which terms, and where each file is."""
    day = exports.of(asked).day
    identity = day.strategy.identity
    names = [ARCHIVE, *(table.file for table in TABLES), CALENDAR_FILE]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": identity.tracker_name,
        "description": f"What was promised in “{identity.full_title}”, what has happened since with the evidence, "
        "what is late, and what is next.",
        "url": f"{day.address('/downloads')}{day.query}",
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "dateModified": day.public.recorded_on.isoformat(),
        "temporalCoverage": f"{day.public.days.first}/{day.on}",
        "spatialCoverage": identity.geography,
        "creator": {"name": day.operator},
        "publisher": {"name": day.operator},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": exports.files[name].title,
                "encodingFormat": exports.files[name].media_type.partition(";")[0],
                "contentUrl": f"{day.address(f'/{name}')}{day.query}",
            }
            for name in names
        ],
    }
