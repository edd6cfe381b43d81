"""The API: names that others rely on, strict parameters, problems that say what is possible."""

import asyncio
import hashlib
import json
import re
from typing import Any

import httpx
import pytest

from tests.conftest import FixedClock
from tracker.strategies.statuses import Status

LIST = "/api/v1/announcements"


async def get(reader: httpx.AsyncClient, path: str) -> Any:
    answer = await reader.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def problem(reader: httpx.AsyncClient, path: str, status: int) -> str:
    answer = await reader.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"]
    return str(body["detail"])


async def test_the_list_has_the_eighteen_under_the_agreed_names(reader: httpx.AsyncClient) -> None:
    body = await get(reader, LIST)
    assert [item["number"] for item in body["items"]] == list(range(1, 19))
    assert body["next"] is None
    assert {"number", "slug", "title", "theme", "benefit", "status"} <= body["items"][0].keys()
    assert {item["status"] for item in body["items"]} <= {status.value for status in Status}


async def test_one_announcement_has_the_agreed_names_inside(reader: httpx.AsyncClient) -> None:
    body = await get(reader, f"{LIST}/14")
    parts = ("wordings", "deliverables", "milestones", "beneficiaries", "outcomes", "verdicts", "changes", "notes")
    assert set(parts) <= body.keys()
    assert {"text", "document", "page"} <= body["wordings"][0].keys()
    deliverable = {"title", "done_when", "checkable", "stage", "timing", "scope", "status", "rule"}
    assert deliverable <= body["deliverables"][0].keys()
    (milestone,) = body["milestones"]
    assert {"title", "dates", "reached_on", "days_late"} <= milestone.keys()
    assert {"as_printed", "edtf", "earliest", "latest", "document", "page", "counts"} <= milestone["dates"][0].keys()
    assert (milestone["reached_on"], milestone["days_late"]) == ("2024-10-11", {"min": 133, "max": 133})
    assert body["status"] == "delivered-late"


async def test_the_ambassador_was_on_time(reader: httpx.AsyncClient) -> None:
    body = await get(reader, f"{LIST}/8")
    assert body["status"] == "delivered"
    assert [m["days_late"] for m in body["milestones"]] == [None, None]
    assert {d["timing"] for d in body["deliverables"]} == {"on-time"}


async def test_a_past_day_is_answered_from_what_is_known_today_or_was_known_then(reader: httpx.AsyncClient) -> None:
    async def status(query: str) -> str:
        return str((await get(reader, f"{LIST}/14?{query}"))["status"])

    assert await status("as_at=2024-10-11") == "delivered-late"
    assert await status("as_at=2024-10-11&known_at=2024-10-11") == "overdue"
    assert await status("known_at=2024-10-10") == "overdue"
    assert await status("as_at=2023-12-15") == "in-progress"


async def test_a_list_is_paged_by_cursor_without_gap_or_repetition(reader: httpx.AsyncClient) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        body = await get(reader, f"{LIST}?limit=5" + (f"&cursor={cursor}" if cursor else ""))
        seen += [item["number"] for item in body["items"]]
        cursor = body["next"]
    assert seen == list(range(1, 19))


async def test_a_list_can_be_filtered(reader: httpx.AsyncClient) -> None:
    direct = await get(reader, f"{LIST}?benefit=direct")
    assert [item["number"] for item in direct["items"]] == [1, 2, 5, 6, 7, 9, 13]
    overdue = await get(reader, f"{LIST}?theme=empowered&status=overdue")
    assert [item["number"] for item in overdue["items"]] == [9, 10]


async def test_the_log_can_be_replayed_from_any_cursor_and_its_chain_checked(reader: httpx.AsyncClient) -> None:
    after, last, seqs = 0, bytes(32), []
    while after is not None:
        body = await get(reader, f"/api/v1/changes?after={after}&limit=50")
        for item in body["items"]:
            digest = hashlib.sha256(item["body"].encode()).digest()
            last = hashlib.sha256(last + digest).digest()
            assert (item["body_sha256"], item["hash"]) == (digest.hex(), last.hex())
            seqs.append(item["seq"])
        after = body["next"]
    assert seqs == list(range(1, len(seqs) + 1))
    assert body["head"] == {"seq": seqs[-1], "hash": last.hex()}


async def test_outcomes_are_five_and_nine_is_under_none(reader: httpx.AsyncClient) -> None:
    body = await get(reader, "/api/v1/outcomes")
    rows = [row for outcome in body["items"] for column in ("delivered", "next") for row in outcome[column]]
    assert len(body["items"]) == 5
    assert {item["number"] for row in rows for item in row["announcements"]} == set(range(1, 19)) - {9}


