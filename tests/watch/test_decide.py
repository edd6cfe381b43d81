"""What a reading means: which versions are new, and that one event is one row however it is shown."""

from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from tests.watch.shown import DAY, HOUR, NOW, Record, entry, known_of, source, version
from tracker.watch.decide import decide, reaches_back
from tracker.watch.schemas import Reading, Unreadable
from tracker.watch.versions import Decided, Gap, SourceState

READ = SourceState(read_at=NOW - HOUR, high_water=NOW - DAY, changed_at=NOW - DAY, began=NOW - 30 * DAY)
BST = timezone(timedelta(hours=1))


def decided(
    kind: str, *found: Any, state: SourceState = READ, known: Any = None, further: str | None = None
) -> Decided:
    reading = Reading(found=found, further=further)
    return decide(source(kind), state, reading, known or {}, now=NOW)


def names(of: Decided) -> list[str]:
    return [new.version for new in of.new]


def test_what_is_found_at_the_first_reading_is_marked_so() -> None:
    of = decided("finder", entry(NOW - DAY), state=SourceState())
    assert [(new.version, new.baseline) for new in of.new] == [("2026-11-21T12:00:00Z", True)]
    assert of.high_water == NOW - DAY
    assert of.gap is None


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(NOW.astimezone(BST), id="summer time"),
        pytest.param(NOW.replace(microsecond=754_000), id="fractions of a second"),
    ],
)
def test_however_a_moment_is_written_it_is_one_version(shown: datetime) -> None:
    assert names(decided("finder", entry(shown))) == ["2026-11-22T12:00:00Z"]
    assert names(decided("search", entry(shown), known=known_of(version(NOW)))) == []


def test_a_new_time_is_a_new_version_and_a_note_that_feeds_lack_is_asked_for_at_once() -> None:
    given = entry(NOW, note_is="awaited")
    (new,) = decided("finder", given, known=known_of(version(NOW - DAY))).new
    assert (new.version, new.note_is, new.note_due_at) == ("2026-11-22T12:00:00Z", "awaited", NOW)
    assert new.note_url == "https://www.gov.uk/api/content/guidance/kinship"


def test_a_note_that_can_be_asked_for_nowhere_is_unknown() -> None:
    (new,) = decided("feed", entry(NOW, item="example.org/a", note_is="awaited")).new
    assert (new.note_is, new.note_due_at) == ("unknown", None)


def test_a_version_from_before_anybody_watched_is_no_news_of_a_page_on_record() -> None:
    known = known_of(version(NOW - DAY))
    assert names(decided("search", entry(NOW - 40 * DAY), known=known)) == []
    assert names(decided("search", entry(NOW - 2 * DAY), known=known)) == ["2026-11-20T12:00:00Z"]
    assert names(decided("search", entry(NOW - 40 * DAY))) == ["2026-10-13T12:00:00Z"]


def test_another_title_under_the_same_time_is_no_version_of_a_page_of_govuk() -> None:
    cut = entry(NOW - DAY, title="Kinship", summary="How local…")
    assert names(decided("search", cut, known=known_of(version(NOW - DAY)))) == []
    assert names(decided("feed", cut, known=known_of(version(NOW - DAY, source="feed")))) == []


