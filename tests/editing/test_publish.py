"""Publishing: one transaction, once, decided on the record as it stands when it is due."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlmodel import select

from tests.alerts.make import follower
from tests.conftest import NOON, FixedClock
from tests.editing.make import SLUG, changes, delivered, entry, noted, person, rows
from tracker.accounts.models import Audited
from tracker.accounts.policies import Role
from tracker.alerts.models import Delivery, Destination
from tracker.db import Database
from tracker.editing import actions
from tracker.editing.announce import stale_seqs
from tracker.editing.jobs import publish_due
from tracker.editing.models import Draft
from tracker.editing.schemas import Entry
from tracker.errors import Conflict
from tracker.strategies import facts
from tracker.strategies.checks import record_problems, search_problems
from tracker.strategies.models import Head, Publication, PublicationTopic
from tracker.strategies.publications import content_of

HOLD = timedelta(minutes=10)


async def held(database: Database, content: Entry, *, hold: timedelta = HOLD, seen: int | None = None) -> int:
    """An entry of an editor that is to be published when its hold ends."""
    async with database.writing() as db:
        editor = await person(db, f"Alice{len(await audited(database))}", Role.EDITOR)
        draft = await actions.start(db, content, strategy=SLUG, by=editor, now=NOON)
        end = (await db.exec(select(Head.seq))).one()
        await actions.hold(
            db, draft.id or 0, version=1, seen=end if seen is None else seen, until=NOON + hold, by=editor, now=NOON
        )
        return draft.id or 0


async def audited(database: Database) -> list[str]:
    return [line.did for line in await rows(database, Audited)]


async def end_of(database: Database) -> int:
    async with database.reading() as db:
        return (await db.exec(select(Head.seq))).one()


async def test_nothing_is_public_or_owed_until_the_hold_ends(database: Database) -> None:
    clock, before = FixedClock(), await end_of(database)
    async with database.writing() as db:
        await follower(db, "ann@example.org")
    await held(database, entry(delivered("1/evaluation")))
    clock.move(HOLD - timedelta(seconds=1))
    assert await publish_due(database, clock) == "0 entries published, 0 given back"
    assert await changes(database, after=before) == []
    assert await rows(database, Delivery) == []
    clock.move(timedelta(seconds=1))
    assert await publish_due(database, clock) == "1 entry published, 0 given back"
    (change,) = await changes(database, after=before)
    assert change.fact.known_on == clock().date()
    assert change.recorded_at == clock()
    assert [row.about for row in await rows(database, Delivery)] == ["publication:1"]


async def test_a_publication_says_where_it_stood_and_where_it_stands_and_whom_it_concerns(database: Database) -> None:
    await held(database, entry(delivered("14/guidance", on="2026-11-20")), hold=timedelta(0))
    async with database.writing() as db:
        (draft,) = (await db.exec(select(Draft))).all()
        returned = await actions.publish(db, draft.id or 0, by=None, now=NOON)
    assert returned is not None
    assert returned.returned is None
    (row,) = await rows(database, Publication)
    assert row.key == returned.changes[0].key
    assert (row.first_seq, row.last_seq) == (returned.changes[0].seq,) * 2
    async with database.reading() as db:
        topics = {item.topic for item in (await db.exec(select(PublicationTopic))).all()}
    assert {"all", f"all/{SLUG}", f"announcement/{SLUG}/14", f"kind/{SLUG}/facts"} <= topics
    assert content_of(row).kinds == ("delivered",)


async def test_one_update_about_two_announcements_with_shared_evidence_is_one_change_and_one_message(
    database: Database,
) -> None:
    before = await end_of(database)
    async with database.writing() as db:
        await follower(db, "ann@example.org", [f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"])
    await held(database, entry(noted("13", "14")), hold=timedelta(0))
    await publish_due(database, FixedClock())
    (change,) = await changes(database, after=before)
    assert change.fact.about == ("13", "14")
    assert [item.url for item in change.fact.evidence] == ["https://www.gov.uk/report"]
    assert len(await rows(database, Delivery)) == 1


async def test_several_facts_of_one_entry_are_several_changes_and_one_message(database: Database) -> None:
    before = await end_of(database)
    async with database.writing() as db:
        await follower(db, "ann@example.org")
    await held(database, entry(delivered("1/evaluation"), noted("13", text="Another page.")), hold=timedelta(0))
    await publish_due(database, FixedClock())
    new = await changes(database, after=before)
    assert [change.key.removeprefix(new[0].key) for change in new] == ["", "-2"]
    assert len(await rows(database, Publication)) == len(await rows(database, Delivery)) == 1


async def test_a_message_about_facts_of_different_days_gives_each_its_own(database: Database) -> None:
    first, second = delivered("1/evaluation", on="2026-11-01"), noted("13", text="Another page.")
    await held(database, entry(first, second), hold=timedelta(0))
    await publish_due(database, FixedClock())
    (row,) = await rows(database, Publication)
    assert "It was delivered. It happened on 1 November 2026." in row.text
    assert "Another page. It happened on 20 November 2026." in row.text
    assert row.text.count("It happened") == 2


async def test_publishing_twice_is_once(database: Database) -> None:
    before = await end_of(database)
    draft_id = await held(database, entry(noted("14")), hold=timedelta(0))

    async def attempt() -> object:
        async with database.writing() as db:
            return await actions.publish(db, draft_id, by=None, now=NOON)

    done = await asyncio.gather(*(attempt() for _ in range(4)))
    assert sum(item is not None for item in done) == 1
    assert len(await changes(database, after=before)) == 1
    assert await attempt() is None


async def test_a_failure_on_the_way_leaves_nothing_of_it(database: Database) -> None:
    before = await end_of(database)
    draft_id = await held(database, entry(noted("14")), hold=timedelta(0))

    async def fail() -> None:
        async with database.writing() as db:
            await actions.publish(db, draft_id, by=None, now=NOON)
            raise Conflict("the connection was lost")

    with pytest.raises(Conflict):
        await fail()
    assert await changes(database, after=before) == []
    assert await rows(database, Publication) == []
    assert len(await rows(database, Draft)) == 1


async def test_what_came_on_record_meanwhile_sends_an_entry_back_to_its_author_with_the_reason(
    database: Database,
) -> None:
    draft_id = await held(database, entry(delivered("14/guidance", on="2026-11-19")), hold=timedelta(0))
    other = await held(
        database, entry(delivered("14/guidance", on="2026-11-20", text="Bob’s news.")), hold=timedelta(0)
    )
    async with database.writing() as db:
        assert (await actions.publish(db, other, by=None, now=NOON)).returned is None  # type: ignore[union-attr]
    before = await end_of(database)
    assert await publish_due(database, FixedClock()) == "0 entries published, 1 given back"
    (draft,) = await rows(database, Draft)
    assert draft.id == draft_id
    assert draft.publish_at is None
    assert "“Bob’s news.” came on record on 22 November 2026" in draft.returned_because
    assert await changes(database, after=before) == []
    assert "was given an entry back" in await audited(database)


async def test_what_came_about_something_else_is_in_nobodys_way(database: Database) -> None:
    await held(database, entry(delivered("14/guidance", on="2026-11-19")), hold=timedelta(0))
    await held(database, entry(delivered("1/evaluation")), hold=timedelta(0))
    assert await publish_due(database, FixedClock()) == "2 entries published, 0 given back"


async def test_a_draft_that_was_taken_back_or_deleted_is_remembered_by_the_audit_alone(database: Database) -> None:
    before = await end_of(database)
    first, second = [await held(database, entry(noted("14")), hold=timedelta(0)) for _ in range(2)]
    async with database.writing() as db:
        await actions.take_back(db, first, by=1, now=NOON)
        await actions.delete(db, second, by=1, now=NOON)
    assert await publish_due(database, FixedClock()) == "0 entries published, 0 given back"
    assert await changes(database, after=before) == []
    assert await rows(database, Publication) == []
    assert [row.id for row in await rows(database, Draft)] == [first]
    assert (await audited(database))[-2:] == ["took an entry back", "deleted an entry"]


async def test_a_search_that_found_nothing_is_on_record_and_sends_no_message(database: Database) -> None:
    before = await end_of(database)
    async with database.writing() as db:
        await follower(db, "ann@example.org")
    looked = facts.Reviewed(
        about=(), text="Looked and found nothing.", happened_on="2026-11-22", known_on=NOON.date(), looked=("GOV.UK",)
    )
    await held(database, Entry(facts=(looked,)), hold=timedelta(0))
    await publish_due(database, FixedClock())
    assert [change.fact.text for change in await changes(database, after=before)] == ["Looked and found nothing."]
    assert await rows(database, Publication) == []
    assert await rows(database, Delivery) == []


async def corrected(database: Database, minor: bool, **altered: str) -> str | None:
    """Publish a correction of the delivery of the statutory guidance; returns why it came back, if it did."""
    was = next(
        c for c in await changes(database) if isinstance(c.fact, facts.Delivered) and "14/guidance" in c.fact.about
    )
    instead = msgspec.json.decode(facts.encode_fact(msgspec.structs.replace(was.fact, **altered)))  # type: ignore[type-var]
    fact = facts.Corrected(
        about=was.fact.about, text="Corrected.", happened_on="2026-11-22", known_on=NOON.date(),
        why="A slip.", of=was.key, instead=instead,
    )  # fmt: skip
    draft_id = await held(database, Entry(facts=(fact,), minor=minor), hold=timedelta(0))
    async with database.writing() as db:
        done = await actions.publish(db, draft_id, by=None, now=NOON)
    assert done is not None
    return done.returned


async def test_a_minor_correction_is_on_record_and_sends_no_message(database: Database) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org")
    assert await corrected(database, minor=True, text="The guidance was published, in other words.") is None
    assert await rows(database, Delivery) == []
    assert isinstance((await changes(database))[-1].fact, facts.Corrected)


async def test_a_correction_that_moves_a_status_cannot_be_minor(database: Database) -> None:
    returned = await corrected(database, minor=True, happened_on="2024-05-30")
    assert returned is not None
    assert "It changes a status" in returned


async def test_a_correction_that_shows_a_date_was_kept_withdraws_its_overdue_notice(database: Database) -> None:
    assert await corrected(database, minor=False, happened_on="2024-05-30") is None
    correction, withdrawal = (await changes(database))[-2:]
    assert withdrawal.fact.text == "Overdue notice withdrawn"
    (row,) = await rows(database, Publication)
    assert row.subject == "Kinship tracker: Statutory guidance: delivered late → delivered"
    assert (row.first_seq, row.last_seq) == (correction.seq, correction.seq)


async def test_the_record_is_whole_and_can_be_searched_after_publishing(database: Database) -> None:
    await corrected(database, minor=False, happened_on="2024-05-30")
    await held(database, entry(delivered("1/evaluation")), hold=timedelta(0))
    await publish_due(database, FixedClock())
    async with database.reading() as db:
        assert await record_problems(db, today=NOON.date()) == []
        assert await search_problems(db) == []


async def test_an_organisation_is_told_by_mail_when_the_fact_it_judged_has_moved(database: Database) -> None:
    async with database.writing() as db:
        await person(db, "Kim", (Role.ORGANISATION_AUTHOR, "Kinship"))
        await person(db, "Flo", (Role.ORGANISATION_AUTHOR, "Family Rights Group"))
    verdict = facts.VerdictGiven(
        about=("14",),
        text="Kinship welcomed it.",
        happened_on="2026-11-21",
        known_on=NOON.date(),
        organisation="Kinship",
    )
    await held(database, entry(verdict), hold=timedelta(0))
    await publish_due(database, FixedClock())
    assert await rows(database, Delivery) == []
    given = (await changes(database))[-1].seq
    await held(database, entry(delivered("14/guidance", on="2026-11-22")), hold=timedelta(0))
    await publish_due(database, FixedClock())
    (owed,) = await rows(database, Delivery)
    assert (owed.message, owed.bulk) == ("verdict-stale", False)
    assert given in stale_seqs(owed.about)
    (destination,) = await rows(database, Destination)
    assert destination.address == "kim@example.org"


async def test_an_entry_that_cannot_even_be_read_goes_back_and_keeps_no_other_waiting(database: Database) -> None:
    broken = await held(database, entry(noted("14")), hold=timedelta(0))
    await held(database, entry(noted("13")), hold=timedelta(0))
    async with database.writing() as db:
        draft = await db.get(Draft, broken)
        assert draft is not None
        draft.content = "{"
        db.add(draft)
    assert await publish_due(database, FixedClock()) == "1 entry published, 1 given back"
    (draft,) = await rows(database, Draft)
    assert draft.id == broken
    assert draft.returned_because.startswith("It could not be published because of a fault in the tracker.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (Entry(), "There is no fact in it yet."),
        (Entry(facts=(noted("14"),)), "“Context” needs evidence"),
        (entry(delivered("99/nothing")), "names reference “99/nothing”, which does not exist"),
        (entry(delivered("14")), "must be about deliverables, not “14”"),
        (entry(noted("14"), minor=True), "Only a correction can be minor"),
        (entry(delivered("14/guidance", on="2024-10-11")), "is on record already"),
    ],
)
async def test_what_is_wrong_with_an_entry_is_told_and_not_published(
    database: Database, content: Entry, said: str
) -> None:
    before = await end_of(database)
    await held(database, content, hold=timedelta(0))
    assert await publish_due(database, FixedClock()) == "0 entries published, 1 given back"
    (draft,) = await rows(database, Draft)
    assert said in draft.returned_because
    assert await changes(database, after=before) == []
