"""The authority's own page: what each member can do next, and what waits there."""

import re
from datetime import timedelta

from tests.benchmark.answering import AT, KENT, all_answered, begun, mark, member, person
from tests.browsers import Browser, opened
from tests.conftest import NOON
from tests.editing.test_entry_pages import words
from tracker.accounts.policies import Role
from tracker.benchmark.models import PlanAction
from tracker.db import Database
from tracker.web.front import Front

HOME = f"/benchmark/{KENT}"


async def next_step(browser: Browser) -> tuple[str, str]:
    """The heading of what to do next, and its button."""
    await browser.get(HOME)
    main = browser.page.partition("</h1>")[2]
    heading = re.search(r"<h2[^>]*>(.*?)</h2>", main)
    button = re.search(r'class="govuk-button[^"]*">(.*?)<', main)
    return heading[1] if heading else "", button[1] if button else ""


async def test_each_member_is_told_what_they_can_do_next(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    bob = await member(front, database, "Bob", Role.CONTRIBUTOR)
    rita = await member(front, database, "Rita", Role.READER)
    dana_id = await person(database, "Dana", Role.APPROVER)
    dana = await opened(front, database, dana_id)
    round = "October 2026 to March 2027"
    assert await next_step(alice) == (f"Begin {round}", "Begin the first pass")
    assert await next_step(bob) == (f"{round} has not been begun", "")
    await alice.send(f"{AT}/start")
    assert await next_step(bob) == (f"Go on with {round}", "Go on with the first pass")
    assert await next_step(rita) == (f"Go on with {round}", "See what is missing")
    await all_answered(database, dana_id)
    assert await next_step(alice) == (f"{round} is ready to be signed", "Check answers")
    assert await next_step(bob) == (f"{round} is answered", "See all questions")
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    assert await next_step(dana) == (f"You are asked to sign {round}", "Read and sign")
    assert await next_step(alice) == (f"{round} is with its approver", "Open this round")
    await dana.get(f"{AT}/sign")
    await dana.send(f"{AT}/sign", name="Dana Example", position="Director", agree="yes", asked=NOON.isoformat())
    assert await next_step(bob) == (f"{round} is signed", "Open this round")
    assert "Signed on 22 November 2026 by Dana Example, Director. Reference KCB-" in words(bob.page)


async def test_the_plan_is_counted_with_what_is_overdue(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await begun(database, await person(database, "Zoe"))
    day = NOON.date()
    async with database.writing() as db:
        given = (("not-started", day), ("in-progress", day - timedelta(days=1)), ("done", None))
        for number, (status, due) in enumerate(given, start=1):
            db.add(
                PlanAction(
                    authority=KENT,
                    number=number,
                    criterion="1",
                    version=1,
                    title="Act",
                    status=status,
                    due_on=due,
                    status_on=day,
                    made_at=NOON,
                )
            )
    await alice.get(HOME)
    assert "2 open actions, 1 overdue . 1 done." in words(alice.page)
