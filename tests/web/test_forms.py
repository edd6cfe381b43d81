"""What was typed: what a line is, and what cannot be kept, whatever a program makes of it."""

import pytest

from tracker.web.forms import Form

LINE_ENDS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
UNSHOWN = ["\x00", "\x01", "\x08", "\x1b", "\x1f", "\x7f", "\x9b", "\u202e", "\u2066", "\ufeff", "\uffff"]


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_a_line_has_no_end_in_it_that_any_program_knows(end: str) -> None:
    form = Form([("name", f"Alice{end}Bcc: bob@example.org")])
    form.line("name", label="The name")
    assert form.error("name") == "The name must be one line"
    assert form.value("name") == f"Alice{end}Bcc: bob@example.org"


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_a_text_has_one_kind_of_line_end(end: str) -> None:
    form = Form([("text", f"one{end}two")])
    assert (form.text("text"), form.errors) == ("one\ntwo", [])


@pytest.mark.parametrize("letter", UNSHOWN, ids=ascii)
def test_what_cannot_be_shown_or_makes_text_read_otherwise_is_refused(letter: str) -> None:
    form = Form([("text", f"one{letter}two")])
    form.text("text", label="The text")
    assert form.error("text") == "The text has characters that cannot be shown: type it again"


def test_other_languages_are_text() -> None:
    typed = "Llŷn, żółć, שלום, 日本, 👩‍👩‍👧, a\tb"
    form = Form([("text", typed)])
    assert (form.text("text"), form.line("text"), form.errors) == (typed, typed, [])
