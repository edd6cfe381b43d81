"""An editor at work: from “what happened?” to what is public, and back where it must not be."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.fakes import QUICK, Recorder
from tests.alerts.make import SLUG, follower
from tests.browsers import Browser, signed_in
from tests.conftest import SETTINGS, FixedClock
from tests.editing.make import changes, rows
from tracker.accounts.models import Audited
from tracker.accounts.policies import Role
from tracker.alerts.compose import Composer
from tracker.alerts.messages import Papers
from tracker.alerts.models import Delivery
from tracker.alerts.sender import Sender
from tracker.db import Database
from tracker.editing.jobs import publish_due
from tracker.editing.models import Draft
from tracker.messages import MESSAGES, papers_of
from tracker.strategies import facts
from tracker.web.front import Front
from tracker.web.letters import MANAGE
from tracker.web.secrets import Secrets

EVIDENCE = {
    "url-1": "https://www.gov.uk/government/publications/guidance",
    "title-1": "Kinship care guidance",
    "publisher-1": "Department for Education",
    "dated-1": "20 November 2026",
}
NOTED = {
    "kind": "noted", "announcement": ["13", "14"], "about": ["13", "14"],
    "text": "The department published a page about both.", "happened_on": "20 November 2026", **EVIDENCE,
}  # fmt: skip


def live_papers(clock: FixedClock) -> Papers:
    """What the worker of this site writes with."""
    return papers_of(SETTINGS, Secrets(SETTINGS.secret.encode()), clock=clock)


def words(page: str) -> str:
    """What a page says, without its marks."""
    inner = page.split('<main class="govuk-main-wrapper"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", inner)))


async def editor(front: Front, database: Database, name: str = "Alice") -> Browser:
    return await signed_in(front, database, name, Role.EDITOR)


async def drafted(browser: Browser, **fields: Any) -> str:
    """Record something and return the address of its preview, which is open."""
    answer = await browser.send("/editor/record", **{**NOTED, **fields})
    assert answer.status_code == 303, words(answer.text)
    await browser.follow(answer)
    return str(answer.headers["location"])


def hidden(browser: Browser, name: str) -> str:
    """A hidden field of the page that is open."""
    return re.findall(rf'name="{name}" value="([^"]*)"', browser.page)[0]


async def publish(browser: Browser, path: str, when: str = "now") -> Any:
    return await browser.send(
        f"{path}/publish", version=hidden(browser, "version"), seen=hidden(browser, "seen"), when=when
    )


async def test_three_pages_lead_from_what_happened_to_what_is_public(live: Front, database: Database) -> None:
    alice = await editor(live, database)
    async with database.writing() as db:
        await follower(db, "ann@example.org", [f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"])
        await follower(db, "https://example.org/hook", [f"announcement/{SLUG}/14"])
        await follower(db, "weekly@example.org", cadence="weekly")
    await alice.get("/editor/record?chosen=1&kind=noted&announcement=13&announcement=14")
    assert alice.heading == "Evidence or context"
    path = await drafted(alice)
    assert alice.heading == "Kinship tracker: Announcements 13 and 14: new evidence"
    told = words(alice.page)
    assert "3 destinations get it : 1 by email and 1 by webhook at once, 1 in the next digest." in told
    assert "The department published a page about both." in told
    assert "https://www.gov.uk/government/publications/guidance" in told
    assert "About: 13. Government definition of kinship care; 14. Kinship care statutory guidance for local" in told
    await alice.follow(await publish(alice, path))
    assert "Published: The department published a page about both." in words(alice.page)
    page = (await alice.client.get("/announcements/13")).text
    assert "The department published a page about both." in page
    assert [row.about for row in await rows(database, Delivery)] == ["publication:1"] * 2


async def test_the_message_is_previewed_as_it_is_sent_to_as_many_as_are_named(
    live: Front, database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", [f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"])
        await follower(db, "bob@example.org")
    alice = await editor(live, database)
    await drafted(alice)  # another entry, which waits all the while
    path = await drafted(alice, text="The department published a further page about both.")
    (shown,) = re.findall(r'<pre class="tracker-letter"[^>]*>(.*?)</pre>', alice.page, flags=re.DOTALL)
    (subject,) = re.findall(r"<strong>Subject:</strong> (.*?)</p>", alice.page)
    assert "<strong>2 destinations get it</strong>" in alice.page
    await publish(alice, path)
    channel = Recorder()
    composer = Composer(MESSAGES, live_papers(clock), sender="tracker@tracker.test")
    await Sender(database, {"email": channel}, composer, clock=clock, pace=QUICK).drain()
    assert channel.addresses == ["ann@example.org", "bob@example.org"]
    assert channel.subjects == [html.unescape(subject)] * 2
    for alert in channel.sent:
        assert alert.mail is not None
        assert alert.mail.letter.plain.replace(MANAGE, "(each recipient’s own address)") == html.unescape(shown)


async def test_the_statuses_are_shown_before_and_after_and_cannot_be_typed(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    await alice.get("/editor/record?kind=delivered&announcement=15")
    assert 'name="status"' not in alice.page
    offered = re.findall(r'name="about" type="checkbox" value="([^"]+)"', alice.page)
    assert offered == ["15/framework", "15/statement"]
    given = {"kind": "delivered", "announcement": "15", "about": "15/statement", "happened_on": "today"}
    await drafted(alice, **given, text="The statement was published.")
    told = words(alice.page)
    assert re.search(r"About: 15\. [^/]*statement", told)
    assert re.search(r"15\. [^.]+: Early career framework [^.]* superseded superseded \(no change\)", told)
    assert re.search(r"15\. [^.]+: [^.]* overdue \(691 days\) delivered \(691 days late\)", told)


async def test_a_preview_is_the_very_page_that_is_published(live: Front, database: Database) -> None:
    alice = await editor(live, database)
    path = await drafted(alice)
    before = (await alice.client.get("/announcements/14")).content
    shown = await alice.client.get(f"{path}/page", params={"path": "/announcements/14"})
    assert shown.headers["cache-control"] == "no-store"
    assert shown.content != before
    assert (await alice.client.get("/announcements/14")).content == before
    await alice.follow(await publish(alice, path))
    after = (await alice.client.get("/announcements/14")).content
    # An entry that waits is counted in the line of silence; once it is public it waits no more.
    line = re.compile(
        rb"\d item(s are| is) waiting for an editor, the oldest for [^.]*|Nothing is waiting for an editor"
    )
    assert line.sub(b"", shown.content) == line.sub(b"", after)


async def test_the_hold_can_be_taken_back_and_then_nothing_happens(
    live: Front, database: Database, clock: FixedClock
) -> None:
    alice = await editor(live, database)
    end = len(await changes(database))
    path = await drafted(alice)
    await alice.follow(await publish(alice, path, when="hold"))
    assert "It becomes public on 22 November 2026 at 12:10pm , in 10 minutes." in words(alice.page)
    clock.move(timedelta(minutes=9))
    await alice.follow(await alice.send(f"{path}/take-back"))
    clock.move(timedelta(minutes=9))
    assert await publish_due(database, clock) == "0 entries published, 0 given back"
    await alice.follow(await alice.send(f"{path}/delete"))
    assert "The entry was deleted" in words(alice.page)
    assert await rows(database, Draft) == []
    assert len(await changes(database)) == end
    assert [line.did for line in await rows(database, Audited)][-4:] == [
        "saved an entry",
        "set an entry to be published",
        "took an entry back",
        "deleted an entry",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": " "}, "Say in one sentence what happened"),
        ({"happened_on": "32 November 2026"}, "“32 November 2026” is not a date that there is."),
        ({"happened_on": "soon"}, "“soon” cannot be read as a date."),
        ({"happened_on": "1 December 2026"}, "It cannot have happened after today: record it when it has"),
        ({"url-1": ""}, "Give the address where it can be read"),
        ({"url-1": "javascript:alert(1)"}, "Give the whole address, beginning with https:// or http://"),
        ({"publisher-1": ""}, "Say who published it"),
        ({"certainty": "certainly"}, "Choose one"),
        ({"kind": "delivered", "about": []}, "Choose what it is about"),
        ({"kind": "delivered", "about": ["2/other"]}, "Choose what it is about"),
        ({"kind": "scope-stated", "value": "ten"}, "Say what it is"),
        ({"kind": "scope-stated", "measure": "a", "programme": "b", "as_printed": "c", "by": "d", "value": "ten"},
         "The figure as a number must be a whole number, like 10 or 40,000,000"),
    ],
)  # fmt: skip
async def test_a_form_that_cannot_be_read_comes_back_with_what_to_do_and_all_that_was_typed(
    front: Front, database: Database, given: dict[str, Any], said: str
) -> None:
    alice = await editor(front, database)
    answer = await alice.send("/editor/record", **{**NOTED, **given})
    assert answer.status_code == 422
    assert any(problem.startswith(said) for problem in map(html.unescape, alice.problems)), alice.problems
    assert "Kinship care guidance" in alice.page
    assert await rows(database, Draft) == []


async def test_another_link_is_asked_for_without_losing_what_was_typed(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    answer = await alice.send("/editor/record", **NOTED, add="link", links="1")
    assert answer.status_code == 200
    assert "Kinship care guidance" in alice.page
    assert 'name="url-2"' in alice.page
    path = await drafted(
        alice, **{"links": "2", "url-2": "https://example.org/two", "title-2": "Two", "publisher-2": "Somebody"}
    )
    assert "https://example.org/two" in alice.page
    assert path.startswith("/editor/entries/")


async def test_what_has_no_day_of_its_own_happened_on_the_day_of_its_document(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    await drafted(alice, happened_on="")
    assert "It happened on 20 November 2026." in words(alice.page)


async def test_who_comes_second_is_told_field_by_field_what_the_other_changed_and_loses_nothing(
    front: Front, database: Database
) -> None:
    alice, bob = await editor(front, database), await editor(front, database, "Bob")
    path = await drafted(alice)
    for browser in (alice, bob):
        await browser.get(f"{path}/facts/1")
    assert (
        await bob.send(f"{path}/facts/1", **{**NOTED, "text": "Bob’s sentence.", "version": "1"})
    ).status_code == 303
    typed = {**NOTED, "happened_on": "19 November 2026", "note": "Alice’s note.", "version": "1"}
    answer = await alice.send(f"{path}/facts/1", **typed)
    assert answer.status_code == 409
    told = words(alice.page)
    assert "Bob saved this entry while you worked on it" in told
    assert "What happened, in one plain sentence The department published a page about both. Bob’s sentence." in told
    assert "Alice’s note." in alice.page
    assert "19 November 2026" in alice.page
    version = hidden(alice, "version")
    assert version == "2"
    saved = await alice.send(f"{path}/facts/1", **{**typed, "text": "Bob’s sentence.", "version": version})
    await alice.follow(saved)
    assert "Bob’s sentence." in words(alice.page)
    assert "It happened on 19 November 2026." in words(alice.page)


async def test_what_another_saved_since_is_not_published_unseen(front: Front, database: Database) -> None:
    alice, bob = await editor(front, database), await editor(front, database, "Bob")
    end = len(await changes(database))
    path = await drafted(alice)
    await bob.send(f"{path}/facts/1", **{**NOTED, "text": "Bob’s sentence.", "version": "1"})
    answer = await publish(alice, path)
    assert answer.status_code == 409
    assert "Bob saved this entry since you looked at it" in words(alice.page)
    assert "facts › 1 › text The department published a page about both. Bob’s sentence." in words(alice.page)
    assert len(await changes(database)) == end


async def test_an_entry_that_came_back_says_why_and_can_be_published_after_another_look(
    live: Front, database: Database, clock: FixedClock
) -> None:
    alice, bob = await editor(live, database), await editor(live, database, "Bob")
    given = {"kind": "delivered", "announcement": "14", "about": "14/guidance"}
    first = await drafted(alice, **given, text="Alice’s news.", happened_on="19 November 2026")
    await publish(alice, first, when="hold")
    second = await drafted(bob, **given, text="Bob’s news.", happened_on="20 November 2026")
    await publish(bob, second)
    clock.move(timedelta(minutes=10))
    assert await publish_due(database, clock) == "0 entries published, 1 given back"
    await alice.get("/editor")
    assert "came back" in words(alice.page)
    assert "“Bob’s news.” came on record on 22 November 2026 at 12:00pm" in words(alice.page)
    await alice.get(first)
    await alice.follow(await publish(alice, first))
    assert "Published: Alice’s news." in words(alice.page)


async def test_several_facts_share_an_entry_and_one_can_be_taken_out(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    path = await drafted(alice)
    number = path.rsplit("/", 1)[1]
    await alice.get(f"/editor/record?entry={number}&kind=delivered&announcement=14")
    assert "Kinship care guidance" in alice.page
    again = {"kind": "delivered", "announcement": "14", "about": "14/guidance", "entry": number}
    await drafted(alice, **again, text="And it was delivered.")
    (draft,) = await rows(database, Draft)
    assert draft.version == 2
    assert "And it was delivered." in words(alice.page)
    await alice.follow(await alice.send(f"{path}/facts/1/remove", version="2"))
    assert "The department published a page about both." not in words(alice.page)


async def test_any_change_can_be_corrected_and_the_old_words_stay_beside_the_new(
    live: Front, database: Database
) -> None:
    alice = await editor(live, database)
    was = next(
        c for c in await changes(database) if isinstance(c.fact, facts.Delivered) and "14/guidance" in c.fact.about
    )
    await alice.get(f"/editor/correct?key={was.key}")
    assert alice.heading == "Correct an entry"
    fields = {name: hidden(alice, name) for name in ("key", "links")}
    typed = dict(re.findall(r'name="((?:url|title|publisher|dated)-\d)" type="\w+" value="([^"]*)"', alice.page))
    answer = await alice.send(
        "/editor/correct", **fields, **{k: html.unescape(v) for k, v in typed.items()}, certainty="high",
        about="14/guidance", text="The guidance was published.", happened_on="12 October 2024", why="A wrong day.",
    )  # fmt: skip
    await alice.follow(answer)
    assert "Statutory guidance: delivered late → delivered (134 days late)" in alice.heading
    await alice.follow(await publish(alice, str(answer.headers["location"])))
    page = words((await alice.client.get("/corrections")).text)
    assert "Why: A wrong day." in page
    assert "happened on 2024-10-11 2024-10-12" in page.lower()


async def test_a_second_strategy_is_recorded_under_its_own_address(live: Front, database: Database) -> None:
    alice = await editor(live, database)
    answer = await alice.get("/editor?strategy=unknown")
    assert answer.status_code == 404
    assert "Possible: championing-kinship-care" in html.unescape(alice.page)
