"""What an item is suggested for, and why; which rules files are refused."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.watch.matching_figures import labelled_items, packaged_rules
from tracker.errors import Invalid
from tracker.paths import FEEDS
from tracker.strategies.facts import Change, Corrected, Delivered, Evidence, Noted, Reviewed
from tracker.watch.matching.known import known_from
from tracker.watch.matching.match import Item, Known, Matcher, Reading
from tracker.watch.matching.phrases import Compiler, beginnings
from tracker.watch.matching.rules import read_rules
from tracker.watch.matching.text import folded, plain, without_display_type

VSH_PAGE = "gov.uk/government/publications/virtual-school-head-role-extension-to-children-with-a-social-worker"
SLUG = "championing-kinship-care"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([packaged_rules()])


def numbers(matcher: Matcher, title: str, summary: str = "", publisher: str = "", **more: str) -> set[int]:
    item = Item(title=title, summary=summary, publisher=publisher, **more)  # type: ignore[arg-type]
    return {found.announcement for found in matcher.suggestions(item)}


@pytest.mark.parametrize(
    ("title", "summary", "publisher", "expected"),
    [
        ("Kinship allowance: how payments will be made", "", "Department for Education", {1}),
        ("Relatives raising children to be paid as foster carers are", "A trial for special guardians.", "BBC", {1}),
        ("Virtual school heads and children in kinship care", "", "Department for Education", {2}),
        ("ASGSF: applications reopen", "", "Department for Education", {3}),
        ("Employers: how to support kinship carers at work", "", "Acas", {4}),
        ("Kinship leave for Department for Education staff", "", "Civil Service World", {5}),
        ("Workshops for kinship carers", "Free training across England.", "Kinship (charity)", {6}),
        ("Peer support groups for special guardians", "", "Department for Education", {7}),
        ("National Kinship Care Ambassador: second report", "", "Department for Education", {8}),
        ("Children’s advocacy: new national standards", "", "Department for Education", {9}),
        ("Kinship Care Advisory Board: members", "", "Department for Education", {10}),
        ("Family group conferences in every council", "", "Foundations", {11}),
        ("Eco-maps for social workers", "", "North Yorkshire Council", {12}),
        ("How the law will define kinship care", "", "Family Law Week", {13}),
        ("Kinship local offers: what councils publish", "", "Family Rights Group", {14}),
        ("Post-qualifying standards for child and family social workers", "", "Department for Education", {15}),
        ("Kinship care in our inspections", "", "Ofsted", {16}),
        ("Kinship care: consultation paper", "", "Law Commission", {17}),
        ("Linked data on special guardianship", "Family court and education records.", "Ministry of Justice", {18}),
    ],
)
def test_an_item_is_suggested_for_what_it_is_about(
    matcher: Matcher, title: str, summary: str, publisher: str, expected: set[int]
) -> None:
    assert numbers(matcher, title, summary, publisher) == expected


@pytest.mark.parametrize(
    ("title", "summary", "publisher"),
    [
        pytest.param("Kinship allowance", "Payments to carers.", "Fife Council", id="Scotland, by publisher"),
        pytest.param("Kinship allowance in Wales", "", "BBC", id="Wales, by word"),
        pytest.param("Kinship navigator: peer support", "", "Ohio Department of Children", id="United States"),
        pytest.param("Early career framework: mentors", "For early career teachers.", "DfE", id="teachers’ framework"),
        pytest.param("Sector ambassador appointed", "", "Cabinet Office", id="another ambassador"),
        pytest.param("Wills: final report", "Review of the law.", "Law Commission", id="another project"),
        pytest.param("Fostering: national minimum allowance", "", "Department for Education", id="fostering alone"),
        pytest.param("Adoption: matching", "How adopters are matched.", "DfE", id="adoption alone"),
        pytest.param("Virtual schools: pupil premium for children in care", "", "DfE", id="virtual school alone"),
        pytest.param("Linked data on youth offending", "MoJ and DfE records.", "Ministry of Justice", id="other data"),
        pytest.param("Kinship and dominance in primates", "Support groups among females.", "Nature", id="animals"),
        pytest.param("Care leavers: local offer", "", "Department for Education", id="another local offer"),
    ],
)
def test_near_misses_are_suggested_for_nothing(matcher: Matcher, title: str, summary: str, publisher: str) -> None:
    assert numbers(matcher, title, summary, publisher) == set()


@pytest.mark.parametrize("url", ["https://www.gov.scot/a", "https://hs.virginiabeach.gov/a", "http://gov.wales"])
def test_where_a_page_lies_tells_that_it_is_about_elsewhere(matcher: Matcher, url: str) -> None:
    assert numbers(matcher, "Kinship allowance") == numbers(matcher, "Kinship allowance", url="https://gov.uk/a") == {1}
    assert numbers(matcher, "Kinship allowance", url=url) == set()


def test_england_and_wales_is_not_wales(matcher: Matcher) -> None:
    assert numbers(matcher, "Kinship care: review of the law of England and Wales", publisher="Law Commission") == {17}


def test_an_answer_that_lists_many_things_is_suggested_for_each(matcher: Matcher) -> None:
    answer = (
        "We appointed the Kinship Care Ambassador … fund peer support groups … and extended virtual school heads’ role."
    )
    assert numbers(matcher, "Kinship Care", answer) == {2, 7, 8}


@pytest.mark.parametrize("published", ["2011", "30 March 2011", "2022-12-31", "2022-12"])
def test_nothing_from_before_the_strategy_is_evidence(matcher: Matcher, published: str) -> None:
    assert numbers(matcher, "Kinship care: statutory guidance", published=published) == set()


@pytest.mark.parametrize("published", ["2023", "2023-01-01T09:00:00Z", "1 January 2023", "last week", ""])
def test_what_may_be_from_after_it_is_looked_at(matcher: Matcher, published: str) -> None:
    assert numbers(matcher, "Kinship care: statutory guidance", published=published) == {14}


def test_each_suggestion_says_why_in_words_of_the_item(matcher: Matcher) -> None:
    (found,) = matcher.suggestions(Item(title="Kinship Care Ambassador: annual report"))
    assert (found.strategy, found.announcement, found.score) == (SLUG, 8, 0.85)
    assert found.reasons == ("speaks of the kinship ambassador (“ambassador”)",)


def test_what_speaks_against_is_said_as_well() -> None:
    rules = packaged_rules()
    item = Item(title="Kinship care: numbers of carers in inspections", publisher="Ofsted")
    (found,) = Matcher([replace(rules, threshold=0.0)]).suggestions(item)
    assert found.announcement == 16
    assert "less sure: is about statistics that only count carers" in found.reasons
    assert Matcher([rules]).suggestions(item) == ()


def test_a_display_type_before_the_title_is_no_evidence(matcher: Matcher) -> None:
    title = "Statutory guidance: Virtual school heads and children in kinship care"
    assert numbers(matcher, title) == {2}
    assert without_display_type(title) == "Virtual school heads and children in kinship care"
    assert without_display_type("Law Commission: kinship") == "Law Commission: kinship"


def test_how_an_item_was_typed_makes_no_difference(matcher: Matcher) -> None:
    typed = Item(title="Kinship carers' peer-to-peer support", summary="Kinship carers' local offer.\r\n")
    set_in_type = Item(
        title="KINSHIP\u00a0CARERS’ PEER‑TO‑PEER SUPPORT", summary="Kinship&nbsp;carers&rsquo; local offer."
    )
    assert matcher.suggestions(typed) == matcher.suggestions(set_in_type) != ()


def test_plain_text_has_its_words_set_apart_and_its_sentences_ended() -> None:
    text = "Children&rsquo;s “kin\u00adship”… U.S. eco‑maps (ASGSF). £1.5m &amp; more!\u00a0See gov.uk"
    assert plain(folded(text)) == " childrens kinship . u.s . eco maps asgsf . £1.5m more . see gov.uk "


def test_a_change_note_is_read_as_the_summary_is(matcher: Matcher) -> None:
    note = "Added a section on peer support groups."
    assert numbers(matcher, "Kinship carers", note=note) == {7}


def test_the_text_of_a_page_counts_less_and_only_when_its_headline_was_worth_reading(matcher: Matcher) -> None:
    text = "Peer support groups for kinship carers run across England."
    (found,) = matcher.suggestions(Item(title="Support for kinship families", text=text))
    (said_above,) = matcher.suggestions(Item(title="Support for kinship families", summary=text))
    assert (found.announcement, said_above.announcement) == (7, 7)
    assert found.score < said_above.score
    assert matcher.suggestions(Item(title="Council news", text=text)) == ()


def test_a_page_that_is_evidence_for_one_announcement_is_suggested_for_it_whatever_it_says_now() -> None:
    matcher = knowing({VSH_PAGE: (2,)})
    (found,) = matcher.suggestions(Item(title="Updated", url=f"https://www.{VSH_PAGE}/#2025-07-17T16:05:00Z"))
    assert (found.announcement, found.reasons) == (2, ("the record knows this page as evidence for it",))


def test_a_page_that_is_evidence_for_many_is_suggested_only_for_what_it_says_now() -> None:
    matcher = knowing({"kinship.org.uk/policy-tracker": (1, 2, 3, 6, 7, 8)})
    url = "https://kinship.org.uk/policy-tracker/"
    assert matcher.suggestions(Item(title="Policy tracker", url=url)) == ()
    (found,) = matcher.suggestions(Item(title="Policy tracker: kinship ambassador", url=url))
    assert found.announcement == 8
    assert "the record knows this page as evidence for it, and for 5 more" in found.reasons


def test_a_page_below_one_that_is_evidence_is_not_evidence_by_that_alone() -> None:
    matcher = knowing({VSH_PAGE: (2,)})
    assert matcher.suggestions(Item(title="Accessible version", url=f"https://www.{VSH_PAGE}/links")) == ()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.legislation.gov.uk/ukpga/2026/21/section/1/enacted", {11}),
        ("https://www.legislation.gov.uk/ukpga/2026/21/section/10", set()),
        ("https://www.legislation.gov.uk/ukpga/2026/21", {2, 11, 13, 14}),
        ("https://lawcom.gov.uk/project/kinship-care/#terms", {17}),
        ("https://lawcom.gov.uk/project/wills", set()),
        (f"https://www.gov.uk/government/publications/{SLUG}-national-kinship-care-strategy", set(range(1, 19))),
    ],
)
def test_some_places_are_about_an_announcement_by_what_they_are(matcher: Matcher, url: str, expected: set[int]) -> None:
    assert numbers(matcher, "Untitled", url=url) == expected


def test_what_the_record_knows_comes_from_changes_that_still_hold() -> None:
    def page(url: str) -> tuple[Evidence, ...]:
        return (Evidence(title="A page", publisher="Somebody", url=url),)

    day = {"happened_on": "2024-03-05", "known_on": date(2024, 3, 5)}
    known = known_from(
        [
            change("a", Delivered(about=("2/guidance", "7"), text="x", evidence=page("https://www.gov.uk/a/"), **day)),
            change("b", Noted(about=("3",), text="x", evidence=page("http://gov.uk/b?utm_source=x"), **day)),
            change("c", Corrected(of="b", text="x", why="wrong", **day)),
            change("d", Reviewed(about=("4",), text="x", looked=("d",), evidence=page("https://gov.uk/d"), **day)),
            change("e", Noted(text="about the strategy itself", evidence=page("https://gov.uk/e"), **day)),
        ]
    )
    assert known.pages == {SLUG: {"gov.uk/a": (2, 7)}}


def test_a_second_strategy_is_another_file_with_its_own_announcements(tmp_path: Path) -> None:
    second = tmp_path / "harbour-repairs.toml"
    second.write_text(
        SECOND.replace(
            "[[rules]]",
            '[[pages]]\npath = "harbour.example/wall"\nannouncements = [2]\n'
            'because = "is the wall’s page"\nscore = 0.9\n\n[[rules]]',
            1,
        ),
        encoding="utf-8",
    )
    matcher = Matcher([packaged_rules(), *read_rules(tmp_path)])
    item = Item(title="Harbour wall: kinship ambassador visits", url="https://harbour.example/wall")
    assert [(found.strategy, found.announcement) for found in matcher.suggestions(item)] == [
        ("harbour-repairs", 2),
        (SLUG, 8),
        ("harbour-repairs", 1),
    ]


SECOND = """
strategy = "harbour-repairs"
since = 2020-01-01
threshold = 0.5
in_text_only = 0.5
worth_reading = ["harbour"]
[identity]
alone = 0.7
few = 0.5
many = 0.3
several = 3
part = 0.3
[lists]
wall = ["wall", "quay*"]
[[rules]]
announcements = [1]
because = "speaks of the harbour wall"
score = 0.6
any = ["harbour .. {wall}"]
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("threshold = 0.5", "treshold = 0.5", "treshold"),
        ("score = 0.6", "score = 1.6", r"1.0.*rules\[0\].score"),
        ("announcements = [1]", "announcements = []", r"rules\[0\].announcements"),
        ("{wall}", "{walls}", "rule 1 .*no list called “walls”"),
        ("harbour .. {wall}", "harbour ~ wall ~ quay", "more than one ~"),
        ("harbour .. {wall}", "harbour ..", "words have to stand on both sides"),
        ('"quay*"', '"{wall}"', "lists.wall.*holds itself"),
        ('"quay*"', '"!!"', "holds no word"),
        ('"harbour-repairs"', '"harbour"', "file is named"),
        ("[lists]", "[lists", "harbour-repairs.toml"),
    ],
)
def test_a_wrong_rules_file_is_refused_with_file_place_and_reason(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    (tmp_path / "harbour-repairs.toml").write_text(SECOND.replace(old, new), encoding="utf-8")
    with pytest.raises(Invalid, match=complaint) as refused:
        read_rules(tmp_path)
    assert str(refused.value).startswith("harbour-repairs.toml: ")


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no rules"):
        read_rules(tmp_path)


@pytest.mark.parametrize(
    ("phrase", "text", "holds"),
    [
        ("kinship carer*", "Kinship carers’ week", True),
        ("kinship carer", "Kinship carers", False),
        ("kinship .. allowance", "kinship, and the new weekly allowance", True),
        ("kinship .. allowance", "kinship. Allowance", False),
        ("kinship .. allowance", "kinship one two three four five six seven eight nine allowance", False),
        ("pay ~ guardian", "guardian’s pay", False),
        ("pay ~ guardian", "a guardian is due pay", True),
        ("{who} ~ pay", "pay for aunts", True),
        ("peer-to-peer", "Peer to peer", True),
        ("art", "part of it", False),
    ],
)
def test_phrases_mean_what_the_rules_file_says(phrase: str, text: str, holds: bool) -> None:
    pattern = Compiler({"who": ["uncles", "aunts"]}).compiled([phrase])
    assert pattern is not None
    assert bool(pattern.search(plain(folded(text)))) is holds
    assert bool(pattern.search(plain(folded(text)), beginnings(plain(folded(text))))) is holds


def test_what_words_begin_with_spares_searches_and_changes_no_answer() -> None:
    rules = packaged_rules()
    asked = (some for rule in (*rules.rules, *rules.guesses) for some in (rule.any, rule.without))
    phrases = [*map(Compiler(rules.lists).compiled, asked)]
    for labelled in labelled_items("independent"):
        text = Reading(labelled.item()).headline
        for each in filter(None, phrases):
            assert bool(each.search(text)) is bool(each.search(text, beginnings(text)))


def test_where_no_rule_is_sure_the_likeliest_alone_is_a_guess(matcher: Matcher) -> None:
    item = Item(title="Evening classes for special guardians", publisher="A charity")
    (found,) = matcher.suggestions(item)
    assert (found.announcement, found.reasons[-1]) == (6, "a guess: nothing says it clearly")
    assert 0.35 <= found.score < 0.5
    assert Matcher([replace(packaged_rules(), guesses=())]).suggestions(item) == ()


def test_what_is_sure_leaves_nothing_to_guess(matcher: Matcher) -> None:
    item = Item(title="Evening classes for special guardians", summary="The kinship ambassador came.")
    assert [found.announcement for found in matcher.suggestions(item)] == [8]


def test_every_word_worth_reading_lets_through_what_the_rules_would_find(matcher: Matcher) -> None:
    """A rule that looks for what the first glance lets nobody see would never speak."""
    rules = packaged_rules()
    sees_all = Matcher([replace(rules, worth_reading=("",))])
    for name in ("labelled", "composed", "found", "independent"):
        for labelled in labelled_items(name):
            item = labelled.item()
            assert matcher.suggestions(item) == sees_all.suggestions(item), item.title


WORDS = st.sampled_from(
    [
        *(
            "kinship carers",
            "special guardianship order",
            "virtual school heads",
            "Scotland",
            "£40",
            "…",
            ".",
            ";",
            "&",
        ),
        *(
            "&amp;",
            "allowance",
            "employers",
            "peer support",
            "ambassador",
            "2026",
            "law commission",
            "data",
            "eco-maps",
        ),
        *("ministry of justice", "\x00", "\u00ad", "ﬁ", "advocacy standards for children", "family court", "linked"),
    ]
)
ANY_TEXT = st.text(max_size=300) | st.lists(WORDS, max_size=40).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.none() | ANY_TEXT)
def test_any_text_is_answered_in_order_and_always_alike(
    title: str, summary: str, publisher: str, url: str, text: str, published: str | None
) -> None:
    item = Item(title=title, summary=summary, publisher=publisher, url=url, text=text, published=published)
    found = READY.suggestions(item)
    assert found == READY.suggestions(item)
    assert list(found) == sorted(found, key=lambda one: (-one.score, one.strategy, one.announcement))
    assert len({one.announcement for one in found}) == len(found)
    assert all(0.35 <= one.score <= 1 and one.reasons for one in found)


READY = Matcher(read_rules(FEEDS / "rules"), Known(pages={SLUG: {"example.org": (1, 2)}}))


def knowing(pages: dict[str, tuple[int, ...]]) -> Matcher:
    return Matcher([packaged_rules()], Known(pages={SLUG: pages}))


def change(key: str, fact: Delivered | Noted | Corrected | Reviewed) -> Change:
    return Change(
        seq=1,
        strategy=SLUG,
        key=key,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        fact=fact,
        body="",
        body_digest="",
        hash="",
    )