class TestAFeedThatGivesEachEntryOneTimeForGood:
    ITEM = "lawcom.gov.uk/project/kinship-care"

    def entry(self, **given: Any) -> Any:
        return entry(NOW - DAY, item=self.ITEM, **given)

    def known(self, *versions: Any) -> Any:
        return known_of(*versions, item=self.ITEM)

    def test_another_summary_under_the_same_time_is_a_version_of_its_own(self) -> None:
        known = self.known(version(NOW - DAY, source="feed"))
        (new,) = decided("feed", self.entry(summary="Now with a final report"), known=known).new
        assert new.version.startswith("2026-11-21T12:00:00Z#")
        assert len(new.version) == 29

    def test_it_is_none_when_white_space_moved_or_an_earlier_summary_came_back(self) -> None:
        record = Record()
        for summary in ("First", "  First\n", "Second", "First", "Second"):
            record.read(source("feed"), [self.entry(summary=summary)], NOW)
        assert len(record.versions) == 2

    def test_what_two_feeds_word_differently_for_good_did_not_change(self) -> None:
        record = Record()
        for _ in range(3):
            record.read(source("feed", key="one"), [self.entry(summary="An excerpt")], NOW)
            record.read(source("feed", key="two"), [self.entry(summary="Another excerpt")], NOW)
        assert len(record.versions) == 1

    @pytest.mark.parametrize("moves", ["summary", "published_at", "nothing but the digest"])
    def test_one_that_prints_the_time_it_was_asked_is_believed_24_times_and_no_more(self, moves: str) -> None:
        record = Record()
        for number in range(60):
            shown = {
                "summary": self.entry(summary=f"It is {number} past noon"),
                "published_at": entry(NOW - 2 * DAY + number * timedelta(minutes=1), item=self.ITEM),
                "nothing but the digest": entry(None, item=self.ITEM, summary=f"It is {number} past noon"),
            }[moves]
            record.read(source("feed"), [shown], NOW)
        assert 24 <= len(record.versions) <= 25


def test_a_page_of_govuk_may_have_any_number_of_versions() -> None:
    record = Record()
    for number in range(60):
        record.read(source("finder"), [entry(NOW - 60 * DAY + number * DAY)], NOW)
    assert len(record.versions) == 60


@pytest.mark.parametrize(
    "never",
    [
        pytest.param(datetime(1900, 1, 1, tzinfo=BST), id="1900"),
        pytest.param(NOW + timedelta(days=1000), id="far ahead"),
        pytest.param(None, id="no time at all"),
    ],
)
def test_an_impossible_time_is_none_and_moves_nothing(never: datetime | None) -> None:
    of = decided("feed", entry(never, first_published_at=never), entry(NOW - HOUR, item="example.org/b"))
    impossible, possible = of.new
    assert impossible.version.startswith("digest:")
    assert (impossible.published_at, impossible.first_published_at) == (None, None)
    assert possible.published_at == of.high_water == NOW - HOUR


def test_a_moment_ahead_is_believed_and_does_not_move_the_high_water_mark() -> None:
    of = decided("finder", entry(NOW + 10 * DAY), entry(NOW - DAY, item="gov.uk/b"))
    assert names(of) == ["2026-12-02T12:00:00Z", "2026-11-21T12:00:00Z"]
    assert of.high_water == NOW - DAY


def test_the_high_water_mark_never_falls() -> None:
    assert decided("finder", entry(NOW - 20 * DAY)).high_water == READ.high_water


def test_an_entry_shown_twice_in_one_window_is_one_version() -> None:
    assert len(decided("feed", *[entry(NOW - DAY)] * 3, entry(None), entry(None)).new) == 2


class TestGaps:
    def test_a_window_that_begins_after_the_last_reading_has_a_gap_before_it(self) -> None:
        of = decided("finder", entry(NOW - HOUR), entry(NOW - 2 * HOUR, item="gov.uk/b"), further="…&page=2")
        assert of.gap == Gap(since=NOW - DAY, until=NOW - 2 * HOUR)

    @pytest.mark.parametrize("kind", ["finder", "search", "legislation", "questions"])
    def test_one_with_nothing_behind_it_has_none(self, kind: str) -> None:
        assert decided(kind, entry(NOW - HOUR)).gap is None

    @pytest.mark.parametrize(
        ("entries", "gap"), [(19, None), (20, Gap(since=NOW - DAY, until=NOW - 20 * timedelta(minutes=1)))]
    )
    def test_an_organisation_shows_twenty_and_no_more(self, entries: int, gap: Gap | None) -> None:
        shown = [entry(NOW - (n + 1) * timedelta(minutes=1), item=f"gov.uk/{n}") for n in range(entries)]
        assert decided("organisation", *shown).gap == gap

    def test_a_feed_without_older_windows_may_have_pushed_something_out(self) -> None:
        assert decided("feed", entry(NOW - HOUR)).gap == Gap(since=NOW - DAY, until=NOW - HOUR)

    def test_an_entry_of_the_very_moment_that_was_the_newest_closes_it(self) -> None:
        of = decided("finder", entry(NOW - HOUR), entry(NOW - DAY, item="gov.uk/b"), further="…&page=2")
        assert of.gap is None
        assert len(of.new) == 2

    def test_order_in_the_window_does_not_matter(self) -> None:
        shown = [entry(NOW - n * HOUR, item=f"gov.uk/{n}") for n in (3, 30, 1, 2)]
        assert decided("feed", *shown).gap is None

    def test_what_is_ahead_does_not_hide_one(self) -> None:
        shown = [entry(NOW + DAY, item="gov.uk/ahead"), entry(NOW - HOUR)]
        assert decided("finder", *shown, further="…").gap == Gap(since=NOW - DAY, until=NOW - HOUR)

    def test_a_feed_without_times_has_one_when_it_shows_nothing_that_is_known(self) -> None:
        state = msgspec.structs.replace(READ, high_water=None)
        entries = [entry(None, item="example.org/1"), entry(None, item="example.org/2")]
        assert decided("feed", *entries, state=state).gap == Gap(since=NOW - HOUR, until=NOW)
        known = known_of(version(None), item="example.org/2")
        assert decided("feed", *entries, state=state, known=known).gap is None

    def test_older_windows_are_asked_for_until_one_reaches_back(self) -> None:
        near, far = entry(NOW - HOUR), entry(NOW - 2 * DAY, item="gov.uk/b")
        reaches = [
            reaches_back(source("finder"), READ, Reading(found=found, further=further), now=NOW)
            for found, further in (((near,), "…"), ((near, far), "…"), ((near,), None))
        ]
        assert reaches == [False, True, True]


