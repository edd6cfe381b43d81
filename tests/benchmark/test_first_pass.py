"""The first pass: a level and a sentence for each line, one line a page, and fewer pages than thirty."""

import re

from tests.benchmark.answering import AT, FIRST, KENT, ROUND, answered, begun, member, person
from tests.browsers import Browser
from tests.conftest import FixedClock
from tracker.accounts.policies import Role
from tracker.benchmark.schemas import Level
from tracker.db import Database
from tracker.web.front import Front


def after(browser: Browser) -> str:
    found = re.search(r'name="after" value="(\d+)"', browser.page)
    assert found
    return found[1]


async def alice(front: Front, database: Database) -> Browser:
    """A lead who has begun the round."""
    browser = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await browser.get(f"/benchmark/{KENT}")
    await browser.send(f"{AT}/start")
    return browser


async def test_a_lead_goes_through_all_lines_in_fewer_than_thirty_pages(front: Front, database: Database) -> None:
    browser = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await browser.get(f"/benchmark/{KENT}")
    assert "Begin the first pass" in browser.page
    pages = 1
    answer = await browser.follow(await browser.send(f"{AT}/start"))
    while answer.status_code == 303:
        answer = await browser.follow(answer)
    headings = []
    while "/first-pass/" in str(answer.url):
        pages += 1
        headings.append(browser.heading)
        fields = {"after": after(browser), "level": "developing", "sentence": "We have begun."}
        answer = await browser.follow(await browser.send(answer.url.path, **fields))
    pages += 1
    assert answer.url.path == f"{AT}/check"
    assert len(headings) == len(set(headings)) == len(FIRST) == 27
    assert pages == 29
    assert "27 of 27 lines answered" in browser.page
    assert "Ask for a signature" in browser.page


async def test_a_law_below_in_place_is_said_to_be_a_duty_not_yet_shown_to_be_met(
    front: Front, database: Database
) -> None:
    browser = await alice(front, database)
    await browser.get(f"{AT}/first-pass/K1")
    assert "Developing: duty not yet shown to be met" in browser.page
    await browser.get(f"{AT}/first-pass/7")
    assert "duty not yet shown" not in browser.page.partition("<form")[2].partition("</form>")[0]


async def test_what_is_wrong_is_said_and_what_was_typed_comes_back(front: Front, database: Database) -> None:
    browser = await alice(front, database)
    for fields, said in (
        ({"sentence": "Typed & kept."}, "Choose where your service stands"),
        ({"level": "leading"}, "Say in one sentence why you chose this"),
        ({"level": "leading", "sentence": "x" * 301}, "The sentence must be 300 characters or fewer: it has 301"),
        ({"level": "perfect", "sentence": "Typed & kept."}, "Choose where your service stands"),
    ):
        answer = await browser.send(f"{AT}/first-pass/1", after="0", **fields)
        assert (answer.status_code, browser.problems) == (422, [said])
        assert fields.get("sentence", "").replace("&", "&amp;") in browser.page
    await browser.get(AT)
    assert "0 of 27 lines answered" in browser.page


async def test_not_knowing_needs_no_sentence_and_only_some_lines_may_not_apply(
    front: Front, database: Database
) -> None:
    browser = await alice(front, database)
    answer = await browser.send(f"{AT}/first-pass/1", after="0", level="not-known")
    assert answer.headers["location"] == f"{AT}/first-pass/2"
    answer = await browser.send(f"{AT}/first-pass/K1", after="0", level="does-not-apply", sentence="No.")
    assert (answer.status_code, browser.problems) == (422, ["Choose where your service stands"])
    answer = await browser.send(f"{AT}/first-pass/5", after="0", level="does-not-apply")
    assert browser.problems == ["Say in one sentence why it does not apply"]