async def test_the_strategies_on_record_are_listed(reader: httpx.AsyncClient) -> None:
    (item,) = (await get(reader, "/api/v1/strategies"))["items"]
    assert (item["slug"], item["announcements"]) == ("championing-kinship-care", 18)
    assert sum(item["counts"].values()) == 18


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{LIST}/19", 404, "numbered 1 to 18"),
        (f"{LIST}/abc", 404, "numbered 1 to 18"),
        (f"{LIST}?theme=none", 404, "supported, empowered, understood"),
        (f"{LIST}?cursor=99", 404, "next"),
        (f"{LIST}?limit=0", 400, "limit"),
        (f"{LIST}?limit=many", 400, "limit"),
        (f"{LIST}?status=late", 400, "status"),
        (f"{LIST}?colour=red", 400, "Possible: strategy, theme"),
        (f"{LIST}?limit=1&limit=2", 400, "twice"),
        (f"{LIST}?as_at=yesterday", 400, "as_at"),
        (f"{LIST}?as_at=2023-12-14", 400, "2023-12-15"),
        (f"{LIST}?as_at=2026-11-23", 400, "2026-11-22"),
        (f"{LIST}/14?known_at=", 400, "known_at"),
        (f"{LIST}?strategy=other", 404, "championing-kinship-care"),
        ("/api/v1/changes?after=-1", 400, "after"),
        ("/api/v1/changes?after=99999999999999999999999", 404, "ends at"),
        ("/api/v1/nothing", 404, "/api/v1/nothing"),
    ],
)
async def test_bad_input_gets_a_problem_that_says_what_is_possible(
    reader: httpx.AsyncClient, path: str, status: int, said: str
) -> None:
    if status == 200:
        assert (await get(reader, path))["items"] == []
    else:
        assert said in await problem(reader, path, status)


async def test_a_method_that_is_not_possible_is_refused_with_a_problem(reader: httpx.AsyncClient) -> None:
    answer = await reader.post(LIST)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert set(answer.headers["allow"].replace(" ", "").split(",")) >= {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path", [LIST, f"{LIST}/14", f"{LIST}?benefit=direct", "/api/v1/changes?after=10", "/changes.atom"]
)
async def test_a_reader_that_has_it_already_is_told_so(reader: httpx.AsyncClient, path: str) -> None:
    first = await reader.get(path)
    again = await reader.get(path, headers={"if-none-match": f'W/{first.headers["etag"]}, "other"'})
    head = await reader.head(path)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"] == head.headers["etag"]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"] or "content-encoding" in first.headers
    assert first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers


async def test_the_api_describes_itself_as_openapi_3_1(reader: httpx.AsyncClient) -> None:
    schema = (await reader.get("/api/docs/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/v1/announcements",
        "/api/v1/announcements/{number}",
        "/api/v1/authorities",
        "/api/v1/authorities/{key}",
        "/api/v1/changes",
        "/api/v1/difference",
        "/api/v1/outcomes",
        "/api/v1/search",
        "/api/v1/sources",
        "/api/v1/strategies",
    }
    page = await reader.get("/api/docs")
    assert page.status_code == 200
    assert "/api/v1/announcements/{number}" in page.text


async def test_calls_to_endpoints_are_described_too(reader: httpx.AsyncClient) -> None:
    schema = (await reader.get("/api/docs/openapi.json")).json()
    call = schema["webhooks"]["publication"]["post"]
    assert [item["name"] for item in call["parameters"]] == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    refs = [item["$ref"] for item in call["requestBody"]["content"]["application/json"]["schema"]["oneOf"]]
    assert refs == ["#/components/schemas/Event", "#/components/schemas/TestEvent"]
    named = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema))
    assert set(named) <= set(schema["components"]["schemas"])
    assert "sequence" in schema["components"]["schemas"]["EventData"]["properties"]
    page = await reader.get("/api/docs")
    assert 'id="webhooks"' in page.text
    assert 'id="EventData"' in page.text


async def test_in_a_flood_of_different_days_memory_is_bounded_and_home_is_served(
    reader: httpx.AsyncClient, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = site.keeper.snapshot.kept
    monkeypatch.setattr(kept, "limit", 400_000)
    addresses = [
        f"{path}?as_at=2024-0{month}-{day:02}&known_at=2026-0{month}-{day:02}"
        for path in (f"{LIST}/1", "/announcements/14", LIST)
        for month in (2, 3)
        for day in range(1, 29)
    ]
    flood = asyncio.gather(*(reader.get(address) for address in addresses))
    served = 0
    while not flood.done():
        home = await reader.get("/")
        assert (home.status_code, home.headers["content-type"]) == (200, "text/html; charset=utf-8")
        served += 1
        await asyncio.sleep(0)  # over ASGI without a network nothing else gives the others their turn
    answers = await flood
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 503}, "whoever is too many is asked to come back"
    assert statuses.count(200) >= kept.waiting
    assert served > statuses.count(200), "home waited for odd days"
    assert 0 < kept.bytes <= kept.limit
    assert (await reader.get(addresses[-1])).status_code == 200


def test_the_clock_of_these_tests_stands_still(clock: FixedClock) -> None:
    assert clock() == clock()
