"""Sources outside GOV.UK: feeds of any site, Parliament, legislation, and pages without a feed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.watch.reading import JSON, read, spec_of
from tracker.watch.kinds import KINDS
from tracker.watch.schemas import Answer, Found, Unreadable

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


def rss(*items: str, link: str = "https://blog.example.org/") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Blog</title><link>{link}</link>{inside}</channel></rss>'


def atom(*entries: str) -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title>{inside}</feed>'


class TestFeeds:
    def test_wordpress_gives_a_post_with_its_time_and_words(self) -> None:
        (post,) = read(
            "feed",
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>B</title><item>'
            "<title>Kinship &#8211; what we&#8217;ve heard &amp; done</title>"
            "<link>https://blog.example.org/2026/03/kinship/?utm_source=rss</link>"
            "<pubDate>Thu, 05 Mar 2026 12:30:05 +0100</pubDate>"
            '<guid isPermaLink="false">https://blog.example.org/?p=1739</guid>'
            "<description><![CDATA[<p>First &amp; second.</p><p>Third</p> [&hellip;]]]></description>"
            "<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded></item></channel></rss>",
            type=RSS,
        ).found
        assert post.item == "blog.example.org/2026/03/kinship"
        assert post.title == "Kinship – what we’ve heard & done"
        assert post.summary == "First & second. Third […]"
        assert (post.published_at, post.note_is) == (utc(2026, 3, 5, 11, 30, 5), "none")

    def test_the_moment_of_a_version_is_when_it_was_changed_if_the_feed_says_so(self) -> None:
        (post,) = read(
            "feed",
            atom(
                "<id>urn:1</id><title>T</title><link href='/a'/><published>2026-01-01T10:00:00Z</published>"
                "<updated>2026-02-01T10:00:00.250+00:00</updated>"
            ),
        ).found
        assert (post.published_at, post.first_published_at) == (utc(2026, 2, 1, 10), utc(2026, 1, 1, 10))
        assert post.url == "https://blog.example.org/a"

    def test_entries_that_share_an_address_are_told_apart_by_their_ids(self) -> None:
        home = "<link>https://blog.example.org</link>"
        same = "<link>https://blog.example.org/all</link><pubDate>Thu, 05 Mar 2026 12:30:05 GMT</pubDate>"
        found = read(
            "feed",
            rss(
                f"<title>A</title>{home}<guid>tag:a</guid>",
                f"<title>B</title>{home}<guid>tag:b</guid>",
                f"<title>C</title>{same}<guid>tag:c</guid>",
                f"<title>D</title>{same}<guid>tag:d</guid>",
                f"<title>D</title>{same}<guid>tag:d</guid>",
            ),
        ).found
        assert [each.item for each in found] == ["tag:a", "tag:b", "tag:c", "tag:d", "tag:d"]

    def test_an_entry_without_address_or_id_is_known_by_its_title(self) -> None:
        reading = read("feed", rss("<title>Only a title</title>", "<author>x</author>"))
        (only,) = reading.found
        assert only.item.startswith("blog.example.org/feed#")
        assert only.url == "https://blog.example.org/"
        assert reading.remarks == ("an entry was left out, which has neither an address, an id nor a title",)

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "data:text/html,x", "http://[::1", "//", "http://a b/", "\u202ehttps://a.uk/"]
    )
    def test_an_address_that_nobody_can_follow_is_never_shown(self, link: str) -> None:
        (post,) = read("feed", rss(f"<title>T</title><link>{link}</link><guid>urn:x</guid>")).found
        assert post.url.startswith("https://blog.example.org/")

    @pytest.mark.parametrize(
        ("when", "moment"),
        [
            ("Mon, 01 Jan 1900 00:00:00 GMT", utc(1900, 1, 1)),
            ("Thu, 05 Mar 2026 12:30:05 +0100", utc(2026, 3, 5, 11, 30, 5)),
            ("2026-03-05T12:30:05+01:00", utc(2026, 3, 5, 11, 30, 5)),
            ("yesterday", None),
            ("0000-00-00", None),
        ],
    )
    def test_a_time_is_read_as_it_is_given_or_not_at_all(self, when: str, moment: datetime | None) -> None:
        (post,) = read("feed", rss(f"<title>T</title><guid>urn:x</guid><pubDate>{when}</pubDate>")).found
        assert post.published_at == moment

    def test_an_empty_feed_is_read_and_shows_nothing(self) -> None:
        assert read("feed", rss()).found == ()


EFFECT = (
    "<id>http://www.legislation.gov.uk/changes/affected/ukpga/1989/41/affecting/ukpga/2026/21/key-3d/modified/{}</id>"
    '<content type="text/xml"><ukm:Effect xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata"'
    ' EffectId="key-3d" Type="inserted" AffectedProvisions="s. 22H" AffectingProvisions="s. 5" Modified="{}">'
    "<ukm:AffectedTitle>Children Act 1989</ukm:AffectedTitle>"
    "<ukm:AffectingTitle>Children’s Wellbeing and Schools Act 2026</ukm:AffectingTitle>"
    '<ukm:InForceDates><ukm:InForce Date="2027-04-01" Qualification="wholly in force"/></ukm:InForceDates>'
    "</ukm:Effect></content><title>Children’s Wellbeing and Schools Act 2026 effect on Children Act 1989</title>"
    "<updated>{}</updated><author><name>editorial.legislation.gov.uk</name></author>"
)


class TestLegislation:
    def test_an_effect_is_one_item_whose_versions_are_its_modifications(self) -> None:
        first, second = (
            read("legislation", atom(EFFECT.format(when, when, when))).found[0]
            for when in ("2026-05-12T10:34:35Z", "2026-06-01T09:00:00Z")
        )
        assert first.item == second.item
        assert (first.published_at, second.published_at) == (utc(2026, 5, 12, 10, 34, 35), utc(2026, 6, 1, 9))
        assert first.url == "https://www.legislation.gov.uk/changes/affected/ukpga/1989/41"
        assert first.summary == (
            "s. 22H Children Act 1989: inserted by s. 5 Children’s Wellbeing and Schools Act 2026, in force 2027-04-01"
        )
        assert first.document_type == "effect"

    def test_new_legislation_is_the_page_that_people_read(self) -> None:
        entry = (
            "<id>http://www.legislation.gov.uk/id/uksi/2026/255</id><title>The Children Regulations 2026</title>"
            '<link rel="self" href="http://www.legislation.gov.uk/id/uksi/2026/255"/>'
            '<link href="http://www.legislation.gov.uk/uksi/2026/255"/>'
            '<link rel="alternate" type="application/pdf" href="http://www.legislation.gov.uk/uksi/2026/255/data.pdf"/>'
            "<author><name/></author><updated>2026-03-01T01:00:00+01:00</updated>"
            '<ukm:DocumentMainType xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata" '
            'Value="UnitedKingdomStatutoryInstrument"/><summary>About children.</summary>'
        )
        (found,) = read("legislation", atom(entry)).found
        assert (found.item, found.url) == (
            "legislation.gov.uk/uksi/2026/255",
            "https://www.legislation.gov.uk/uksi/2026/255",
        )
        assert found.document_type == "united_kingdom_statutory_instrument"
        assert found.published_at == utc(2026, 3, 1)

    def test_a_feed_with_a_next_window_says_where_it_is_under_the_same_base(self) -> None:
        feed = atom().replace(
            "<title>Feed</title>",
            '<title>F</title><link rel="next" href="http://www.legislation.gov.uk/uksi/data.feed?title=children&amp;page=2"/>',
        )
        there = spec_of(
            "legislation", 'feed = "/uksi/data.feed?title=children"\nbase = "http://127.0.0.1:99"\nevery = "1s"'
        )
        assert (
            read("legislation", feed).further == "https://www.legislation.gov.uk/uksi/data.feed?title=children&page=2"
        )
        assert (
            read("legislation", feed, spec=there).further == "http://127.0.0.1:99/uksi/data.feed?title=children&page=2"
        )
        elsewhere = feed.replace("www.legislation.gov.uk", "evil.example.org")
        assert read("legislation", elsewhere).further is None


QUESTION: dict[str, Any] = {
    "id": 1_912_345, "uin": "99083", "house": "Commons", "dateTabled": "2026-06-02T00:00:00", "heading": "Kinship Care",
    "questionText": "To ask when the pilot will begin.", "answeringBodyName": "Department for Education",
    "answerText": None, "dateAnswered": None, "isWithdrawn": False,
}  # fmt: skip


def questions(*values: dict[str, Any], total: int | None = None) -> tuple[Found, ...]:
    body = {"results": [{"value": value, "links": []} for value in values], "totalResults": total}
    return read("questions", json.dumps(body), type=JSON).found


class TestParliament:
    def test_a_question_is_of_the_day_in_london_on_which_it_was_tabled(self) -> None:
        (tabled,) = questions(QUESTION)
        assert tabled.url == "https://questions-statements.parliament.uk/written-questions/detail/2026-06-02/99083"
        assert tabled.published_at == utc(2026, 6, 1, 23)
        assert (tabled.title, tabled.summary) == (
            "Kinship Care (written question 99083)", "To ask when the pilot will begin."
        )  # fmt: skip
        assert (tabled.publisher, tabled.note_is) == ("Department for Education", "none")

    def test_an_answer_and_its_correction_are_new_versions_of_the_question(self) -> None:
        answered = QUESTION | {"dateAnswered": "2026-06-10T00:00:00", "answerText": "<p>In <b>April</b>.</p>"}
        corrected = answered | {"dateAnswerCorrected": "2026-06-12T00:00:00", "answerText": "<p>In May.</p>"}
        tabled, first, second = questions(QUESTION, answered, corrected)
        assert len({each.item for each in (tabled, first, second)}) == 1
        assert (first.published_at, second.published_at) == (utc(2026, 6, 9, 23), utc(2026, 6, 11, 23))
        assert (first.note, second.note) == ("The question was answered.", "The answer was corrected.")
        assert first.summary == "To ask when the pilot will begin. In April."

    def test_what_a_list_cuts_is_asked_for_whole(self) -> None:
        cut = QUESTION | {"dateAnswered": "2026-06-10T00:00:00", "answerText": "A" * 252 + "..."}
        (listed,) = questions(cut)
        spec = spec_of("questions")
        assert (listed.note_is, listed.note) == ("awaited", None)
        assert listed.note_url == f"{spec.base}/api/writtenquestions/questions/1912345"
        whole = {"value": cut | {"answerText": "<p>A long answer.</p><p>It ends here.</p>"}, "links": []}
        answer = Answer(url=listed.note_url, status=200, headers={}, body=json.dumps(whole).encode())
        follow_up = KINDS["questions"].note
        assert follow_up
        found = follow_up(spec, answer)
        assert (found.item, found.published_at) == (listed.item, listed.published_at)
        assert found.history == ((utc(2026, 6, 9, 23), "The question was answered."),)
        assert found.text
        assert found.text.endswith("A long answer.\n\nIt ends here.")

    def test_a_statement_is_of_the_day_it_was_made(self) -> None:
        value = {
            "id": 7, "uin": "HCWS1204", "dateMade": "2026-02-27T00:00:00", "title": "Kinship Care",
            "text": "<p>I am.</p>",
            "answeringBodyName": "Department for Education",
        }  # fmt: skip
        body = json.dumps({"results": [{"value": value}], "totalResults": 1})
        (made,) = read("statements", body, type=JSON).found
        assert made.url == "https://questions-statements.parliament.uk/written-statements/detail/2026-02-27/hcws1204"
        assert (made.title, made.summary, made.published_at) == ("Kinship Care", "I am.", utc(2026, 2, 27))
        cut = json.dumps({"results": [{"value": value | {"text": "x" * 255}}]})
        (listed,) = read("statements", cut, type=JSON).found
        assert (listed.note_is, listed.note_url) == (
            "awaited", "https://questions-statements-api.parliament.uk/api/writtenstatements/statements/7"
        )  # fmt: skip

    def test_a_list_says_where_the_next_window_is(self) -> None:
        spec = spec_of("questions")
        body = json.dumps({"results": [{"value": QUESTION}], "totalResults": 3})
        first = read("questions", body, type=JSON)
        assert first.further == f"{spec.url}&skip=1"
        assert read("questions", body, type=JSON, url=f"{spec.url}&skip=2").further is None

    def test_what_has_no_number_is_left_out_and_said(self) -> None:
        body = json.dumps({"results": [{"value": QUESTION | {"uin": None}}]})
        reading = read("questions", body, type=JSON)
        assert (reading.found, reading.remarks) == ((), ("1 were left out, without a number or day",))

    @pytest.mark.parametrize("body", ["[]", '{"results": [1]}', '{"questions": []}', '{"results": [{"value": {}}]}'])
    def test_json_of_another_shape_is_unreadable_in_words(self, body: str) -> None:
        with pytest.raises(Unreadable, match="its JSON is not what it should be"):
            read("questions", body, type=JSON)


PAGE = """<!doctype html><html><head><title>Views</title><style>p{}</style></head><body>
<nav>Home</nav><main class=x><h1>Our views</h1><p>Good progress</p><aside><p>Read today</p></aside>
<div id="related"><p>See also</p></div><p>Last word<br>of ours</p><script>var p = "<p>no</p>"</script></main>
<footer>2026</footer></body></html>"""


class TestPages:
    def test_only_the_named_part_is_looked_at_without_what_is_named(self) -> None:
        (found,) = read("page", PAGE, type=HTML).found
        assert found.text
        assert "Good progress" in found.text
        for outside in ("Home", "2026", "Read today", "See also", "no</p>"):
            assert outside not in found.text
        assert (found.item, found.title, found.published_at) == ("charity.example.org/views", "Views", None)

    def test_a_page_without_the_part_is_broken_and_says_so(self) -> None:
        with pytest.raises(Unreadable, match="it has no text in “main”"):
            read("page", "<html><body><div>All is new</div></body></html>", type=HTML)

    def test_the_charset_in_the_header_is_obeyed(self) -> None:
        body = "<main><p>Café – £5</p></main>".encode("windows-1252")
        (found,) = read("page", body, type="text/html; charset=windows-1252").found
        assert found.text == "Café – £5"
        assert read("page", body, type="text/html; charset=klingon").found[0].text

    def test_hashed_pages_are_marked_as_such(self) -> None:
        spec = spec_of("page", 'keep = "hash"\n[[pages]]\nurl = "https://charity.example.org/views"\ntitle = "Views"')
        assert spec.keep == "hash"
        assert spec.key == "example#charity.example.org/views"
