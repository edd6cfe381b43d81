"""What operators see: figures for their monitoring, and how delivery and the jobs stand, for admins."""

import html
import re
from datetime import timedelta

import httpx
import msgspec
import pytest
import pytest_asyncio

from tests.alerts.make import follower
from tests.browsers import ADDRESS, Browser, signed_in
from tests.conftest import NOON, SETTINGS, FixedClock
from tests.editing.make import entry, noted
from tests.editing.sightings import sighting, source, trouble
from tracker.accounts.policies import Role
from tracker.alerts.models import Delivery
from tracker.app import create_app
from tracker.db import Database
from tracker.editing import actions
from tracker.jobs import JobRun
from tracker.site.operating import for_how_long
from tracker.web.front import Front

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TO_HOST = "ClientConnectorError: Cannot connect to host case.example.org:443 ssl:default"
REFUSED = "550 5.1.1 <somebody.private@example.org>: no such user"


@pytest.fixture
def with_token(site: Front, database: Database, clock: FixedClock) -> httpx.AsyncClient:
    """A machine that asks a tracker whose operator has set a token."""
    settings = msgspec.structs.replace(SETTINGS, metrics_token="only for machines")
    front = create_app(settings, database=database, clock=clock, keeper=site.keeper)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url=ADDRESS)


@pytest_asyncio.fixture
async def busy(database: Database) -> None:
    """Mail and webhooks that wait, were sent and failed, a parked endpoint, a bounced address, and a failed job."""
    async with database.writing() as db:
        mail = await follower(db, "somebody.private@example.org")
        hook = await follower(db, "https://example.org/hook/secret", parked_at=NOON, failing_since=NOON)
        await follower(db, "gone.private@example.org", stopped_at=NOON, stopped_because="bounced")
        db.add_all(
            [
                owed(mail.id, 1, due_at=NOON - 2 * HOUR),
                owed(mail.id, 2, due_at=NOON + HOUR, last_error="no answer within 30 seconds", attempts=1),
                owed(mail.id, 3, due_at=NOON, sent_at=NOON - 10 * MINUTE),
                owed(mail.id, 4, due_at=NOON, sent_at=NOON - 10 * HOUR),
                owed(mail.id, 5, due_at=NOON, sent_at=NOON - 30 * HOUR),
                owed(mail.id, 6, due_at=NOON, failed_at=NOON - HOUR, last_error=REFUSED),
                owed(mail.id, 7, due_at=NOON, failed_at=NOON - 2 * HOUR, last_error="something nobody thought of"),
                owed(hook.id, 8, channel="webhook"),
                JobRun(job="publish-due", last_slot=NOON, finished_at=NOON, last_error="OSError: somebody@example.org"),
            ]
        )


def owed(destination_id: int | None, number: int, **given: object) -> Delivery:
    values = {"channel": "email", "bulk": True, "message": "publication", **given}
    return Delivery(about=f"publication:{number}", destination_id=destination_id, **values)


async def test_a_stranger_is_led_to_signing_in_and_reads_no_figure(front: Front) -> None:
    for path in ("/metrics", "/operator/deliveries"):
        answer = await Browser(front).get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path.replace('/', '%2F')}")


async def test_an_editor_reads_none_either(front: Front, database: Database) -> None:
    browser = await signed_in(front, database, "Charlie", Role.EDITOR)
    for path in ("/metrics", "/operator/deliveries"):
        assert (await browser.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({}, 403, id="none"),
        pytest.param({"authorization": "Bearer only for machine"}, 403, id="a wrong one"),
        pytest.param({"authorization": "Basic only for machines"}, 403, id="the right one as something else"),
        pytest.param({"authorization": "bearer only for machines"}, 200, id="the right one"),
    ],
)
async def test_a_machine_reads_the_figures_with_its_token(
    with_token: httpx.AsyncClient, sent: dict[str, str], status: int
) -> None:
    answer = await with_token.get("/metrics", headers=sent)
    assert answer.status_code == status
    assert ("tracker_head_seq" in answer.text) is (status == 200)
    assert (await with_token.get("/operator/deliveries", headers=sent)).status_code == 303


async def test_where_a_token_is_set_not_even_an_admin_reads_the_figures_without_it(
    front: Front, database: Database, with_token: httpx.AsyncClient
) -> None:
    admin = await signed_in(front, database, "Alice", Role.ADMIN)
    with_token.cookies = admin.client.cookies
    assert (await with_token.get("/metrics")).status_code == 403


@pytest.mark.usefixtures("busy")
async def test_the_figures_say_what_is_owed_sent_and_failed(front: Front, database: Database) -> None:
    admin = await signed_in(front, database, "Alice", Role.ADMIN)
    async with database.writing() as db:
        kept = await actions.start(db, entry(noted("championing-kinship-care/14")), strategy=SLUG, by=1, now=NOON)
        kept.publish_at = NOON - MINUTE
        await actions.start(db, entry(noted("championing-kinship-care/14")), strategy=SLUG, by=1, now=NOON)
    found = samples((await admin.get("/metrics")).text)
    assert {name: value for name, value in found.items() if name in EXPECTED} == EXPECTED
    assert found['tracker_job_last_slot_timestamp_seconds{job="publish-due"}'] == NOON.timestamp()