async def test_the_first_pass_goes_on_where_it_was_left(front: Front, database: Database) -> None:
    browser = await alice(front, database)
    await browser.send(f"{AT}/first-pass/1", after="0", level="not-known")
    await browser.send(f"{AT}/first-pass/3", after="0", level="not-known")
    answer = await browser.get(f"{AT}/first-pass")
    assert answer.headers["location"] == f"{AT}/first-pass/2"
    answer = await browser.send(f"{AT}/first-pass/2", after="0", level="not-known")
    assert answer.headers["location"] == f"{AT}/first-pass/4"


async def test_whoever_comes_from_the_check_goes_back_to_it(front: Front, database: Database) -> None:
    browser = await alice(front, database)
    await browser.get(f"{AT}/first-pass/7?from=check")
    assert 'name="from" value="check"' in browser.page
    answer = await browser.send(f"{AT}/first-pass/7", after="0", level="not-known", **{"from": "check"})
    assert answer.headers["location"] == f"{AT}/check#line-7"


async def test_a_text_that_seems_to_name_a_child_is_asked_about_once_and_then_kept(
    front: Front, database: Database
) -> None:
    browser = await alice(front, database)
    fields = {"after": "0", "level": "developing", "sentence": "It helped Ella Example, aged 7, to stay."}
    answer = await browser.send(f"{AT}/first-pass/1", **fields)
    assert answer.status_code == 422
    assert "Ella Example, aged 7" in browser.problems[0]
    answer = await browser.send(f"{AT}/first-pass/1", no_names="yes", **fields)
    assert answer.headers["location"] == f"{AT}/first-pass/2"


async def test_a_round_is_begun_by_a_lead_once_and_only_in_its_days(
    front: Front, database: Database, clock: FixedClock
) -> None:
    bob = await member(front, database, "Bob", Role.CONTRIBUTOR)
    await bob.get(f"/benchmark/{KENT}")
    assert "Whoever leads your benchmark can begin it." in bob.page
    assert (await bob.send(f"{AT}/start")).status_code == 403
    browser = await alice(front, database)
    await browser.send(f"{AT}/first-pass/1", after="0", level="not-known")
    assert (await browser.send(f"{AT}/start")).status_code == 303
    await browser.get(AT)
    assert "1 of 27 lines answered" in browser.page
    for other in ("2026-04", "2027-04"):
        answer = await browser.send(f"/benchmark/{KENT}/rounds/{other}/start")
        assert (answer.status_code, "Only the round of these days can be begun" in answer.text) == (409, True)
    assert (await browser.get(f"/benchmark/{KENT}/rounds/2026-04")).status_code == 404


async def test_the_list_of_questions_says_how_each_stands(front: Front, database: Database) -> None:
    browser = await alice(front, database)
    await browser.send(f"{AT}/first-pass/14", after="0", level="in-place", sentence="Checked in May.")
    await browser.get(AT)
    tasks = re.findall(r'id="question-([^"]+)">.*?href="([^"]+)".*?id="status-[^"]+">(.*?)</div>', browser.page, re.S)
    said = {key: (href, re.sub(r"<[^>]+>", "", text).strip()) for key, href, text in tasks}
    assert said["14"] == (f"{AT}/questions/14", "In place")
    assert said["1"] == (f"{AT}/first-pass/1", "Not answered yet")
    assert said["1b"] == (f"{AT}/questions/1b", "Can be added")
    assert [key for key in said if key.startswith("K")][:1] == ["K1"]
    for name in ("paper.docx", "benchmark.xlsx", "answers.csv", "benchmark.json", "print"):
        assert f'href="{AT}/{name}"' in browser.page


async def test_a_reader_reads_and_cannot_answer(front: Front, database: Database) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await answered(database, lead, "1", Level.IN_PLACE, "All rules are published.")
    rita = await member(front, database, "Rita", Role.READER)
    await rita.get(f"{AT}/questions/1")
    assert "All rules are published." in rita.page
    assert f'action="{AT}' not in rita.page
    for path in ("first-pass/1", "questions/1", "questions/1/agree", "check", "ask", "start"):
        assert (await rita.send(f"{AT}/{path}", level="leading")).status_code == 403
    assert ROUND in AT
