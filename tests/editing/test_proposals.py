"""What accepting fills in: who did what, on which day, in the source's exact words, and nothing that is not known."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import NOON
from tracker.editing.queue.proposals import evidence, proposal, quotation, sentence
from tracker.editing.queue.schemas import Sighted, Suggested
from tracker.watch.difference import words

TODAY = date(2026, 11, 22)
SUMMARY = "Read this first. Councils must publish a kinship local offer by April. It replaces the guidance of 2011."


def sighted(**given: Any) -> Sighted:
    values = {
        "id": 1,
        "item": "gov.uk/a",
        "version": "2026-11-20T00:01:00Z",
        "url": "https://www.gov.uk/a",
        "title": "Kinship care",
        "summary": SUMMARY,
        "publisher": "Department for Education",
        "document_type": "guidance",
        "published_at": NOON - timedelta(days=2),
        "first_published_at": None,
        "seen_at": NOON,
        "source": "dfe",
        "source_title": "DfE guidance",
        "source_link": "https://www.gov.uk/search",
        "note": "Added a section.",
        "note_is": "known",
        "silent": False,
        "withdrawn": False,
        "historic": False,
        "baseline": False,
        "put_off": False,
        "offered": True,
        "decision_id": None,
        "before_id": None,
        "snapshot": None,
        **given,
    }
    return Sighted(**values)


def suggested(*reasons: str) -> tuple[Suggested, ...]:
    return (Suggested(strategy="championing-kinship-care", announcement=14, score=0.9, reasons=reasons),)


DFE = "Department for Education"
UNKNOWN = {"note": None, "note_is": "unknown"}
NONE = {"note": None, "note_is": "none"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Department for Education updated “Kinship care”: “Added a section.”"),
        ({"note": "First published."}, "Department for Education published “Kinship care”."),
        ({"before_id": 7, "note": "First published."}, f"{DFE} updated “Kinship care”: “First published.”"),
        (NONE, "Department for Education published “Kinship care”."),
        ({**NONE, "before_id": 7}, "Department for Education published “Kinship care”."),
        (UNKNOWN, "Department for Education updated “Kinship care”."),
        ({"note": None, "note_is": "awaited"}, "Department for Education updated “Kinship care”."),
        ({"note": "Long. " * 60}, "Department for Education updated “Kinship care”."),
        ({"note": "Two\nlines"}, "Department for Education updated “Kinship care”: “Two lines”"),
        ({**NONE, "silent": True}, "The text of “Kinship care” changed without a public note."),
        ({**NONE, "version": "withdrawn", "withdrawn": True}, "Department for Education withdrew “Kinship care”."),
        ({"publisher": ""}, "DfE guidance updated “Kinship care”: “Added a section.”"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_happened_as_far_as_it_is_known(given: dict[str, Any], said: str) -> None:
    assert sentence(sighted(**given)) == said


def test_the_change_note_is_quoted_where_there_is_one() -> None:
    assert quotation(sighted(note=" Added a section. ")) == "Added a section."


@pytest.mark.parametrize(
    ("given", "text", "quoted"),
    [
        (
            {"suggestions": suggested("The summary says “kinship local offer”.")},
            "",
            "Councils must publish a kinship local offer by April.",
        ),
        ({"suggestions": suggested("It is by the department.")}, "", "Read this first."),
        (
            {"suggestions": suggested("The text says “Allowance”."), "summary": "A page."},
            "Contents\nEach carer gets an allowance of £10. More follows.",
            "Each carer gets an allowance of £10.",
        ),
        ({"summary": ""}, "", ""),
    ],
)
def test_without_a_note_it_is_the_first_sentence_that_made_the_match(
    given: dict[str, Any], text: str, quoted: str
) -> None:
    found = sighted(**UNKNOWN, **given)
    assert quotation(found, text) == quoted
    assert quoted in f"{found.summary}\n{text}"


def test_of_a_silent_edit_it_is_what_was_put_in() -> None:
    difference = words("It begins in spring 2026.", "It begins in autumn 2027.")
    assert quotation(sighted(**NONE, silent=True, difference=difference)) == "autumn 2027."


def test_a_quotation_that_is_too_long_ends_between_words_and_stays_exact() -> None:
    note = "word " * 400
    quoted = quotation(sighted(note=note))
    assert 900 < len(quoted) <= 1000
    assert note.startswith(quoted)
    assert quoted.endswith("word")


@pytest.mark.parametrize(
    ("given", "day", "dated"),
    [
        ({}, "2026-11-20", "2026-11-20"),
        ({"published_at": datetime(2026, 7, 1, 23, 30, tzinfo=UTC)}, "2026-07-02", "2026-07-02"),
        ({"published_at": NOON + timedelta(days=9)}, "2026-11-22", "2026-12-01"),
    ],
)
def test_the_day_is_that_of_publication_in_london(given: dict[str, Any], day: str, dated: str) -> None:
    entry = proposal(sighted(**given), [14, 1], today=TODAY)
    (fact,) = entry.facts
    assert (fact.about, fact.happened_on, fact.known_on, fact.inferred) == (("14", "1"), day, TODAY, None)
    assert entry.evidence[0].dated == dated


@pytest.mark.parametrize(
    "given",
    [
        {"published_at": None},
        {**NONE, "silent": True},
        {**NONE, "version": "withdrawn", "published_at": None},
    ],
)
def test_where_only_we_know_the_day_the_entry_says_so(given: dict[str, Any]) -> None:
    (fact,) = proposal(sighted(**given), [14], today=TODAY).facts
    assert fact.inferred == "The day is the one on which we saw it; it happened on that day or before."


def test_what_is_not_known_is_said_and_not_guessed() -> None:
    found = evidence(sighted(**UNKNOWN, historic=True, withdrawn=True))
    assert found.note == (
        "The page is withdrawn. It was published under an earlier government. What changed was not said where we "
        "read it."
    )
    assert evidence(sighted()).note is None


def test_an_address_that_nobody_can_follow_is_no_evidence() -> None:
    assert evidence(sighted(url="javascript:alert(1)")).url is None


def test_a_title_that_is_too_long_is_cut_between_words_and_says_so() -> None:
    found = evidence(sighted(title="Guidance " * 60))
    assert len(found.title) <= 300
    assert found.title.endswith("Guidance…")
