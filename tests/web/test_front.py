"""The layer in front: hosts, headers, and ready bytes."""

import httpx
import msgspec
import pytest

from tests.conftest import SETTINGS
from tracker.app import create_app
from tracker.web.front import Front


@pytest.mark.parametrize(
    ("host", "status"),
    [("tracker.test", 200), ("localhost:8000", 200), ("127.0.0.1", 200), ("evil.example", 421), ("", 421), ("[", 421)],
)
async def test_only_known_hosts_are_answered(reader: httpx.AsyncClient, host: str, status: int) -> None:
    answer = await reader.get("/health", headers={"host": host})
    assert answer.status_code == status


async def test_an_operator_can_answer_for_any_host(site: Front) -> None:
    settings = msgspec.structs.replace(SETTINGS, hosts=("*",))
    front = create_app(settings)
    front.keeper = site.keeper
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://any.example") as client:
        assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/announcements/14?as_at=2024-07-01", "/nothing", "/api/v1/announcements/99", "/health"]
)
async def test_every_answer_carries_the_security_headers(reader: httpx.AsyncClient, path: str) -> None:
    headers = (await reader.get(path)).headers
    assert "script" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]


async def test_static_files_are_found_under_names_that_change_with_them(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/")).text
    href = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    answer = await reader.get(href)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["cache-control"]
    assert (await reader.get(href, headers={"if-none-match": answer.headers["etag"]})).status_code == 304
    assert (await reader.get("/static/tracker.css")).status_code == 404
    assert (await reader.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("path", ["/health", "/ready", "/robots.txt"])
async def test_machines_get_their_own_addresses(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 200
    head = await reader.head(path)
    assert (head.status_code, head.content) == (200, b"")


async def test_an_address_without_end_is_refused_before_it_is_read(reader: httpx.AsyncClient) -> None:
    assert (await reader.get(f"/search?q={'a' * 10_000}")).status_code == 422
    for address in (f"/search?q={'a' * 62_000}", f"/api/v1/announcements?theme={'a' * 9_000}"):
        answer = await reader.get(address)
        assert answer.status_code == 414
        assert "too long" in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_is_wrong_with_asking_is_not_kept_in_memory(site: Front, reader: httpx.AsyncClient) -> None:
    before = site.keeper.snapshot.kept.bytes
    for query in ("as_at=2099-01-01", "as_at=yesterday", "theme=none"):
        assert (await reader.get(f"/?{query}")).status_code == 400
    assert (await reader.get("/nothing/here")).status_code == 404
    assert site.keeper.snapshot.kept.bytes == before


async def test_what_is_remembered_of_requests_is_bounded_and_never_mixed_up(
    reader: httpx.AsyncClient, site: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.front.MANY", 20)
    tag = (await reader.get("/")).headers["etag"]
    for number in range(30):
        accepts = {"accept-encoding": f"gzip;q=0.{number}1, br;q=0"}
        for _ in range(2):
            page = await reader.get("/", headers=accepts)
            assert (page.status_code, page.headers["content-encoding"]) == (200, "gzip")
            assert page.headers["etag"] != tag
            head = await reader.head("/", headers=accepts)
            assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", page.headers["etag"])
            same = await reader.get("/", headers={**accepts, "if-none-match": page.headers["etag"]})
            assert (same.status_code, same.content) == (304, b"")
            assert (await reader.get("/", headers={**accepts, "if-none-match": tag})).status_code == 200
            assert (await reader.post("/", headers=accepts)).status_code == 405
        assert len(site._seen) <= 20
    await reader.get("/", headers={"accept-encoding": "x" * 10_000})
    assert not [asking for asking in site._seen if any(len(part or b"") > 1000 for part in asking)]
