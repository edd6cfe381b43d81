"""Watched pages: a text that changed without a word is found, confirmed by a second reading, and told once."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.watch.shown import DAY, HOUR, NOW, Record, entry, source, version
from tracker.watch.schemas import Unreadable
from tracker.watch.text import digest

MINUTES = timedelta(minutes=10)
A, B, C = "Councils must publish it.", "Councils should publish it.", "Councils may publish it."
PUBLIC = NOW - 10 * DAY


class Page:
    """One watched page, read again and again."""

    def __init__(self, kind: str = "content", *rows: Any, **given: Any) -> None:
        self.spec = source(kind, **given)
        self.record = Record(*rows)
        self.now = NOW

    def shows(self, text: str, published_at: Any = PUBLIC, **given: Any) -> Any:
        self.now += HOUR
        if self.spec.kind == "page":
            published_at = None
        return self.record.read(self.spec, [entry(published_at, text=text, **given)], self.now)

    @property
    def told(self) -> list[tuple[str, bool]]:
        return [(new.version.replace(digest(B), "B").replace(digest(A), "A"), new.silent) for new in self.record.added]


def test_a_page_is_kept_as_it_was_found() -> None:
    page = Page()
    of = page.shows(A)
    assert (of.text_digest, of.doubt_digest, of.look_again_at) == (digest(A), None, None)
    (new,) = page.record.added
    assert (new.version, new.text, new.baseline, new.silent) == ("2026-11-12T12:00:00Z", A, True, False)


@pytest.mark.parametrize("kind", ["content", "page"])
def test_a_text_that_changed_without_a_word_is_doubted_first_and_told_when_it_stays(kind: str) -> None:
    page = Page(kind)
    page.shows(A)
    doubted = page.shows(B)
    assert (doubted.new, doubted.text_digest, doubted.doubt_digest) == ((), digest(A), digest(B))
    assert doubted.look_again_at == page.now + MINUTES
    (told,) = page.shows(B).new
    assert (told.version, told.silent, told.text) == (f"silent:{digest(B)}", True, B)
    assert (told.published_at, told.note, told.note_is) == (None, None, "none")
    assert told.before_id == 101
    assert page.shows(B).new == ()


def test_a_page_that_is_read_more_often_than_that_is_not_read_later_for_being_doubted() -> None:
    page = Page(every=timedelta(minutes=5))
    page.shows(A)
    assert page.shows(B).look_again_at == page.now + timedelta(minutes=5)


def test_what_a_failing_server_showed_for_a_moment_is_never_told() -> None:
    page = Page()
    for text in (A, B, A, B, C, A):
        page.shows(text)
    assert page.told == [("2026-11-12T12:00:00Z", False)]


def test_a_page_whose_file_has_changed_is_not_told_anew() -> None:
    page = Page("page")
    for text in (A, B, B):
        page.shows(text)
    told = page.told
    state = page.record.states[page.spec.key]
    page.record.states[page.spec.key] = msgspec.structs.replace(state, text_digest=None)
    assert page.shows(B).text_digest == digest(B)
    assert page.told == told


def test_an_older_version_that_a_cache_goes_on_showing_is_no_edit() -> None:
    page = Page()
    page.shows(A)
    page.shows(B, PUBLIC + DAY)
    for _ in range(3):
        stale = page.shows(A)
        assert (stale.text_digest, stale.doubt_digest, stale.look_again_at) == (digest(B), None, None)
    page.shows(B, PUBLIC + DAY)
    assert page.told == [("2026-11-12T12:00:00Z", False), ("2026-11-13T12:00:00Z", False)]


def test_a_text_that_comes_back_is_told_again() -> None:
    page = Page()
    for text in (A, B, B, A, A, B, B):
        page.shows(text)
    silent = [version for version, is_silent in page.told if is_silent]
    assert silent == ["silent:B", "silent:A", "silent:B:2"]


def test_a_public_version_explains_another_text() -> None:
    page = Page()
    page.shows(A)
    page.shows(B, NOW)
    assert page.told == [("2026-11-12T12:00:00Z", False), ("2026-11-22T12:00:00Z", False)]
    assert page.record.added[-1].before_id == 101
    page.shows(B, NOW)
    assert len(page.told) == 2


def test_a_doubt_that_a_public_version_explains_is_dropped() -> None:
    page = Page()
    page.shows(A)
    page.shows(B)
    assert page.shows(B, NOW).doubt_digest is None
    assert [silent for _, silent in page.told] == [False, False]


def test_a_public_version_that_another_source_saw_first_explains_it_and_gets_the_text() -> None:
    page = Page()
    page.shows(A)
    page.record.read(source("finder"), [entry(NOW)], page.now)
    of = page.shows(B, NOW)
    assert (of.new, of.doubt_digest, of.text_digest) == ((), None, digest(B))
    assert [(text.version, text.text) for text in of.texts] == [("2026-11-22T12:00:00Z", B)]


def test_a_page_that_tells_no_time_is_explained_by_what_a_feed_told_of_it_since() -> None:
    page = Page("page")
    page.shows(A)
    page.record.read(source("feed"), [entry(NOW)], page.now)
    of = page.shows(B)
    assert (of.new, of.doubt_digest, of.text_digest) == ((), None, digest(B))
    assert [text.version for text in of.texts] == ["2026-11-22T12:00:00Z"]
    page.shows(C)
    (told,) = page.shows(C).new
    assert told.silent is True


def test_what_a_feed_tells_while_a_page_is_in_doubt_explains_it_too() -> None:
    page = Page("page")
    page.shows(A)
    page.shows(B)
    page.record.read(source("feed"), [entry(NOW)], page.now)
    assert page.shows(B).new == ()
    assert [silent for _, silent in page.told] == [False, False]


def test_a_note_in_the_history_explains_it_though_the_public_time_stands_still() -> None:
    page = Page("content", version(PUBLIC))
    page.shows(A, history=((PUBLIC, "First published."),))
    of = page.shows(B, history=((PUBLIC, "First published."), (PUBLIC + DAY, "Added a word.")))
    assert [new.version for new in of.new] == ["2026-11-13T12:00:00Z"]
    assert (of.doubt_digest, of.text_digest) == (None, digest(B))


def test_a_withdrawal_does_not_hide_that_the_text_changed_too() -> None:
    page = Page()
    page.shows(A)
    for _ in range(2):
        page.shows(B, withdrawn=True, withdrawn_at=NOW, withdrawn_note="Why")
    assert [version for version, _ in page.told[1:]] == ["withdrawn", "silent:B"]


def test_a_first_reading_is_compared_with_the_text_that_is_on_record_of_that_version() -> None:
    page = Page("content", version(PUBLIC, text_digest=digest(A), has_snapshot=True))
    assert page.shows(B).doubt_digest == digest(B)
    (told,) = page.shows(B).new
    assert (told.silent, told.before_id) == (True, 1)


def test_a_text_that_is_read_otherwise_since_an_upgrade_is_no_edit() -> None:
    page = Page()
    page.shows(A)
    # What another release made of it is forgotten when the sources are registered.
    page.record.states["content"] = msgspec.structs.replace(page.record.states["content"], text_digest=None)
    of = page.shows(B)
    assert (of.new, of.text_digest, of.doubt_digest) == ((), digest(B), None)


def test_a_first_reading_gives_its_text_to_the_version_that_another_source_saw_first() -> None:
    page = Page("content", version(PUBLIC))
    (text,) = page.shows(A).texts
    assert (text.version, text.text, text.text_digest) == ("2026-11-12T12:00:00Z", A, digest(A))


@pytest.mark.parametrize("kind", ["content", "page"])
def test_of_a_page_that_is_not_ours_to_copy_only_the_digest_is_kept(kind: str) -> None:
    page = Page(kind, keep="hash")
    for text in (A, B, B):
        page.shows(text)
    assert [(new.text, new.text_digest) for new in page.record.added] == [(None, digest(A)), (None, digest(B))]


def test_a_page_without_times_is_one_version_until_its_text_changes() -> None:
    page = Page("page")
    for text, title in ((A, "Kinship"), (A, "Kinship | Home"), (B, "Kinship"), (B, "Kinship")):
        page.shows(text, title=title)
    assert page.told == [("digest:A", False), ("silent:B", True)]


@pytest.mark.parametrize("text", ["", "   \n"])
def test_a_page_without_text_is_no_reading(text: str) -> None:
    page = Page()
    page.shows(A)
    with pytest.raises(Unreadable, match="no text"):
        page.shows(text)
