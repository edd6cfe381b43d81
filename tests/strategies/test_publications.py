"""How an event reads when it goes out: one subject that says what moved, and every piece of it in the text."""

from datetime import date

import msgspec
import pytest

from tests.conftest import NOON
from tests.make import provisional
from tracker.strategies import facts
from tracker.strategies.facts import AnyFact, Change, Evidence
from tracker.strategies.files import Folder
from tracker.strategies.publications import Composed, before_and_after, compose, content_of, publication

TODAY = date(2026, 11, 22)
GUIDANCE = Evidence(
    title="Kinship care: statutory guidance",
    publisher="Department for Education",
    url="https://www.gov.uk/guidance",
    dated="2024-10-11",
    page="p. 3",
    quotation="This guidance replaces that of 2011",
)


def composed(folder: Folder, *new: AnyFact, without: str = "", today: date = TODAY, prefix: str = "") -> Composed:
    """What goes out about these facts on a day, when what has this key was not on record."""
    slug = folder.strategy.identity.slug
    standing = [c for c in provisional(folder) if c.fact.known_on <= today and not (without and c.key == without)]
    changes = [facts.provisional(len(standing) + n, slug, f"new-{n}", fact) for n, fact in enumerate(new, start=1)]
    before, after = before_and_after(folder.strategy, standing, changes, today=today)
    return compose(folder.strategy, changes, before, after, prefix=prefix)


def guidance_published(folder: Folder) -> Change:
    """The delivery of the statutory guidance as the files tell it."""
    return next(c for c in provisional(folder) if isinstance(c.fact, facts.Delivered) and "14/guidance" in c.fact.about)


def test_a_subject_says_what_moved_from_where_to_where(kinship: Folder) -> None:
    told = guidance_published(kinship)
    assert isinstance(told.fact, facts.Delivered)
    out = composed(kinship, told.fact, without=told.key, today=told.fact.known_on)
    assert out.subject == "Kinship tracker: Statutory guidance: overdue → delivered (133 days late)"
    assert out.content.statuses[0].about == "14/guidance"
    assert told.fact.text in out.text


def test_the_text_holds_the_day_the_statuses_and_the_evidence(kinship: Folder) -> None:
    fact = facts.Delivered(
        about=("14/guidance",),
        text="New statutory guidance was published.",
        happened_on="2024-10-11",
        known_on=date(2024, 10, 11),
        evidence=(GUIDANCE,),
    )
    out = composed(kinship, fact, without=guidance_published(kinship).key, today=date(2024, 10, 11))
    assert "It happened on 11 October 2024." in out.text
    assert "overdue → delivered (133 days late)" in out.text
    assert "- Kinship care: statutory guidance (Department for Education, 11 October 2024, p. 3)" in out.text
    assert "  https://www.gov.uk/guidance\n  “This guidance replaces that of 2011”" in out.text
    assert [address.path.split("#")[0] for address in out.content.addresses] == ["/announcements/14"]


def test_one_event_about_two_announcements_is_one_message_with_an_address_for_each(kinship: Folder) -> None:
    fact = facts.Noted(
        about=("13", "14"), text="A page names both.", happened_on="2026-11-20", known_on=TODAY, evidence=(GUIDANCE,)
    )
    out = composed(kinship, fact, prefix="/strategies/kinship")
    assert out.subject == "Kinship tracker: Announcements 13 and 14: new evidence"
    assert [address.path.split("#")[0] for address in out.content.addresses] == [
        "/strategies/kinship/announcements/13",
        "/strategies/kinship/announcements/14",
    ]
    assert out.content.statuses == ()


@pytest.mark.parametrize(
    ("fact", "ending"),
    [
        (
            facts.VerdictGiven(
                about=("14",), text="It is welcome.", happened_on="2026-11-20", known_on=TODAY,
                organisation="Kinship", rating="Partly met", next="Fund it.",
            ),
            ": opinion of Kinship (“Partly met”)",
        ),
        (
            facts.DateStated(
                about=("1/launch/launched",), text="A date was named.", happened_on="2026-11-20", known_on=TODAY,
                as_printed="by Easter", by="dfe",
            ),
            ": date stated: “by Easter”",
        ),
        (
            facts.Reviewed(
                about=("14",), text="Looked and found nothing.", happened_on="2026-11-20", known_on=TODAY,
                looked=("GOV.UK",),
            ),
            ": looked for, nothing found",
        ),
    ],
    ids=["a verdict names who gave it", "a date is quoted as printed", "a search says that it found nothing"],
)  # fmt: skip
def test_what_moves_nothing_says_what_it_is(kinship: Folder, fact: AnyFact, ending: str) -> None:
    out = composed(kinship, fact)
    assert out.subject.endswith(ending)
    assert out.content.statuses == ()


def test_an_overdue_notice_is_set_against_the_last_day_on_which_the_promise_could_be_kept(harbour: Folder) -> None:
    early = [c for c in provisional(harbour) if c.fact.known_on <= date(2025, 7, 1)]
    notice = facts.BecameOverdue(
        about=("1/lamps/lit",),
        text="Became overdue: lamps lit",
        happened_on="2025-07-01",
        known_on=date(2025, 7, 1),
        due=date(2025, 6, 30),
    )
    change = facts.provisional(99, "harbour-lights", "overdue", notice)
    before, after = before_and_after(harbour.strategy, early, [change], today=date(2025, 7, 1))
    out = compose(harbour.strategy, [change], before, after)
    assert out.subject.endswith("→ overdue (1 day)")
    assert {item.about for item in out.content.statuses} == {"1/lamps"}
    assert out.content.overdue_first


def test_what_is_stored_is_what_was_composed(kinship: Folder) -> None:
    fact = facts.Noted(about=("14",), text="A page.", happened_on="2026-11-20", known_on=TODAY, evidence=(GUIDANCE,))
    out = composed(kinship, fact)
    change = facts.provisional(7, "championing-kinship-care", "new", fact)
    row = publication(out, key="new", changes=[change], strategy="championing-kinship-care", now=NOON)
    assert content_of(row) == out.content
    assert (row.subject, row.text, row.first_seq, row.last_seq) == (out.subject, out.text, 7, 7)
    assert msgspec.json.decode(row.content)["kinds"] == ["noted"]
