"""What an organisation writes and signs about itself alone, and how it hears that the facts have moved on."""

import html
import re

import pytest

from tests.browsers import Browser, signed_in
from tests.conftest import SETTINGS, FixedClock
from tests.editing.make import changes, rows
from tests.editing.test_entry_pages import drafted, editor, publish, words
from tracker.accounts.policies import Role
from tracker.alerts.messages import Papers
from tracker.alerts.models import Delivery
from tracker.alerts.schemas import Owed
from tracker.db import Database
from tracker.editing.announce import stale_seqs
from tracker.editing.models import Draft
from tracker.messages import MESSAGES, papers_of
from tracker.strategies import facts
from tracker.web.front import Front
from tracker.web.letters import Letter
from tracker.web.secrets import Secrets

VERDICT = {
    "about": "14", "text": "Kinship thought it a good start.", "happened_on": "21 November 2026",
    "rating": "Partly met", "next": "It should be funded.", "signed": "yes",
    "url-1": "https://kinship.org.uk/guidance", "title-1": "Our view", "publisher-1": "Kinship",
}  # fmt: skip


async def author(front: Front, database: Database, name: str = "Kim", of: str = "Kinship") -> Browser:
    return await signed_in(front, database, name, Role.ORGANISATION_AUTHOR, of=of)


async def written(browser: Browser, **fields: str) -> str:
    """Write a verdict and return the address of its preview, which is open."""
    answer = await browser.send("/organisation/verdict", **{**VERDICT, **fields})
    assert answer.status_code == 303, words(answer.text)
    await browser.follow(answer)
    return str(answer.headers["location"])


def papers(clock: FixedClock) -> Papers:
    return papers_of(SETTINGS, Secrets(SETTINGS.secret.encode()), clock=clock)


async def letter(database: Database, delivery: Delivery, clock: FixedClock) -> Letter | None:
    """The mail of a delivery, as the worker writes it."""
    owed = Owed(
        id=delivery.id or 0, about=delivery.about, message=delivery.message, channel="email",
        destination_id=delivery.destination_id, first=None, last=None, attempts=0, due_at=clock(),
        address="kim@example.org", cadence="at-once", created_at=clock(), stopped=False,
    )  # fmt: skip
    async with database.reading() as db:
        return await MESSAGES[delivery.message].write(db, owed, papers(clock))


async def test_an_author_writes_signs_and_publishes_for_their_own_organisation(live: Front, database: Database) -> None:
    kim = await author(live, database)
    await kim.get("/organisation")
    assert kim.heading == "Verdicts of Kinship"
    path = await written(kim)
    assert kim.heading == "Kinship tracker: Statutory guidance: opinion of Kinship (“Partly met”)"
    await kim.follow(await publish(kim, path))
    assert kim.heading == "Verdicts of Kinship"
    fact = (await changes(database))[-1].fact
    assert isinstance(fact, facts.VerdictGiven)
    assert (fact.organisation, fact.rating, fact.next) == ("Kinship", "Partly met", "It should be funded.")
    page = words((await kim.client.get("/announcements/14")).text)
    assert "Opinion of Kinship, 21 November 2026: “Partly met” Kinship thought it a good start." in page


async def test_a_verdict_may_be_about_a_deliverable_or_a_topic_beyond_the_announcements(
    live: Front, database: Database
) -> None:
    kim = await author(live, database)
    first = await written(kim, about="3/awareness", rating="")
    await kim.follow(await publish(kim, first))
    second = await written(kim, about="", topic="Leave from work")
    assert kim.heading == "Kinship tracker: Leave from work: opinion of Kinship (“Partly met”)"
    assert "It was said on 21 November 2026." in words(kim.page)
    await kim.follow(await publish(kim, second))
    given = [change.fact for change in (await changes(database))[-2:]]
    assert [(fact.about, fact.rating, fact.topic) for fact in given if isinstance(fact, facts.VerdictGiven)] == [
        (("3/awareness",), None, None),
        ((), "Partly met", "Leave from work"),
    ]
    assert "Leave from work" in words((await kim.client.get("/about")).text)


async def test_an_unsigned_verdict_is_not_kept(front: Front, database: Database) -> None:
    kim = await author(front, database)
    answer = await kim.send("/organisation/verdict", **{**VERDICT, "signed": ""})
    assert answer.status_code == 422
    assert kim.problems == ["Tick this to sign it for Kinship"]
    assert "Kinship thought it a good start." in kim.page
    assert await rows(database, Draft) == []


async def test_nobody_writes_changes_or_publishes_another_organisations_verdict(
    front: Front, database: Database
) -> None:
    kim, flo = await author(front, database), await author(front, database, "Flo", of="Family Rights Group")
    alice = await editor(front, database)
    path = await written(kim)
    assert (await flo.send("/organisation/verdict", **VERDICT, organisation="Kinship")).status_code == 403
    for browser in (flo, alice):
        for address in (f"{path}/facts/1", f"{path}/publish", f"{path}/delete", f"{path}/take-back"):
            answer = await browser.send(address, **VERDICT, version="1", seen="1", when="now")
            assert answer.status_code == 403, address
    assert (await flo.get(path)).status_code == 403
    assert (await flo.get("/organisation")).status_code == 200
    assert "a good start" not in flo.page
    assert (await alice.get(path)).status_code == 200
    assert "Publish now" not in alice.page
    assert len(await rows(database, Draft)) == 1


