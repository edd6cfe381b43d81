"""What may be asked of a public address, and what of it a citation repeats."""

from datetime import date

from tracker.web.documents import Days, Document

DOCUMENT = Document(
    path="/who",
    media_type="text/html",
    render=lambda _: b"",
    days=Days(date(2024, 1, 1), date(2026, 11, 22)),
    filters=("theme", "answer"),
    private=("answer",),
)


def test_a_citation_repeats_no_answer_of_whoever_asked() -> None:
    asked = DOCUMENT.read([("answer", "yes & no"), ("theme", "to & fro"), ("as_at", "2025-02-01"), ("ref", "mail")])
    assert asked.filters["answer"] == "yes & no"
    assert asked.cited() == "theme=to+%26+fro&as_at=2025-02-01&known_at=2026-11-22"
