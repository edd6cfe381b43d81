"""What else is taken away: the archive, badges, the page that leads to them, and linked data."""

import hashlib
import html
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.conftest import NOON
from tracker import paths
from tracker.strategies.exports.badge import BRAND, COLOURS
from tracker.strategies.exports.files import TABLES
from tracker.web.layout import LICENCE_URL

HARBOUR = "/strategies/harbour-lights"
PAST = "as_at=2025-07-15&known_at=2025-06-30"
SVG = "{http://www.w3.org/2000/svg}"


async def archive(reader: httpx.AsyncClient, path: str) -> zipfile.ZipFile:
    answer = await reader.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert "content-encoding" not in answer.headers
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    return packed


@pytest.mark.parametrize("root", ["", HARBOUR])
@pytest.mark.parametrize("query", ["", PAST])
async def test_the_chain_can_be_checked_from_the_archive_alone(
    two_sites: httpx.AsyncClient, root: str, query: str
) -> None:
    packed = await archive(two_sites, f"{root}/archive.zip?{query}")
    readme = packed.read("README.txt").decode()
    seq, head = re.findall(r"ends at change (\d+), with the hash\n([0-9a-f]{64})", readme)[0]
    last, told = bytes(32), []
    lines = packed.read("changes.jsonl").decode().splitlines()
    for number, line in enumerate(map(json.loads, lines), start=1):
        assert line["seq"] == number
        if "body" in line:
            told.append(json.loads(line["body"])["key"])
            assert hashlib.sha256(line["body"].encode()).hexdigest() == line["body_sha256"]
        last = hashlib.sha256(last + bytes.fromhex(line["body_sha256"])).digest()
        assert last.hex() == line["hash"]
    assert (str(len(lines)), last.hex()) == (seq, head)
    slug = root.rpartition("/")[2] or "championing-kinship-care"
    log = (await two_sites.get(f"/api/v1/changes?strategy={slug}&limit=500&{query}".rstrip("&"))).json()["items"]
    assert told == [item["key"] for item in log]


@pytest.mark.parametrize("root", ["", HARBOUR])
@pytest.mark.parametrize("query", ["", f"?{PAST}"])
async def test_the_archive_holds_what_each_address_gives(two_sites: httpx.AsyncClient, root: str, query: str) -> None:
    packed = await archive(two_sites, f"{root}/archive.zip{query}")
    for name in [*(table.file for table in TABLES), "milestones.ics", "changes.atom"]:
        assert packed.read(name) == (await two_sites.get(f"{root}/{name}{query}")).content, name
    slug = root.rpartition("/")[2] or "championing-kinship-care"
    api = f"{query}&strategy={slug}" if query else f"?strategy={slug}"
    for name in (name for name in packed.namelist() if name.endswith(".json") and name.startswith("announcements")):
        if not name.endswith("-metadata.json"):
            path = f"/api/v1/{name.removesuffix('.json')}{api}"
            assert packed.read(name) == (await two_sites.get(path)).content, name
    assert LICENCE_URL in packed.read("LICENCE.txt").decode()
    described = packed.read("README.txt").decode()
    for name in packed.namelist():
        if "-metadata" not in name and not name.startswith("announcements/"):
            assert name in described or name == "README.txt", name


async def test_the_same_record_is_the_same_archive(two_sites: httpx.AsyncClient) -> None:
    once = await two_sites.get(f"/archive.zip?{PAST}")
    await two_sites.get("/announcements.csv?as_at=2024-05-05")  # so that it is made anew
    again = await two_sites.get(f"/archive.zip?{PAST}&utm_source=x", headers={"accept-encoding": "identity"})
    assert once.content == again.content
    packed = zipfile.ZipFile(io.BytesIO(once.content))
    assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert packed.namelist() == sorted(packed.namelist())
    assert once.headers["etag"] == again.headers["etag"]
    unchanged = await two_sites.get(
        "/archive.zip", headers={"if-none-match": (await two_sites.get("/archive.zip")).headers["etag"]}
    )
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert once.headers["content-disposition"].endswith(
        'filename="championing-kinship-care-archive-2025-07-15-known-2025-06-30.zip"'
    )


