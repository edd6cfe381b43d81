"""Each kind reads the shapes that its publisher really gives."""

import json
from datetime import UTC, datetime

import pytest

from tests.watch.reading import GOVUK, JSON, read, sample, spec_of
from tracker.watch.schemas import Unreadable

VSH = "/government/publications/virtual-school-head-role-extension-to-children-with-a-social-worker"
CONTENT = sorted(str(path.relative_to(GOVUK)) for path in (GOVUK / "govuk_content_api").rglob("*.json"))


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


def test_a_finder_gives_its_documents_with_times_in_utc_and_notes_to_be_asked_for() -> None:
    first, second, _ = read("finder", sample("generated/finder_guidance.atom")).found
    assert first.published_at == utc(2026, 2, 27, 13, 10)
    assert second.published_at == utc(2025, 9, 2, 15, 14)
    assert second.url == f"https://www.gov.uk{VSH}"
    assert second.title == "Children’s social care: virtual school head role extension"
    assert second.summary.startswith("How local authorities should extend the virtual school head role")
    assert (second.note_is, second.note_url) == ("awaited", f"https://www.gov.uk/api/content{VSH}")
    assert (second.note, second.document_type) == (None, None)


def test_the_same_document_is_one_item_whichever_feed_shows_it() -> None:
    finder = read("finder", sample("generated/finder_guidance.atom")).found
    organisation = read("organisation", sample("generated/organisation_dfe.atom")).found
    assert [each.item for each in finder] == [each.item for each in organisation]
    assert [each.published_at for each in finder] == [each.published_at for each in organisation]
    assert [each.title for each in finder] == [each.title for each in organisation]
    assert [each.document_type for each in organisation] == [
        "research_and_analysis",
        "guidance",
        "promotional_material",
    ]


def test_a_full_window_of_a_finder_says_where_older_ones_are() -> None:
    entry = "<entry><id>tag:www.gov.uk,2005:/a{}</id><title>T</title><updated>2026-01-01T00:00:00Z</updated></entry>"
    window = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>' + "".join(map(entry.format, range(20))) + "</feed>"
    )
    spec = spec_of("finder", 'finder = "/official-documents"\n[facets]\nkeywords = "kinship"')
    first = read("finder", window, spec=spec)
    assert first.further == "https://www.gov.uk/official-documents.atom?keywords=kinship&page=2"
    assert read("finder", window, spec=spec, url=first.further).further == f"{spec.url}&page=3"
    assert read("finder", sample("generated/finder_guidance.atom")).further is None


def test_a_feed_that_has_ended_is_no_news() -> None:
    ended = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>tag:www.gov.uk,2005:/x/feed-ended</id>'
        "<updated>2026-01-01T00:00:00Z</updated><title>This feed has ended</title></entry></feed>"
    )
    for kind in ("finder", "organisation", "feed"):
        with pytest.raises(Unreadable, match="This feed has ended") as refused:
            read(kind, ended)
        assert refused.value.for_good


def test_a_feed_of_which_broken_xml_leaves_nothing_was_not_read() -> None:
    with pytest.raises(Unreadable, match="its XML is broken, and nothing in it can be read"):
        read("feed", '<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title')


def test_the_search_gives_every_result_a_page_and_its_time() -> None:
    name = "govuk_search_api/okf/d1ccf2408c91281895cfb3aa9692a4c980496369f057b78e92751b202c41c75b.json"
    reading = read("search", sample(name), type=JSON)
    results = json.loads(sample(name))["results"]
    assert [each.url for each in reading.found] == [f"https://www.gov.uk{result['link']}" for result in results]
    assert all(each.published_at and each.document_type for each in reading.found)
    # Real descriptions end with \r\n.
    assert reading.found[0].summary.endswith("apply for an additional child.")
    assert (len(reading.found), reading.remarks) == (69, ())


