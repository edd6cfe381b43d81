"""Which files there are to take away, and their addresses."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from tracker.strategies.exports import archive, badge, metadata
from tracker.strategies.exports.calendar import calendar
from tracker.strategies.exports.day import Day
from tracker.strategies.exports.happenings import CHANGES, EVIDENCE, VERDICTS
from tracker.strategies.exports.promises import ANNOUNCEMENTS, BENEFICIARIES, MILESTONES, NOTES, PLACES, STATUSES
from tracker.strategies.exports.tables import Table, write
from tracker.strategies.public import PublicRecord
from tracker.strategies.queries import ChainLink
from tracker.web.api import OPEN
from tracker.web.documents import Asked, Document, Rendering
from tracker.web.entries import CALENDAR, CSV, CSVM, SVG, ZIP
from tracker.web.layout import FRESHNESS_LINK, LICENCE_LINK

TABLES = (ANNOUNCEMENTS, MILESTONES, STATUSES, BENEFICIARIES, CHANGES, EVIDENCE, VERDICTS, PLACES, NOTES)
"""Every table that can be taken away, in the order in which a reader needs them."""
BADGE_HEADERS = {
    **OPEN,
    "link": LICENCE_LINK,
    "cache-control": "public, max-age=3600",
    "cross-origin-resource-policy": "cross-origin",
}
ARCHIVE = "archive.zip"
CALENDAR_FILE = "milestones.ics"
GROUP_FILE = "csv-metadata.json"
METADATA = "-metadata.json"
BESIDE = f".csv{METADATA}"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file to take away: its name, what it is, and how it is made."""

    name: str
    media_type: str
    title: str
    text: str
    make: Callable[[Day], bytes]


class Files:
    """The files of one day of one strategy, each made once."""

    def __init__(self, day: Day, files: Mapping[str, File]) -> None:
        self.day = day
        self._files = files
        self._made: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._made:
            self._made[name] = self._files[name].make(self.day)
        return self._made[name]


class Exports:
    """What can be taken away of one strategy's record, on any day."""

    def __init__(
        self, public: PublicRecord, *, public_url: str, operator: str, chain: Sequence[ChainLink], feed: Document
    ) -> None:
        self._public = public
        self._public_url = public_url
        self._operator = operator
        self._chain = chain
        self._feed = feed
        self.files = {file.name: file for file in self._all()}
        self.today = self._start(feed.plain())
        self._other = self.today

    def of(self, asked: Asked) -> Files:
        """The files of the day asked for: today's are kept, and those of the day asked for last."""
        for held in (self.today, self._other):
            if (held.day.on, held.day.known_at) == (asked.on, asked.known_at):
                return held
        self._other = made = self._start(asked)
        return made

    def _start(self, asked: Asked) -> Files:
        day = Day(
            self._public,
            public_url=self._public_url,
            operator=self._operator,
            on=asked.on,
            known_at=asked.known_at,
        )
        return Files(day, self.files)

    def documents(self) -> list[Document]:
        """Every address of files and badges."""
        badges: list[tuple[str, Callable[[Day], bytes]]] = [("/badge.svg", badge.of_strategy)]
        badges += [(f"/announcements/{n}/badge.svg", badge.of_announcement(n)) for n in self._public.numbers]
        return [*(self._document(file) for file in self.files.values()), *(self._badge(*each) for each in badges)]

    def _document(self, file: File) -> Document:
        def render(asked: Asked) -> Rendering:
            files = self.of(asked)
            return Rendering(body=files[file.name], headers=_headers(file, files.day))

        address = self._public.link(f"/{file.name}")
        return Document(
            path=address,
            media_type=file.media_type,
            render=render,
            days=self._public.days,
            headers=OPEN,
            later=True,
        )

    def _badge(self, path: str, make: Callable[[Day], bytes]) -> Document:
        return Document(
            path=self._public.link(path),
            media_type=SVG,
            render=lambda asked: make(self.of(asked).day),
            days=self._public.days,
            headers=BADGE_HEADERS,
        )

    def _all(self) -> list[File]:
        made = [file for table in TABLES for file in _files_of(table)]
        every = File(
            name=GROUP_FILE,
            media_type=CSVM,
            title="Metadata of all tables",
            text="What each column holds, and which columns refer to other tables (CSV on the Web).",
            make=lambda day: metadata.of_all(TABLES, day, query=day.query),
        )
        dates = File(
            name=CALENDAR_FILE,
            media_type=CALENDAR,
            title="Calendar of milestones",
            text="Every dated promise as an all-day entry, to subscribe to (iCalendar).",
            make=calendar,
        )
        whole = File(
            name=ARCHIVE,
            media_type=ZIP,
            title="Archive of everything",
            text="All of these files, each announcement as JSON, and the log with its hashes.",
            make=self._archive,
        )
        return [*made, every, dates, whole]

    def _archive(self, day: Day) -> bytes:
        files = self.of(self._asked(day))
        parts = {table.file: files[table.file] for table in TABLES}
        parts |= {f"{table.file}{METADATA}": metadata.of_table(table, day, query="") for table in TABLES}
        parts[GROUP_FILE] = metadata.of_all(TABLES, day, query="")
        parts[CALENDAR_FILE] = files[CALENDAR_FILE]
        feed = self._feed.render(self._asked(day))
        parts["changes.atom"] = feed if isinstance(feed, bytes) else feed.body
        parts |= dict(archive.announcements(day))
        parts[archive.LOG] = archive.log(day, self._chain)
        parts["LICENCE.txt"] = archive.licence(day)
        parts["README.txt"] = archive.readme(day, _contents(self.files))
        return archive.pack(parts)

    def _asked(self, day: Day) -> Asked:
        return Asked(on=day.on, known_at=day.known_at, today=self._public.days.last, filters={})


