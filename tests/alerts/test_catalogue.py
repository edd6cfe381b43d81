"""What can be asked for: that it is all there, in words, and that it is what publications bear on."""

from tests.alerts.make import SLUG
from tests.make import provisional
from tracker.alerts.catalogue import CADENCES, HINTS, KINDS, Catalogue
from tracker.alerts.rules import KINDS as KINDS_OF_FACTS
from tracker.alerts.rules import coming_up_topic, topics_of
from tracker.strategies.files import Folder


def test_everything_that_a_publication_can_bear_on_can_be_asked_for(kinship: Folder) -> None:
    strategy = kinship.strategy
    borne = topics_of(strategy, provisional(kinship)) - {"all"}
    offered = set(Catalogue([strategy]).topics)
    assert borne <= offered
    assert coming_up_topic(SLUG) in offered
    assert set(KINDS) == set(KINDS_OF_FACTS)
    assert set(CADENCES) == set(HINTS)


def test_every_topic_has_words_of_its_own(kinship: Folder, harbour: Folder) -> None:
    for catalogue in (Catalogue([kinship.strategy]), Catalogue([kinship.strategy, harbour.strategy])):
        names = [catalogue.name(topic) for topic in catalogue.topics]
        assert len(set(names)) == len(names)
        assert not {name for name in names if "/" in name}


def test_with_several_strategies_the_whole_site_can_be_followed_and_each_name_says_which(
    kinship: Folder, harbour: Folder
) -> None:
    catalogue = Catalogue([kinship.strategy, harbour.strategy])
    assert catalogue.topics[0] == "all"
    assert catalogue.name("announcement/harbour-lights/1").startswith("Harbour Lights Renewal Plan: Announcement 1. ")
    assert "all" not in Catalogue([kinship.strategy]).topics


def test_topics_are_named_in_the_order_of_the_page_and_those_offered_no_longer_last(kinship: Folder) -> None:
    catalogue = Catalogue([kinship.strategy])
    asked = ["announcement/gone/3", f"kind/{SLUG}/dates", f"announcement/{SLUG}/14", f"theme/{SLUG}/supported"]
    assert catalogue.names(asked) == [
        "The theme “Supported”",
        catalogue.name(f"announcement/{SLUG}/14"),
        "Dates, in any announcement",
        "announcement/gone/3",
    ]
    assert catalogue.known([*asked, *asked]) == [asked[3], asked[2], asked[1]]


def test_a_theme_says_which_announcements_it_has(kinship: Folder) -> None:
    (offer,) = Catalogue([kinship.strategy]).offers
    themes = next(section for section in offer.sections if section.key == "theme")
    assert [choice.hint for choice in themes.choices] == [
        "Announcements 1 to 7.",
        "Announcements 8 to 12.",
        "Announcements 13 to 18.",
    ]