async def test_an_author_does_not_touch_what_editors_write(front: Front, database: Database) -> None:
    kim, alice = await author(front, database), await editor(front, database)
    path = await drafted(alice)
    assert (await kim.get(path)).status_code == 403
    assert (await kim.send(f"{path}/delete")).status_code == 403
    was = next(c for c in await changes(database) if isinstance(c.fact, facts.Delivered))
    assert (await kim.get(f"/editor/correct?key={was.key}")).status_code == 404
    assert (await kim.get("/editor/record")).status_code == 403


async def test_an_author_corrects_their_own_verdict(live: Front, database: Database) -> None:
    kim = await author(live, database)
    path = await written(kim)
    await kim.follow(await publish(kim, path))
    (link, *_) = re.findall(r'href="(/editor/correct\?[^"]*entry-[^"]+)"', kim.page)
    await kim.get(html.unescape(link))
    key = html.unescape(link).rpartition("key=")[2]
    given = {**VERDICT, "text": "Kinship thought it a very good start.", "why": "A word was missing.", "key": key}
    answer = await kim.send("/editor/correct", **given)
    await kim.follow(answer)
    await kim.follow(await publish(kim, str(answer.headers["location"])))
    correction = (await changes(database))[-1].fact
    assert isinstance(correction, facts.Corrected)
    assert correction.instead is not None
    assert correction.instead["organisation"] == "Kinship"
    assert "a very good start" in words((await kim.client.get("/announcements/14")).text)


async def test_a_verdict_that_the_facts_overtook_is_marked_and_its_authors_are_told_by_mail(
    live: Front, database: Database, clock: FixedClock
) -> None:
    kim, alice = await author(live, database), await editor(live, database)
    path = await written(kim, about="11/conferences")
    await kim.follow(await publish(kim, path))
    given = {"kind": "delivered", "announcement": "11", "about": "11/conferences"}
    path = await drafted(alice, **given, text="Every council offers them.", happened_on="today")
    await publish(alice, path)
    await kim.get("/organisation")
    assert "The facts have moved on since. Say whether it still holds." in words(kim.page)
    owed = [row for row in await rows(database, Delivery) if row.message == "verdict-stale"]
    assert len(owed) == 1
    sent = await letter(database, owed[0], clock)
    assert sent is not None
    assert sent.subject == "The facts have moved on since Kinship judged them"
    assert (
        "- Kinship thought it a good start.\n  What moved since: Every council offers them. (22 November 2026)\n"
        "  See it on the tracker: http://tracker.test/announcements/11#"
    ) in sent.text
    assert "How far to trust silence: " in sent.text
    assert "http://tracker.test/organisation" in sent.text
    (again, *_) = re.findall(r'href="(/organisation/verdict\?[^"]*again=[^"]+)"', kim.page)
    await kim.get(html.unescape(again))
    assert "Kinship thought it a good start." in kim.page
    assert 'name="happened_on" type="text" value=""' in kim.page


async def test_of_two_verdicts_about_the_same_only_the_newer_has_to_be_looked_at_again(
    live: Front, database: Database
) -> None:
    kim, alice = await author(live, database), await editor(live, database)
    for on, text in (
        ("20 November 2026", "Kinship thought it slow."),
        ("21 November 2026", "Kinship thought it good."),
    ):
        await kim.follow(await publish(kim, await written(kim, about="11/conferences", happened_on=on, text=text)))
    given = {"kind": "delivered", "announcement": "11", "about": "11/conferences"}
    await publish(alice, await drafted(alice, **given, text="Every council offers them.", happened_on="today"))
    await kim.get("/organisation")
    marked = re.findall(r"Say whether it still holds\.(.*?)Judge again", words(kim.page))
    assert len([text for text in marked if "Kinship thought it good." in text]) == 1
    assert not [text for text in marked if "Kinship thought it slow." in text]
    (owed,) = [row for row in await rows(database, Delivery) if row.message == "verdict-stale"]
    (newer,) = [change.seq for change in await changes(database) if change.fact.text == "Kinship thought it good."]
    assert newer in stale_seqs(owed.about)
    (older,) = [change.seq for change in await changes(database) if change.fact.text == "Kinship thought it slow."]
    assert older not in stale_seqs(owed.about)


@pytest.mark.parametrize("path", ["/organisation", "/organisation/verdict"])
async def test_only_authors_reach_their_organisations_pages(front: Front, database: Database, path: str) -> None:
    alice = await editor(front, database)
    assert (await alice.get(path)).status_code == 403
    assert (await Browser(front).get(path)).status_code == 303