class TestNothingShown:
    @pytest.mark.parametrize("kind", ["finder", "organisation", "search", "feed", "legislation"])
    def test_an_empty_window_where_there_was_something_is_no_reading(self, kind: str) -> None:
        with pytest.raises(Unreadable, match="shows no entries, and showed some before"):
            decided(kind)

    def test_it_may_be_empty_from_the_start(self) -> None:
        assert decided("feed", state=SourceState(read_at=NOW)) == Decided()

    @pytest.mark.parametrize("kind", ["questions", "statements"])
    def test_parliament_may_be_in_recess(self, kind: str) -> None:
        assert decided(kind).high_water == READ.high_water


def test_a_version_on_record_that_goes_into_history_mode_is_flagged_once_and_no_event() -> None:
    gone = entry(NOW - DAY, historic=True)
    of = decided("search", gone, known=known_of(version(NOW - DAY)))
    assert (of.new, of.found_historic) == ((), (("gov.uk/guidance/kinship", "2026-11-21T12:00:00Z"),))
    assert decided("search", gone, known=known_of(version(NOW - DAY, historic=True))).found_historic == ()
    assert decided("finder", entry(NOW - DAY), known=known_of(version(NOW - DAY, historic=True))).found_historic == ()


class TestWithdrawal:
    def test_a_page_found_withdrawn_at_the_first_reading_is_flagged_and_no_event(self) -> None:
        (new,) = decided("search", entry(NOW - DAY, withdrawn=True), state=SourceState()).new
        assert (new.version, new.withdrawn) == ("2026-11-21T12:00:00Z", True)

    def test_a_known_page_that_is_withdrawn_is_one_event_whose_reason_is_asked_for(self) -> None:
        record = Record(version(NOW - DAY))
        for _ in range(3):
            record.read(source("search"), [entry(NOW - DAY, withdrawn=True, note="Old", note_is="known")], NOW)
        (event,) = record.added
        assert (event.version, event.withdrawn, event.published_at) == ("withdrawn", True, None)
        assert (event.note, event.note_is, event.note_due_at) == (None, "awaited", NOW)

    def test_the_content_api_tells_when_and_why_at_once(self) -> None:
        why = {"withdrawn": True, "withdrawn_at": NOW - HOUR, "withdrawn_note": "Replaced."}
        record = Record(version(NOW - DAY))
        record.read(source("content"), [entry(NOW - DAY, text="Text", **why)], NOW)
        (event,) = record.added
        assert (event.published_at, event.note, event.note_is) == (NOW - HOUR, "Replaced.", "known")

    def test_published_and_withdrawn_between_two_readings_is_two_events(self) -> None:
        new = decided("search", entry(NOW - HOUR, withdrawn=True)).new
        assert [(each.version, each.withdrawn) for each in new] == [
            ("2026-11-22T11:00:00Z", False),
            ("withdrawn", True),
        ]

    def test_sources_that_are_set_up_together_found_it_so_in_whichever_order(self) -> None:
        shows = [("finder", entry(NOW - DAY)), ("search", entry(NOW - DAY, withdrawn=True))]
        for order in (shows, shows[::-1]):
            record = Record()
            for kind, shown in order:
                record.read(source(kind), [shown], NOW)
            assert record.versions == {"2026-11-21T12:00:00Z"}
            assert record.withdrawn == {"gov.uk/guidance/kinship"}
            record.read(source("search"), [shows[1][1]], NOW + HOUR)
            assert len(record.versions) == 1

    def test_a_source_that_is_added_later_finds_an_event(self) -> None:
        record = Record(version(NOW - DAY, baseline=True, seen_at=NOW - 10 * DAY))
        record.read(source("search"), [entry(NOW - DAY, withdrawn=True)], NOW)
        assert [event.version for event in record.added] == ["withdrawn"]

    def test_a_page_put_back_and_withdrawn_again_is_two_more_events(self) -> None:
        record, page = Record(version(NOW - DAY)), source("content")
        for withdrawn in (False, True, False, False, True):
            at = {"withdrawn_at": NOW, "withdrawn_note": "Why"} if withdrawn else {}
            record.read(page, [entry(NOW - DAY, text="Text", withdrawn=withdrawn, **at)], NOW)
        assert [event.version for event in record.added] == ["withdrawn", "restored", "withdrawn:2"]

    def test_a_source_that_does_not_tell_puts_nothing_back_nor_one_that_lags_behind(self) -> None:
        record = Record(version(NOW - DAY))
        record.read(source("search"), [entry(NOW - DAY, withdrawn=True)], NOW)
        for kind in ("finder", "search", "organisation"):
            record.read(source(kind), [entry(NOW - DAY)], NOW)
        record.read(source("content"), [entry(NOW - DAY, text="Kept for minutes by a cache")], NOW)
        assert [event.version for event in record.added] == ["withdrawn"]


