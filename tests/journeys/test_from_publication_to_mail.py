"""From what a department publishes to a subscriber’s mail: recorded, replayed, decided in a browser, sent."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.check import open_browser, open_page
from tests.conftest import BROWSER, KINSHIP
from tests.journeys import test_from_draft_to_last_mail as journey
from tests.journeys.test_from_draft_to_last_mail import Place, ask, confirm_by_link, half, press, sign_in
from tests.processes import Done, tracker
from tests.sinks import beside
from tests.watch.month import Change, Document
from tests.watch.world import World, served

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

database_url, place = journey.database_url, journey.place
HOUR = timedelta(hours=1)
NOTE = "Added what local authorities must publish in their kinship local offer."
PATH = "/government/publications/kinship-care-local-offers-statutory-guidance"
TITLE = "Kinship care: statutory guidance on local offers"
SENTENCE = f"HM Government updated “{TITLE}”: “{NOTE}”"


def page_of_a_department(published: datetime, changed: datetime) -> Document:
    return Document(
        path=PATH,
        title=TITLE,
        summary="Statutory guidance for local authorities on support for kinship carers.",
        type="statutory_guidance",
        organisation="department-for-education",
        changes=(
            Change(at=published, note="First published.", text="<p>Local authorities should say what they offer.</p>"),
            Change(at=changed, note=NOTE, text="<p>Local authorities must publish a kinship local offer.</p>"),
        ),
        watched=True,
    )


def run(*command: str, **settings: object) -> Done:
    done = tracker(*command, watch_loopback="yes", **settings)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def recording(tmp_path: Path) -> tuple[Path, Path]:
    """Sources, and what they answered before and after the department changed its page; nobody answers any more."""
    now = datetime.now(UTC).replace(microsecond=0)
    world = World(published=[page_of_a_department(now - 90 * 24 * HOUR, now - 2 * HOUR)])
    feeds, answers, data = tmp_path / "feeds", tmp_path / "answers", tmp_path / "rehearsal"
    data.mkdir()
    settings: dict[str, Any] = {"data_dir": data, "strategies_dir": KINSHIP, "feeds_dir": feeds}
    with beside(served(world)) as base:
        world.write_sources(feeds, base)
        run("migrate", **settings)
        run("load", **settings)
        for world.now in (now - 3 * HOUR, now - HOUR):
            run("poll", "--once", "--now", world.now.isoformat(), "--record", str(answers), **settings)
    return feeds, answers


def accept(page: Page, place: Place) -> None:
    """Go through the queue and accept what changed for the guidance."""
    page.goto(f"{place.address}/editor")
    page.get_by_role("button", name="Go through the queue").click()
    told = page.locator("main").inner_text()
    assert f"Changed: “{NOTE}”" in told
    assert "14. Kinship care statutory guidance for local authorities" in told
    page.get_by_role("button", name="Accept for 14", exact=True).first.click()
    assert SENTENCE in page.locator("main").inner_text()


def test_what_a_department_changed_reaches_a_subscriber_when_an_editor_accepted_it(
    place: Place, recording: tuple[Path, Path]
) -> None:
    feeds, answers = recording
    with open_browser() as browser:
        with open_page(browser, 320, (), scripts=False) as reader:
            ask(
                reader,
                place,
                "ann",
                "Single announcements (18)",
                "14. Kinship care statutory guidance for local authorities",
            )
            confirm_by_link(reader, place.next_mail("ann"))
        run("poll", "--replay", str(answers), **{**place.settings, "feeds_dir": feeds})
        with open_page(browser, 1280, (), scripts=False) as editor:
            sign_in(editor, place)
            accept(editor, place)
            assert NOTE not in httpx.get(f"{place.address}/announcements/14").text
            press(editor, "Publish now")
            assert f"Published: {SENTENCE}" in editor.locator("main").inner_text()
            editor.goto(f"{place.address}/editor/queue/decided")
            assert "Its entry is public" in editor.locator("main").inner_text()
    assert NOTE in httpx.get(f"{place.address}/announcements/14").text
    mail = place.next_mail("ann", 2)
    assert SENTENCE in half(mail, "plain")
    assert "sources were read until" in half(mail, "plain")
    assert len(place.mails("ann")) == 2
