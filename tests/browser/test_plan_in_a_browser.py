"""The action plan and what is taken away, in real Chromium: as good as all other pages, from a file to a paper."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pytest

from tests.benchmark.answering import AT, KENT, all_answered, answered, begun
from tests.benchmark.test_import import ROW, book
from tests.benchmark.test_papers import DETAILS, headings
from tests.browser.check import check_site, open_browser, open_page
from tests.browser.sending import Sent
from tests.browser.test_editing_in_a_browser import press
from tests.browsers import add_person
from tests.conftest import BROWSER, KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tracker.accounts import sessions
from tracker.accounts.policies import Role
from tracker.benchmark.planning import actions
from tracker.benchmark.planning.schemas import Planned
from tracker.benchmark.schemas import Level
from tracker.clock import london_day, utc_now
from tracker.db import Database

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

PLAN = f"/benchmark/{KENT}/plan"
PAGES = (
    PLAN,
    f"{PLAN}/gaps",
    f"{PLAN}/new?criterion=K1",
    f"{PLAN}/1",
    f"{PLAN}/1/edit",
    f"{PLAN}/import",
    f"{AT}/print",
    f"/benchmark/{KENT}/data",
)
FORMS = (
    Sent(f"{PLAN}/new", "Add to the plan", {"due": "tomorrow"}),
    Sent(f"{PLAN}/1", "Save this update"),
    Sent(f"{PLAN}/1/edit", "Save", {"title": "x" * 400}),
    Sent(f"{PLAN}/import", "Show me what would be added"),
    Sent(f"/benchmark/{KENT}/data", "Erase everything", {"name": "Surrey"}),
)


class Served(NamedTuple):
    """A running tracker, and the cookies of a lead."""

    address: str
    lead: list[Any]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    settings = {"data_dir": tmp_path, "port": free_port(), "strategies_dir": KINSHIP}
    for command in (("migrate",), ("load",)):
        done = tracker(*command, **settings)
        assert done.returncode == 0, done.stderr
    token = asyncio.run(arrange(tmp_path / "tracker.db"))
    with running(*TRACKER, "web", env=environment(**settings)):
        address = f"http://127.0.0.1:{settings['port']}"
        until_up(address)
        yield Served(address, [{"name": "tracker-session", "value": token, "url": address}])


async def arrange(file: Path) -> str:
    """A lead who is signed in, with a round that is answered and an overdue action."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    now = utc_now()
    number = await add_person(database, "Ada", Role.AUTHORITY_LEAD, of=KENT)
    await begun(database, number)
    await all_answered(database, number)
    await answered(database, number, "K1", Level.IN_PLACE, "It is all on one page.", details=DETAILS)
    planned = {"criterion": "K6", "version": 1, "measure": "Published\nwith a date", "target": Level.IN_PLACE}
    async with database.writing() as db:
        late = Planned(title="Ask each district", due_on=london_day(now).replace(year=2025), owner_id=number, **planned)  # type: ignore[arg-type]
        await actions.add(db, KENT, [late, Planned(title="Publish", **planned)], by=number, now=now)  # type: ignore[arg-type]
        token = (await sessions.start(db, number, now=now)).token
    await database.close()
    return token


def test_every_page_of_a_plan_is_accessible_valid_and_fits_a_phone(served: Served) -> None:
    report = check_site(served.address, (*PAGES, *FORMS), cookies=served.lead)
    assert (report.pages, report.problems) == (len(PAGES) + len(FORMS), []), str(report)


def test_a_file_becomes_a_plan_and_a_paper_on_a_phone_without_javascript(served: Served) -> None:
    with open_browser() as browser, open_page(browser, 320, served.lead, scripts=False) as page:
        page.goto(f"{served.address}{PLAN}/import")
        page.set_input_files("#file", {"name": "plan.xlsx", "mimeType": "", "buffer": b"x" * 9_000_000})
        press(page, "Show me what would be added")
        assert "The file is larger than 2 MB." in page.locator("main").inner_text()
        page.goto(f"{served.address}{PLAN}/import")
        content = book(ROW, ("K2", "=1+1"))
        page.set_input_files("#file", {"name": "plan.xlsx", "mimeType": "", "buffer": content})
        press(page, "Show me what would be added")
        assert "B3 holds a formula." in page.locator("main").inner_text()
        press(page, "Add 1 action")
        assert "Publish the offer" in page.locator("main").inner_text()
    with open_browser() as browser, open_page(browser, 320, served.lead, scripts=False) as page:
        answer = page.request.get(f"{served.address}{AT}/paper.docx")
        paper = docx.Document(io.BytesIO(answer.body()))
        assert "5. Action plan" in headings(paper, 1)
        assert any("Publish the offer" in row.cells[0].text for table in paper.tables for row in table.rows)