SLUG = "championing-kinship-care"
EXPECTED = {
    'tracker_deliveries_waiting{channel="email"}': 2,
    'tracker_deliveries_due{channel="email"}': 1,
    'tracker_deliveries_oldest_due_seconds{channel="email"}': 7200,
    'tracker_deliveries_held{channel="email"}': 0,
    'tracker_deliveries_waiting{channel="webhook"}': 0,
    'tracker_deliveries_held{channel="webhook"}': 1,
    'tracker_deliveries_sent_last_hour{channel="email"}': 1,
    'tracker_deliveries_sent_last_day{channel="email"}': 2,
    'tracker_deliveries_failed_last_day{channel="email",kind="answered 5xx"}': 1,
    'tracker_deliveries_failed_last_day{channel="email",kind="another error"}': 1,
    'tracker_deliveries_retried{channel="email",kind="no answer in time"}': 1,
    "tracker_endpoints_failing": 0,
    "tracker_endpoints_parked": 1,
    "tracker_endpoints_gone": 0,
    "tracker_addresses_unreachable": 1,
    'tracker_job_failed{job="publish-due",error="OSError"}': 1,
    'tracker_job_failed{job="note-lapses",error=""}': 0,
    "tracker_drafts_written": 1,
    "tracker_drafts_held": 1,
    "tracker_drafts_overdue_seconds": 60,
}


async def test_the_figures_say_how_the_sources_stand_and_what_waits(front: Front, database: Database) -> None:
    admin = await signed_in(front, database, "Alice", Role.ADMIN)
    watching = {
        'tracker_sources{health="read"}': 0,
        'tracker_sources{health="failing"}': 0,
        'tracker_sources{health="broken"}': 0,
        'tracker_sources{health="never-read"}': 0,
        "tracker_source_gaps": 0,
        "tracker_queue_pages": 0,
        "tracker_queue_oldest_seconds": 0,
    }
    found = samples((await admin.get("/metrics")).text)
    assert {name: found[name] for name in watching} == watching
    async with database.writing() as db:
        await source(db)
        await source(db, "law", broken_since=NOON)
        await source(db, "new", read_at=None)
        await trouble(db)
        await sighting(db, seen_at=NOON - 2 * HOUR)
    found = samples((await admin.get("/metrics")).text)
    changed = [1, 0, 1, 1, 1, 1, 7200]
    assert {name: found[name] for name in watching} == dict(zip(watching, changed, strict=True))


def samples(text: str) -> dict[str, float]:
    """The figures, read as the Prometheus text format says; a name is declared once, before its samples."""
    declared = re.findall(r"^# TYPE (\w+) gauge$", text, flags=re.MULTILINE)
    found = re.findall(r"^((\w+)(?:\{.*\})?) (\S+)$", text, flags=re.MULTILINE)
    assert len(declared) + len(found) == text.count("\n")
    assert declared == list(dict.fromkeys(name for _, name, _ in found))
    return {sample: float(value) for sample, _, value in found}


@pytest.mark.usefixtures("busy")
async def test_the_page_shows_the_same_and_no_address(front: Front, database: Database) -> None:
    admin = await signed_in(front, database, "Alice", Role.ADMIN)
    page = (await admin.get("/operator/deliveries")).text
    assert admin.heading == "Deliveries"
    assert '<a class="govuk-link" href="/operator/deliveries" aria-current="page">Deliveries</a>' in page
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Email 2 1 2 hours 1 2 2" in said
    assert "Webhooks 0 0 Nothing is due 0 0 0" in said
    assert "Answered 5xx Email 1 550 5.1.1 (address) no such user 22 November 2026 at 11:00am" in said
    assert "No answer in time Email 1 no answer within 30 seconds" in said
    assert "Endpoints that are parked until their owner takes them up again 1" in said
    assert "Deliveries that wait for parked endpoints 1" in said
    assert "Email addresses that were stopped because mail bounced 1" in said
    assert "publish-due every 1 second" in said
    assert "write-daily-digests at 8:30am, London time" in said
    assert "OSError: (address)" in said
    assert "private" not in page
    assert "hook/secret" not in page


@pytest.mark.usefixtures("busy")
async def test_the_figures_say_nothing_of_who_subscribed_to_what(front: Front, database: Database) -> None:
    admin = await signed_in(front, database, "Alice", Role.ADMIN)
    text = (await admin.get("/metrics")).text
    assert not re.search(r"subscri|topic|bounced|@|https?:", text)


@pytest.mark.parametrize(
    ("error", "kind", "shown"),
    [
        (
            f"{TO_HOST} [Connect call failed ('93.184.216.34', 443)]",
            "No connection",
            "Cannot connect to host (address) ssl:default [Connect call failed (address)]",
        ),
        (
            f"{TO_HOST} [SSLCertVerificationError: (1, \"certificate is not valid for 'case.example.org'\")]",
            "No trusted encryption",
            "certificate is not valid for (address)",
        ),
        ("Refused: [Errno 13] 10.0.0.7 is not a public address", "Another error", "(address) is not a public address"),
    ],
)
async def test_why_an_endpoint_is_not_reached_is_told_without_its_address(
    front: Front, database: Database, error: str, kind: str, shown: str
) -> None:
    async with database.writing() as db:
        hook = await follower(db, "https://case.example.org/hook")
        db.add(owed(hook.id, 1, channel="webhook", due_at=NOON + HOUR, attempts=1, last_error=error))
    page = (await (await signed_in(front, database, "Alice", Role.ADMIN)).get("/operator/deliveries")).text
    said = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    assert f"{kind} Webhooks 1 " in said
    assert shown in said
    assert not re.search(r"case\.example|93\.184|10\.0\.0", page)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(span: timedelta, said: str) -> None:
    assert for_how_long(span) == said