def _files_of(table: Table) -> tuple[File, File]:
    data = File(
        name=table.file,
        media_type=CSV,
        title=table.title,
        text=table.text,
        make=lambda day: write(table, table.rows(day), on=day.on, known_at=day.known_at),
    )
    described = File(
        name=f"{table.file}{METADATA}",
        media_type=CSVM,
        title=f"Metadata: {table.title}",
        text="What each column holds (CSV on the Web).",
        make=lambda day: metadata.of_table(table, day, query=day.query),
    )
    return data, described


def _contents(files: Mapping[str, File]) -> dict[str, str]:
    """What is in the archive, file by file, in words."""
    alone = [file for file in files.values() if file.name != ARCHIVE and not file.name.endswith(BESIDE)]
    return {
        **{file.name: f"{file.title}. {file.text}" for file in alone},
        f"NAME{BESIDE}": "Beside each table: what its columns hold (CSV on the Web).",
        "changes.atom": "All changes as a feed.",
        "announcements.json, announcements/NUMBER.json": "What the API says of all announcements, and of each.",
        archive.LOG: "The log: every change as it was recorded, with its hash.",
        "LICENCE.txt": "Under which terms all this may be used.",
    }


def _headers(file: File, day: Day) -> dict[str, str]:
    """Its licence, its metadata, where its freshness is told, and a name to keep it under."""
    links = [LICENCE_LINK, FRESHNESS_LINK]
    if file.media_type == CSV:
        address = f"{day.public.link(f'/{file.name}')}{METADATA}{day.query}"
        # First, since some readers look no further.
        links.insert(0, f'<{address}>; rel="describedby"; type="application/csvm+json"')
    headers = {"link": ", ".join(links)}
    if file.media_type in (CSV, ZIP):
        headers["content-disposition"] = f'attachment; filename="{_file_name(file, day)}"'
    return headers


def _file_name(file: File, day: Day) -> str:
    stem, _, ending = file.name.rpartition(".")
    stem = f"{day.public.slug}-{stem}" if file.media_type == ZIP else stem
    known = f"-known-{day.known_at}" if day.known_at not in (day.on, day.public.days.last) else ""
    return f"{stem}-{day.on}{known}.{ending}" if day.query else f"{stem}.{ending}"
