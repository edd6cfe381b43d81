"""The authorities as pages, as CSV and as JSON."""

import csv
import io

import httpx

from tracker.authorities.files import authorities


async def test_every_authority_has_a_page_that_says_what_is_known_and_what_is_not(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/authorities")).text
    assert all(f'href="/authorities/{authority.key}"' in page for authority in authorities())
    bolton = (await reader.get("/authorities/bolton")).text
    assert "Bolton Metropolitan Borough Council" in bolton
    assert "Kinship Zones, since 27 February 2026" in bolton
    assert "No source that we read names anybody but the council" in bolton
    slough = (await reader.get("/authorities/slough")).text
    assert "Slough Children First, a company owned by the council" in slough
    assert "Kinship Zones" not in slough
    assert "We know no address of it" in slough


async def test_every_authority_that_is_listed_can_be_opened(reader: httpx.AsyncClient) -> None:
    for authority in authorities():
        assert (await reader.head(f"/authorities/{authority.key}")).status_code == 200


async def test_a_page_shows_the_figures_as_a_chart_and_as_a_table(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/authorities/barking-and-dagenham")).text
    assert page.count('role="img"') == 2
    assert "13% in 2025, up from 10% in 2021." in page
    assert "Suppressed (c)" in page
    assert "do not measure how good a service is" in page
    assert "style=" not in page


async def test_the_table_has_a_row_for_each_and_says_what_each_column_is(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/authorities.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 153
    by_number = {row["dfe_number"]: row for row in rows}
    assert by_number["370"]["gss_code_previous"] == "E08000016"
    assert by_number["871"]["delivered_by"] == "Slough Children First"
    assert by_number["350"]["takes_part_in"] == "Kinship Zones"
    assert len(by_number["871"]["neighbours"].split()) == 10
    described = (await reader.get("/authorities.csv-metadata.json")).json()
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(rows[0])


async def test_the_api_gives_the_same(reader: httpx.AsyncClient) -> None:
    items = (await reader.get("/api/v1/authorities")).json()["items"]
    assert len(items) == 153
    slough = (await reader.get("/api/v1/authorities/slough")).json()
    assert {name: slough[name] for name in items[0]} == next(item for item in items if item["key"] == "slough")
    assert [order["key"] for order in slough["leavers"]["orders"]] == ["sgo", "cao"]
    assert (await reader.get("/api/v1/authorities/atlantis")).status_code == 404


async def test_an_authority_that_is_none_is_not_found(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/authorities/atlantis")
    assert answer.status_code == 404
    assert "There is no such authority" in answer.text


async def test_pages_are_the_same_for_everybody_and_can_be_kept(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/authorities/kent?utm_source=x")
    again = await reader.get("/authorities/kent", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, "set-cookie" in answer.headers) == (304, False)
