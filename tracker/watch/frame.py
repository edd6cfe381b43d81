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
        *("toolbar", "tooltip"),
    )
)  # fmt: skip
WORDS = frozenset(
    (
        *("cookie", "cookies", "breadcrumb", "breadcrumbs", "banner", "sidebar", "pagination", "pager", "navbar"),
        *("nav", "navigation", "skiplink", "newsletter", "advert", "advertisement", "ads", "comments", "respond"),
        *("sharedaddy", "sharing", "addtoany", "feedback", "survey", "masthead", "onetrust", "gdpr", "byline"),
        *("hidden", "offscreen"),
    )
)  # fmt: skip
"""Words in a class or id, between hyphens, that make an element a frame."""
_RELATED = r"related-?(?:content|links?|items?|posts?|pages?|articles?|nav|navigation|topics?|documents?)(?:$|[-_ ])"
_COUNTER = r"(?:page|post|view|hit|visitor)s?[-_]?(?:views?|counter|count|hits)(?:$|[-_ ])"
_SHARE = r"(?:social|share)[-_]?(?:links?|media|share|icons?|buttons?|bar|list)(?:$|[-_ ])|(?:^| )share(?:$| )"
_DATES = (
    r"published-dates|gem-c-metadata|page-metadata|(?:post|entry|page)-meta|"
    r"(?:last|date)[-_]?(?:updated|modified|reviewed)"
)
_OTHER = (
    r"consent-|skip-?link|visually-hidden|sr-only|screen-reader|display-none(?!-print)|contextual-(?:sidebar|footer)|"
    r"(?:print|email|signup|subscription)-?(?:links?|buttons?|this)|single-page-notification|back-to-top"
)
NAMES = re.compile("|".join((_RELATED, _COUNTER, _SHARE, _DATES, _OTHER)), re.IGNORECASE)
"""What names a frame in a class or id."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TELLING = re.compile(r"class|id\s*=|hidden|role|style", re.IGNORECASE)
"""Without one of these an element's attributes say nothing of it."""


def is_frame(tag: Tag, *, inside: Mapping[str, int]) -> bool:
    """Whether an element and all in it frames a page; `inside` counts the elements that it lies in."""
    if tag.name in ("html", "body", "main"):
        return False
    if tag.name in ELEMENTS:
        return not (tag.name == "footer" and inside.get("blockquote"))
    if tag.name == "header":
        return not (inside.get("main") or inside.get("article") or inside.get("section"))
    return _TELLING.search(tag.rest) is not None and _says_it_is_a_frame(tag)


def is_main(tag: Tag) -> bool:
    """Whether an element holds what the page is about."""
    return tag.name == "main" or ("role" in tag.rest and tag.attributes().get("role") == "main")


@lru_cache(maxsize=4096)
def _says_it_is_a_frame(tag: Tag) -> bool:
    attributes = tag.attributes()
    return _is_hidden(attributes) or attributes.get("role", "") in ROLES or _is_named(attributes)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return (
        attributes.get("hidden", "until-found") != "until-found"
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDING.search(attributes.get("style", "")))
    )


def _is_named(attributes: Mapping[str, str]) -> bool:
    """Whether a class or the id is that of a frame."""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().strip()
    return bool(names) and (not WORDS.isdisjoint(re.split(r"[^a-z]+", names)) or NAMES.search(names) is not None)
