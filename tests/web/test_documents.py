"""What may be asked of a public address, and what of it a citation repeats."""

from datetime import date

from msgspec.structs import replace

from tracker.web.documents import Days, Document

DOCUMENT = Document(
    path="/who",
    media_type="text/html",
    render=lambda _: b"",
    days=Days(date(2024, 1, 1), date(2026, 11, 22)),
    filters=("answer",),
    private=True,
)


def test_a_citation_repeats_no_answer_of_whoever_asked() -> None:
    asked = DOCUMENT.read([("answer", "yes"), ("as_at", "2025-02-01")])
    assert asked.filters["answer"] == "yes"
    assert asked.cited() == "as_at=2025-02-01&known_at=2026-11-22"


def test_a_citation_repeats_whatever_else_was_asked_and_nothing_that_a_link_carried() -> None:
    public = replace(DOCUMENT, private=False)
    asked = public.read([("answer", "to & fro"), ("known_at", "2025-02-01"), ("ref", "mail")])
    assert asked.cited() == "answer=to+%26+fro&as_at=2025-02-01&known_at=2025-02-01"
