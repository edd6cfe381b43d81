"""What frames every page: navigation, the day shown, freshness, how to cite."""

from tracker.settings import Settings
from tracker.strategies.public import PublicRecord
from tracker.strategies.silence import reviewed_on, silence
from tracker.strategies.words import day_text
from tracker.web.documents import Asked
from tracker.web.layout import LICENCE_URL, Assets, Citation, Feed, Link, Notice, Site

NAVIGATION = (
    ("/", "Tracker"),
    ("/who-benefits", "Who benefits"),
    ("/timeline", "Timeline"),
    ("/changes", "Changes"),
    ("/outcomes", "Outcomes"),
    ("/methodology", "How we decide"),
    ("/about", "About"),
)
FOOTER = (
    ("/subscribe", "Email alerts"),
    ("/downloads", "Downloads"),
    ("/corrections", "Corrections"),
    ("/authorities", "Local authorities"),
    ("/sources", "Sources"),
    ("/benchmark/questions", "Benchmark for councils"),
    ("/methodology", "Methodology"),
    ("/accessibility", "Accessibility"),
    ("/privacy", "Privacy"),
    ("/cookies", "Cookies"),
    ("/api/docs", "API"),
    ("/sign-in", "Sign in"),
)
STANDING_PATHS = frozenset(
    {"/accessibility", "/privacy", "/cookies", "/api/docs", "/benchmark/questions", "/benchmark/terms"}
)
"""Addresses that are the same on every day."""
OF_STRATEGY = frozenset(
    {"/", "/who-benefits", "/timeline", "/changes", "/outcomes", "/methodology", "/about", "/corrections", "/downloads"}
)
"""Addresses that every strategy has for itself; the others belong to the whole site."""


class Framer:
    """Makes the frame of each page."""

    def __init__(self, settings: Settings, assets: Assets) -> None:
        self._settings = settings
        self._assets = assets

    def __call__(self, public: PublicRecord, path: str, asked: Asked) -> Site:
        identity = public.strategy.identity
        feeds = [Feed(public.link("/changes.atom"), f"{identity.tracker_name}: all changes")]
        own = path.removeprefix(public.prefix)
        if own.startswith("/announcements/"):
            feeds.append(Feed(f"{path}/changes.atom", f"Changes to announcement {own.rsplit('/', 1)[-1]}"))
        return Site(
            name=identity.tracker_name,
            root=_address(public, "/", asked),
            home=public.prefix or "/",
            css=self._assets.href("tracker.css"),
            icon=self._assets.href("favicon.svg"),
            navigation=tuple(
                Link(_address(public, href, asked), text, href == own) for href, text in _navigation(public)
            ),
            operator=self._settings.operator,
            contact=self._settings.contact,
            geography=identity.geography,
            is_demo=public.is_demo,
            asat=_notice(public, asked),
            path=path,
            footer=tuple(Link(_address(public, href, asked), text) for href, text in FOOTER),
            freshness=_freshness(public),
            cite=self._cite(public, path, asked),
            feeds=tuple(feeds),
            first_day=public.days.first,
            today=public.days.last,
            as_at=asked.on.isoformat() if asked.on != asked.today else "",
            known_at=asked.known_at.isoformat() if asked.known_at != asked.today else "",
            filters=tuple(item for item in sorted(asked.filters.items()) if item[0] != "page"),
            search=public.link("/search"),
            linked=None if path in STANDING_PATHS or public.is_demo else self._linked(public, path, asked),
        )

    def _linked(self, public: PublicRecord, path: str, asked: Asked) -> dict[str, object]:
        """What a page of the record is, for programs that read linked data; the template adds its name."""
        query = f"?{asked.query()}" if asked.query() else ""
        return {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "url": f"{self._settings.public_url}{path}{query}",
            "dateModified": public.recorded_on.isoformat(),
            "inLanguage": "en-GB",
            "isPartOf": {"@id": f"{self._settings.public_url}{public.prefix}/"},
            "license": LICENCE_URL,
            "publisher": {"name": self._settings.operator},
        }

    def _cite(self, public: PublicRecord, path: str, asked: Asked) -> Citation:
        query = "" if path in STANDING_PATHS else f"?{asked.cited()}"
        return Citation(
            name=f"{'Demonstration, partly invented: ' * public.is_demo}{public.strategy.identity.tracker_name}",
            address=f"{self._settings.public_url}{path}{query}",
            on=asked.on,
            read_on=asked.today,
            seq=public.head.seq,
            hash=public.head.hash,
        )


def _navigation(public: PublicRecord) -> tuple[tuple[str, str], ...]:
    """The pages that this strategy has: a finder only where its files hold questions."""
    return tuple(item for item in NAVIGATION if item[0] != "/who-benefits" or public.strategy.finder)


def _address(public: PublicRecord, href: str, asked: Asked) -> str:
    """An address that stays on the day that is looked at, where the page has days."""
    if href not in OF_STRATEGY:
        return href
    address = public.prefix or "/" if href == "/" else public.link(href)
    return f"{address}?{asked.when()}" if asked.when() else address


def _notice(public: PublicRecord, asked: Asked) -> Notice | None:
    """Which day is shown, when it is not today."""
    if asked.is_now:
        return None
    known = "as known today" if asked.known_at == asked.today else f"as known on {day_text(asked.known_at)}"
    text = f"You are looking at {day_text(asked.on)}, {known}."
    if min(asked.on, asked.known_at) < public.strategy.identity.opened_on:
        text += " Days before this tracker opened are reconstructed from when the evidence was published."
    return Notice(f"{text} Editor’s notes, who does what, and the glossary are as written today.")


def _freshness(public: PublicRecord) -> str:
    """How current the record is: until when sources were read, what waits, and who looked last."""
    return silence(reviewed_on(public.now().changes), public.waiting, public.watched, today=public.days.last)
