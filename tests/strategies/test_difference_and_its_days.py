"""Every comparison of two days agrees with what each day shows by itself."""

from collections import Counter
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, chain
from tracker.strategies.between import Between, difference_between
from tracker.strategies.dates import read_edtf
from tracker.strategies.files import Folder
from tracker.strategies.public import PublicRecord
from tracker.strategies.queries import HeadView, Record
from tracker.strategies.rules import visible
from tracker.strategies.statuses import Days
from tracker.strategies.views.announcements import announcement_view
from tracker.strategies.views.moves import only_later

TODAY = date(2026, 11, 22)


def public_of(folder: Folder) -> PublicRecord:
    """A record held in memory, with a correction and a withdrawal half way."""
    slug = folder.strategy.identity.slug
    items = [NewChange(strategy=slug, key=entry.key, fact=entry.fact) for entry in folder.history]
    staged = [e for e in folder.history if isinstance(e.fact, facts.Started | facts.Delivered)]
    for place, entry in enumerate(staged[::3]):
        day = entry.fact.known_on + timedelta(days=40)
        text = msgspec.json.decode(facts.encode_fact(entry.fact))
        fact = facts.Corrected(
            about=entry.fact.about,
            text="Corrected",
            happened_on=day.isoformat(),
            known_on=day,
            why="For this test",
            of=entry.key,
            instead=None if place % 2 else {**text, "happened_on": (entry.fact.known_on).isoformat(), "text": "Other"},
        )
        items.append(NewChange(strategy=slug, key=f"correction-{place}", fact=fact))
    changes = tuple(chain(0, "0" * 64, items, recorded_at=NOON))
    record = Record(strategy=folder.strategy, digest="", loaded_at=NOON, changes=changes)
    return PublicRecord(record, head=HeadView(changes[-1].seq, changes[-1].hash), prefix="", today=TODAY)


@pytest.mark.parametrize("name", ["kinship", "harbour"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_comparison_agrees_with_its_two_days(
    name: str, request: pytest.FixtureRequest, data: st.DataObject
) -> None:
    public = public_of(request.getfixturevalue(name))
    days = st.dates(public.days.first, public.days.last)
    since, until, known_at = sorted(data.draw(st.tuples(days, days, days)))
    between = Between(since=since, until=until, known_at=known_at)
    view = difference_between(public, between, theme=None, kinds=())
    before, after = (
        {c.seq for c in visible(public.changes, on=on, known_at=known) if not isinstance(c.fact, facts.Corrected)}
        for on, known in ((since, since), (until, known_at))
    )
    told = {item.seq for item in (*view.happened_between, *view.known_since)}
    looked = {item.seq for item in view.looked}
    new = told | looked
    gone = {c.change.details["of"] for c in view.corrections}
    assert new == after - before
    assert {change.key for change in public.changes if change.seq in before - after} <= gone
    assert (view.counts.new, view.counts.looked) == (len(told), len(looked))
    assert {item.kind for item in view.looked} <= {"reviewed"}
    assert "reviewed" not in {item.kind for item in (*view.happened_between, *view.known_since)}
    assert all(read_edtf(item.happened_on).latest > since for item in view.happened_between)
    assert all(read_edtf(item.happened_on).latest <= since for item in view.known_since)
    assert {item.number for item in view.moved}.isdisjoint(item.number for item in view.unchanged)
    assert view.counts.moved + view.counts.unchanged == len(public.numbers)
    usable: list[Counter[tuple[int, date, str]]] = [
        Counter(
            (number, item.since, item.text)
            for number in public.numbers
            for item in announcement_view(public.strategy, public.at(on, known), number).eligibility
        )
        for on, known in ((since, since), (until, known_at))
    ]
    assert Counter((item.number, item.since, item.text) for item in view.eligibility) == usable[1] - usable[0]
    assert view.counts.eligibility == len(view.eligibility)
    for item in view.unchanged:
        then, now = (
            announcement_view(public.strategy, public.at(on, known), item.number).deliverables
            for on, known in ((since, since), (until, known_at))
        )
        for old, stands in zip(then, now, strict=True):
            assert (old.stage, old.timing, old.scope) == (stands.stage, stands.timing, stands.scope)
            later = (until - since).days if stands.timing == "overdue" else 0
            assert (stands.days.max if stands.days else 0) - (old.days.max if old.days else 0) == later
    for side, on, known in (("before", since, since), ("after", until, known_at)):
        shown = {n: announcement_view(public.strategy, public.at(on, known), n) for n in public.numbers}
        for move in view.moved:
            assert getattr(move, side).status == shown[move.number].status
            of_page = {item.ref: item for item in shown[move.number].deliverables}
            for deliverable in move.deliverables:
                at = getattr(deliverable, side)
                page = of_page[deliverable.ref]
                assert (at.status_text, at.stage_text, at.timing_text, at.days, at.scope) == (
                    page.status_text, page.stage_text, page.timing_text, page.days, page.scope,
                )  # fmt: skip
                assert deliverable.because


@pytest.mark.parametrize(("after", "only"), [(41, True), (40, False), (12, False), (60, False)])
def test_only_as_many_more_days_overdue_as_passed_are_no_move(kinship: Folder, after: int, only: bool) -> None:
    board = public_of(kinship).now().announcements[9].deliverables[0]
    assert board.timing == "overdue"
    old, new = (msgspec.structs.replace(board, days=Days(days, days)) for days in (11, after))
    assert only_later(old, new, 30) is only