class TestHistory:
    NOTES = ((NOW - 400 * DAY, "First published."), (NOW - 3 * DAY, "Added a table."), (NOW - HOUR, "Added a form."))

    def test_versions_that_no_source_showed_in_time_are_put_on_record_with_their_notes(self) -> None:
        shown = entry(NOW - HOUR, text="Text", history=self.NOTES, note="Added a form.", note_is="known")
        of = decided("content", shown, known=known_of(version(NOW - 400 * DAY)))
        assert {new.version: (new.note, new.note_is, new.text) for new in of.new} == {
            "2026-11-22T11:00:00Z": ("Added a form.", "known", "Text"),
            "2026-11-19T12:00:00Z": ("Added a table.", "known", None),
        }

    def test_what_is_older_than_our_watching_is_left_alone(self) -> None:
        shown = entry(NOW - HOUR, text="Text", history=self.NOTES)
        assert names(decided("content", shown)) == ["2026-11-22T11:00:00Z", "2026-11-19T12:00:00Z"]
        assert names(decided("content", shown, state=SourceState(began=NOW - DAY))) == ["2026-11-22T11:00:00Z"]
        assert names(decided("content", shown, state=SourceState())) == ["2026-11-22T11:00:00Z"]

    def test_an_entry_without_words_is_a_version_whose_note_is_unknown(self) -> None:
        shown = entry(NOW - HOUR, text="Text", history=((NOW - DAY, ""), (NOW - HOUR, "Added a form.")))
        assert [(new.note, new.note_is) for new in decided("content", shown).new][1] == (None, "unknown")


def test_a_note_that_one_source_asks_for_is_taken_from_another_that_gives_it() -> None:
    known = known_of(version(NOW - DAY, note_is="awaited"))
    of = decided("search", entry(NOW - DAY, note="Added a table.", note_is="known"), known=known)
    assert [(each.version, each.note) for each in of.learned] == [("2026-11-21T12:00:00Z", "Added a table.")]
    of = decided("search", entry(NOW - HOUR, note="Added a form.", note_is="known"), known=known)
    assert of.learned == ()