def words(badge: bytes) -> tuple[str, str, str]:
    """What a badge says on its left, on its right, and to those who hear it."""
    root = ElementTree.fromstring(badge)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert root.get("aria-labelledby") == title.get("id")
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "rect", "path", "g", "text"}
    assert not any(name in element.attrib for element in root.iter() for name in ("style", "href", "onload", "class"))
    left, right = (element.text or "" for element in root.iter(f"{SVG}text"))
    return left, right, title.text or ""


@pytest.mark.parametrize("query", ["", "as_at=2024-07-01", "known_at=2024-10-31"])
async def test_a_badge_says_what_the_api_says(reader: httpx.AsyncClient, query: str) -> None:
    items = (await reader.get(f"/api/v1/announcements?{query}")).json()["items"]
    when = {"": "", "as_at=2024-07-01": ", as at 1 July 2024"}.get(query, ", as at 31 October 2024")
    for item in items:
        answer = await reader.get(f"/announcements/{item['number']}/badge.svg?{query}")
        left, right, title = words(answer.content)
        assert right == f"{item['status_text']}{when}"
        assert left.startswith(f"{item['number']}. {item['title'][:40]}")
        assert title.endswith(f"announcement {item['number']}, {item['title']}: {right}")
    done = [item for item in items if item["status"] in ("delivered", "delivered-late")]
    _, right, _ = words((await reader.get(f"/badge.svg?{query}")).content)
    assert right == f"{len(done)} of {len(items)} delivered{when}"


@pytest.mark.parametrize("path", ["/badge.svg", "/announcements/8/badge.svg", f"{HARBOUR}/badge.svg"])
async def test_a_badge_can_stand_on_any_page_and_leaves_no_trace(two_sites: httpx.AsyncClient, path: str) -> None:
    answer = await two_sites.get(path)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in answer.headers
    unchanged = await two_sites.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert unchanged.status_code == 304
    assert b"http" not in answer.content.replace(b"http://www.w3.org/2000/svg", b"")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [BRAND, *COLOURS.values()])
def test_a_badge_can_be_read(colours: tuple[str, str]) -> None:
    dark, light = sorted(map(luminance, colours))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_badge_has_the_colours_of_the_pages() -> None:
    css = (paths.STATIC / "tracker.css").read_text(encoding="utf-8")

    def whole(colour: str) -> str:
        return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])

    for status, colours in COLOURS.items():
        found = re.search(
            rf"\.tracker-status--{status}{{--tracker-status-text: ([^;]+);--tracker-status-back: ([^;]+);", css
        )
        assert found, status
        assert (whole(found[1]), whole(found[2])) == colours