def test_the_note_in_a_search_belongs_to_the_newest_change() -> None:
    results = [
        {"link": "/a", "title": "A", "public_timestamp": "2026-03-02T09:00:00Z",
         "latest_change_note": "Added a map.\r\n",
         "first_published_at": "2025-01-01T00:00:00+00:00", "is_withdrawn": True, "is_historic": True,
         "organisations": [{"title": "Ofsted", "slug": "ofsted"}]},
        {"link": "/b", "title": "B", "public_timestamp": "2026-03-01T09:00:00+01:00",
         "first_published_at": "2026-03-01T08:00:00Z"},
        {"link": "/c", "title": "C", "public_timestamp": "2026-03-01T07:00:00Z"},
        {"link": "https://www.nhs.uk/d", "title": "D", "public_timestamp": None},
        {"link": None, "title": "No address"},
    ]  # fmt: skip
    reading = read("search", json.dumps({"results": results, "total": 12, "start": 4}), type=JSON)
    a, b, c, d = reading.found
    assert (a.note_is, a.note, a.withdrawn, a.historic, a.publisher) == ("known", "Added a map.", True, True, "Ofsted")
    assert (b.note_is, b.note, b.published_at) == ("awaited", None, utc(2026, 3, 1, 8))
    assert (c.note_is, c.note_url) == ("awaited", "https://www.gov.uk/api/content/c")
    assert (d.note_is, d.item, d.url) == ("none", "nhs.uk/d", "https://www.nhs.uk/d")
    assert reading.further == f"{spec_of('search').url}&start=9"
    assert reading.remarks == ("a result was left out, which has no address: No address",)


@pytest.mark.parametrize("name", CONTENT)
def test_every_real_content_item_is_read_or_said_to_be_gone(name: str) -> None:
    given = json.loads(sample(name))
    if given["document_type"] in ("gone", "redirect"):
        with pytest.raises(Unreadable) as refused:
            read("content", sample(name), type=JSON)
        assert refused.value.for_good
        return
    (found,) = read("content", sample(name), type=JSON).found
    changes = given.get("details", {}).get("change_history", [])
    assert found.url == f"https://www.gov.uk{given['base_path']}"
    assert found.title == given["title"].strip()
    assert [when for when, _ in found.history] == sorted(
        datetime.fromisoformat(change["public_timestamp"]).astimezone(UTC).replace(microsecond=0) for change in changes
    )
    assert found.withdrawn == bool(given.get("withdrawn_notice"))
    assert found.text
    assert found.title in found.text


def test_a_note_is_taken_by_its_second_and_never_from_beside() -> None:
    item = json.loads(sample("govuk_content_api/case_study_frontend_has-updates.json"))
    (found,) = read("content", json.dumps(item), type=JSON).found
    assert (found.note_is, found.note) == ("known", "Added the VDEC form link.")
    item["public_updated_at"] = "2024-07-16T13:36:45+01:00"
    (found,) = read("content", json.dumps(item), type=JSON).found
    assert (found.note_is, found.note) == ("unknown", None)


def test_history_mode_needs_political_content_of_an_earlier_government() -> None:
    item = json.loads(sample("govuk_content_api/consultation_frontend_open_consultation.json"))
    (found,) = read("content", json.dumps(item), type=JSON).found
    assert found.historic is not item["details"]["government"]["current"]
    item["details"]["government"]["current"] = False
    assert read("content", json.dumps(item), type=JSON).found[0].historic
    item["details"]["political"] = False
    assert not read("content", json.dumps(item), type=JSON).found[0].historic


@pytest.mark.parametrize(
    ("kind", "type"),
    [("finder", "text/html"), ("organisation", "application/atom+xml"), ("search", JSON), ("content", JSON)],
)
def test_a_web_page_with_200_is_no_answer_of_theirs(kind: str, type: str) -> None:
    with pytest.raises(Unreadable, match="it is a web page"):
        read(kind, "\n<!DOCTYPE html><html><body>Sorry, we’re experiencing technical difficulties", type=type)


def test_what_an_api_says_of_a_refusal_is_passed_on() -> None:
    said = '{"error": "Unexpected parameters: colour"}'
    with pytest.raises(Unreadable, match="it answered 422: Unexpected parameters: colour"):
        read("search", said, status=422, type=JSON)


def test_an_address_that_is_gone_is_broken_for_good_and_a_busy_server_is_not() -> None:
    for status, for_good in ((404, True), (410, True), (500, False), (503, False)):
        with pytest.raises(Unreadable) as refused:
            read("organisation", "", status=status)
        assert refused.value.for_good is for_good
