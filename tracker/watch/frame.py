"""What frames a page and is not said by it: navigation, banners, what is hidden, what leads elsewhere."""

import re
from collections.abc import Mapping
from functools import lru_cache

from tracker.watch.markup import Tag

ELEMENTS = frozenset(
    (
        *("script", "style", "template", "svg", "math", "noscript", "object", "embed", "iframe", "canvas", "audio"),
        *("video", "map", "nav", "aside", "dialog", "menu", "select", "datalist", "button", "option", "textarea"),
        *("head", "footer"),
    )
)  # fmt: skip
ROLES = frozenset(
    (
        *("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar"),
        *("toolbar", "tooltip", "alert", "status", "log", "marquee", "timer"),
    )
)  # fmt: skip
WORDS = frozenset(
    (
        *("cookie", "cookies", "breadcrumb", "breadcrumbs", "banner", "sidebar", "pagination", "pager", "navbar"),
        *("nav", "navigation", "skiplink", "newsletter", "advert", "advertisement", "ads", "comments", "respond"),
        *("sharedaddy", "sharing", "addtoany", "feedback", "survey", "masthead", "onetrust", "gdpr", "byline"),
        *("offscreen",),
    )
)  # fmt: skip
"""Words in a class or id, between hyphens, that make an element a frame."""
_LISTED = (
    r"(?:content|links?|items?|posts?|pages?|articles?|nav|topics?|documents?|news|stories|updates|entries)(?:$|[-_ ])"
)
_RELATED = (
    rf"(?:^| )related(?:$| )|(?:related|recent|latest|popular|trending)[-_]?{_LISTED}|related-navigation|"
    r"contextual-(?:sidebar|footer)|(?:^|[-_ ])widgets?(?:$|[-_ ])|most-(?:read|viewed|popular)"
)
_COUNTER = r"(?:page|post|view|hit|visitor)s?[-_]?(?:views?|counter|count|hits)(?:$|[-_ ])"
_SHARE = r"(?:social|share)[-_]?(?:links?|media|share|icons?|buttons?|bar|list)(?:$|[-_ ])|(?:^| )share(?:$| )"
_DATES = (
    r"published-dates|gem-c-metadata|page-metadata|(?:post|entry|page)-meta|"
    r"(?:last|date)[-_]?(?:updated|modified|reviewed)"
)
_OTHER = (
    r"(?:^| )(?:is-)?hidden(?:$| )|consent-|skip-?link|"
    r"visually-hidden|sr-only|screen-reader|display-none(?!-print)|gem-c-notice|live-?chat|tweets?|"
    r"(?:site|emergency|global|service)[-_](?:alert|message|notice|announcement|bar)|"
    r"(?:^|[-_ ])ad[-_](?:slot|unit|container)|"
    r"(?:current|todays?)[-_]?(?:date|time)(?:$|[-_ ])|"
    r"(?:print|email|signup|subscription)-?(?:links?|buttons?|this)|single-page-notification|back-to-top"
)
NAMES = re.compile("|".join((_RELATED, _COUNTER, _SHARE, _DATES, _OTHER)), re.IGNORECASE)
"""What names a frame in a class or id."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


LAYOUT = frozenset(("has", "no", "with", "without", "not", "hide", "content", "main", "page", "wrap", "wrapper"))
"""What a class begins with that says what an element has beside it, or holds, not what it is."""


def is_frame(tag: Tag, *, inside: Mapping[str, int]) -> bool:
    """Whether an element and all in it frames a page, or is hidden; `inside` counts the elements that it lies in."""
    if tag.name in NEVER:
        return False
    if tag.name in ELEMENTS:
        return not (tag.name == "footer" and inside.get("blockquote"))
    if tag.name == "header":
        return not (inside.get("main") or inside.get("article") or inside.get("section"))
    return _HIDDEN.search(tag.rest) is not None and _says_it_is_a_frame(tag)


def is_called_a_frame(tag: Tag) -> bool:
    """Whether an element has a name that frames have: a good guess, wrong where a page would be left without text."""
    return tag.name not in NEVER and _NAMED.search(tag.rest) is not None and _has_the_name_of_one(tag)


def is_main(tag: Tag) -> bool:
    """Whether an element holds what the page is about."""
    return tag.name == "main" or ("role" in tag.rest and tag.attributes().get("role") == "main")


NEVER = frozenset(("html", "body", "main"))
_HIDDEN = re.compile("hidden|role|style", re.IGNORECASE)
_NAMED = re.compile("class|id", re.IGNORECASE)
"""Without one of these an element's attributes need not be read."""


@lru_cache(maxsize=4096)
def _says_it_is_a_frame(tag: Tag) -> bool:
    attributes = tag.attributes()
    return (
        attributes.get("hidden", "until-found") != "until-found"
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role", "") in ROLES
        or _HIDING.search(attributes.get("style", "")) is not None
    )


@lru_cache(maxsize=4096)
def _has_the_name_of_one(tag: Tag) -> bool:
    attributes = tag.attributes()
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().split()
    return any(_is_of_a_frame(name) for name in names) or NAMES.search(" ".join(names)) is not None


def _is_of_a_frame(name: str) -> bool:
    words = re.split(r"[^a-z]+", name)
    return words[0] not in LAYOUT and not WORDS.isdisjoint(words)