async def linked(reader: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    page = (await reader.get(path)).text
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert all(character not in block for block in blocks for character in "<>&")
    return [json.loads(block) for block in blocks]


def types(value: object) -> set[str]:
    if isinstance(value, list):
        return {found for item in value for found in types(item)}
    if isinstance(value, dict):
        own = {value["@type"]} if "@type" in value else set()
        return own | {found for item in value.values() for found in types(item)}
    return set()


@pytest.mark.parametrize(
    "path", ["/", "/announcements/14?as_at=2024-07-01", "/changes?kind=noted", HARBOUR, f"{HARBOUR}/about"]
)
async def test_a_page_of_the_record_says_what_it_is(two_sites: httpx.AsyncClient, path: str) -> None:
    (page,) = await linked(two_sites, path)
    assert page["@type"] == "WebPage"
    assert types(page) == {"WebPage"}
    assert page["url"] == f"http://tracker.test{path}"
    title = html.unescape(re.findall("<title>(.*?)</title>", (await two_sites.get(path)).text)[0])
    assert page["name"] == title
    assert page["dateModified"] == str(NOON.date())
    assert page["license"] == LICENCE_URL
    assert (await two_sites.get(page["isPartOf"]["@id"])).status_code == 200


@pytest.mark.parametrize("path", ["/privacy", "/api/docs", "/nothing"])
async def test_a_page_that_is_not_of_the_record_says_nothing(reader: httpx.AsyncClient, path: str) -> None:
    assert await linked(reader, path) == []


@pytest.mark.parametrize("root", ["", HARBOUR])
@pytest.mark.parametrize("query", ["", f"?{PAST}"])
async def test_the_data_set_leads_to_every_file(two_sites: httpx.AsyncClient, root: str, query: str) -> None:
    page, data = await linked(two_sites, f"{root}/downloads{query}")
    assert types([page, data]) == {"WebPage", "Dataset", "DataDownload"}
    offered = {item["contentUrl"]: item["encodingFormat"] for item in data["distribution"]}
    assert len(offered) == len(TABLES) + 2
    for address, media_type in offered.items():
        assert address.endswith(query)
        answer = await two_sites.get(address)
        assert answer.headers["content-type"].split(";")[0] == media_type


@pytest.mark.parametrize("root", ["", HARBOUR])
@pytest.mark.parametrize("query", ["", f"?{PAST}"])
async def test_the_page_leads_to_every_file_and_stays_on_its_day(
    two_sites: httpx.AsyncClient, root: str, query: str
) -> None:
    page = (await two_sites.get(f"{root}/downloads{query}")).text
    for table in TABLES:
        assert f'href="{root}/{table.file}{html.escape(query)}"' in page
        assert f'href="{root}/{table.file}-metadata.json{html.escape(query)}"' in page
    for name in ("archive.zip", "milestones.ics", "csv-metadata.json"):
        assert f'href="{root}/{name}{html.escape(query)}"' in page
    assert f"http://tracker.test{root}/milestones.ics" in page
    copied = [html.unescape(found) for found in re.findall("<code[^>]*>(&lt;a .*?)</code>", page)]
    assert len(copied) == 2
    for snippet in copied:
        link, picture = re.findall('(?:href|src)="([^"]+)"', snippet)
        assert (await two_sites.get(link)).status_code == 200
        assert words((await two_sites.get(picture)).content)


@pytest.mark.parametrize(
    "name", ["announcements.csv", "milestones.ics", "archive.zip", "badge.svg", "csv-metadata.json"]
)
async def test_a_day_outside_the_record_is_refused_and_told(reader: httpx.AsyncClient, name: str) -> None:
    answer = await reader.get(f"/{name}?as_at=2023-12-14")
    assert answer.status_code == 400
    assert "2023-12-15" in answer.text


async def test_the_address_of_a_page_keeps_filters_and_days_but_no_answers_of_a_family(
    reader: httpx.AsyncClient,
) -> None:
    days = "as_at=2025-07-15&known_at=2025-06-30"
    (filtered,) = await linked(reader, f"/timeline?status=overdue&{days}&theme=empowered")
    assert filtered["url"] == f"http://tracker.test/timeline?status=overdue&theme=empowered&{days}"
    (answered,) = await linked(reader, f"/who-benefits?england=yes&{days}")
    assert answered["url"] == f"http://tracker.test/who-benefits?{days}"


async def test_sizes_are_told_of_todays_files_only(reader: httpx.AsyncClient) -> None:
    sized = re.compile(r"\d (?:kB|MB)|Size")
    today = sized.findall((await reader.get("/downloads")).text)
    assert len([found for found in today if found != "Size"]) == len(TABLES) + 2
    for query in (PAST, "known_at=2025-06-30", "as_at=2025-07-15"):
        assert not sized.search((await reader.get(f"/downloads?{query}")).text), query


def test_nothing_of_the_first_strategy_is_in_the_code_of_files_to_take_away() -> None:
    folder = Path(paths.__file__).parent / "strategies" / "exports"
    for path in [*folder.glob("*.py"), paths.TEMPLATES / "strategies" / "downloads.html"]:
        assert "kinship" not in path.read_text(encoding="utf-8").casefold(), path
