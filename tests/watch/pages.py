"""Pairs of readings of one page: nobody changed it and everything around it moved, or somebody changed one small thing.

Texts are those of the real samples; what sites put around them is invented in the shape of theirs. For tests and bench.
"""

import html
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from tests.conftest import DATA, NOON

SAMPLES = DATA / "govuk" / "govuk_content_api"
_TEXT = re.compile(r">([^<>]+)<")
Pick = random.Random


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One page as it was read before and after."""

    kind: str
    """content or page."""
    site: str
    before: bytes
    after: bytes
    edit: str = ""
    """What somebody changed; "" when nobody changed anything."""


def unchanged(count: int, *, seed: int = 1) -> Iterator[Pair]:
    """Pages that nobody changed."""
    for number in range(count):
        yield _pair(Pick(f"{seed}/{number}"), edit="")


def edited(count: int, *, seed: int = 2) -> Iterator[Pair]:
    """Pages in which one small thing was changed, while everything around it moved too."""
    for number in range(count):
        yield _pair(Pick(f"{seed}/{number}"), edit=list(EDITS)[number % len(EDITS)])


def _pair(pick: Pick, *, edit: str) -> Pair:
    site = pick.choice([*SITES, "content"])
    change = EDITS[edit] if edit else None
    item = json.loads(pick.choice(samples()))
    while change and change(pick, _body(item)) == _body(item):
        item = json.loads(pick.choice(samples()))
    first, then = NOON - timedelta(days=pick.randrange(900)), NOON
    after = json.loads(json.dumps(item))
    if change:
        after["details"]["body"] = change(pick, _body(item))
    kind = "content" if site == "content" else "page"
    show = _as_content if site == "content" else _as_page(SITES[site])
    return Pair(kind=kind, site=site, edit=edit, before=show(pick, item, first), after=show(pick, after, then))


@cache
def samples() -> tuple[str, ...]:
    """Content items with a body, as their API gives them."""
    items = [path.read_text() for path in sorted(SAMPLES.rglob("*.json"))]
    return tuple(item for item in items if isinstance(json.loads(item).get("details", {}).get("body"), str))


def _body(item: dict[str, Any]) -> str:
    return str(item["details"]["body"])


def _swapped(pattern: str, to: Callable[[Pick, str], str]) -> Callable[[Pick, str], str]:
    """An edit of one place in the text, chosen among those that a pattern finds."""

    def edit(pick: Pick, body: str) -> str:
        places = [
            (text.start(1) + found.start(), text.start(1) + found.end())
            for text in _TEXT.finditer(body)
            for found in re.finditer(pattern, text[1])
        ]
        if not places:
            return body
        start, end = pick.choice(places)
        return body[:start] + to(pick, body[start:end]) + body[end:]

    return edit


def _without_one(pattern: str) -> Callable[[Pick, str], str]:
    def edit(pick: Pick, body: str) -> str:
        places = [found.span() for found in re.finditer(pattern, body, re.DOTALL)]
        if not places:
            return body
        start, end = pick.choice(places)
        return body[:start] + body[end:]

    return edit


_MONTH = r"\b(?:January|March|April|June|July|August|October|November|December)\b"
_VERB = r"\b(?:must|should|will|may|can|are|is)\b"
EDITS: dict[str, Callable[[Pick, str], str]] = {
    "a number": _swapped(r"\b\d+\b", lambda _, was: str(int(was) + 1)),
    "a month": _swapped(_MONTH, lambda _, was: "May"),
    "one verb": _swapped(_VERB, lambda _, was: {"must": "should", "should": "must", "is": "was"}.get(was, "might")),
    "a word left out": _swapped(r"\b(?:not|all|every|any|each|only|also|the)\b ?", lambda *_: ""),
    "a word put in": _swapped(r"\b(?:will|should|must|can|are|is)\b", lambda _, was: f"{was} not"),
    "a bullet removed": _without_one(r"<li>(?:(?!<li>|</li>).)*</li>"),
    "a paragraph removed": _without_one(r"<p>(?:(?!<p>|</p>)[^<]){40,}</p>"),
    "a heading": _swapped(r"(?<=\A)[A-Z][a-z]+(?=\Z)", lambda *_: "Overview of changes"),
    "a sentence at the end": lambda _, body: (
        body.rstrip().removesuffix("</div>") + "<p>It no longer applies.</p></div>"
    ),
    "another case": _swapped(r"\b[a-z]{5,}\b", lambda _, was: was.capitalize()),
}


def _as_content(pick: Pick, item: dict[str, Any], now: datetime) -> bytes:
    """A content item, with what moves in it while its page stays the same."""
    moved = {
        **item,
        "updated_at": now.isoformat(),
        "publishing_request_id": f"{pick.random()}",
        "analytics_identifier": pick.choice([None, "D6"]),
        "content_id": f"{pick.random()}",
        "phase": pick.choice(["live", "beta"]),
        "links": {"ordered_related_items": _related(pick), "taxons": _related(pick), "government": []},
    }
    government = {"title": "An earlier government", "slug": "x", "current": pick.random() < 0.5}
    moved["details"] = {**item["details"], "body": _jittered(pick, _body(item)), "government": government}
    moved["details"] |= {"political": pick.random() < 0.5, "tags": {"browse_pages": [str(pick.random())]}}
    names = list(moved)
    pick.shuffle(names)
    return json.dumps({name: moved[name] for name in names}, indent=pick.choice([None, 2])).encode()


def _related(pick: Pick) -> list[dict[str, str]]:
    return [{"title": f"Something else {n}", "base_path": f"/{n}"} for n in pick.sample(range(99), pick.randrange(6))]


def _as_page(frame: Callable[[Pick, datetime, str, str], str]) -> Callable[[Pick, dict[str, Any], datetime], bytes]:
    def show(pick: Pick, item: dict[str, Any], now: datetime) -> bytes:
        title = f"<h1 class='{_noise(pick)}'>{html.escape(item['title'])}</h1>"
        said = f"{title}<p class=lead>{html.escape(str(item['description']))}</p>{_jittered(pick, _body(item))}"
        head = (
            f"<title>{html.escape(item['title'])} ({pick.randrange(9)})</title><meta name=csrf content={_noise(pick)}>"
        )
        code = f"var t = '{now}'; if (1 < 2) document.write('<p>{pick.random()}</p>')"
        script = f"<script nonce={_noise(pick)}>{code}</script>"
        style = f"<style>.x{pick.randrange(99)} > p {{ color: red }}</style><link href='/a.css?v={_noise(pick)}'>"
        framed = frame(pick, now, said, f"<!-- cached {now} -->{script}")
        return f"<!DOCTYPE html><html lang=en><head>{head}{style}{script}</head>{framed}</html>".encode()

    return show


def _noise(pick: Pick) -> str:
    return f"{pick.randrange(16**8):08x}"


def _jittered(pick: Pick, body: str) -> str:
    """The same text written in other markup: attributes, tracking, blanks, entities, comments, invisible characters."""
    swaps: tuple[Callable[[str], str], ...] = (
        lambda text: re.sub(
            r'href="([^"#?]+)"', rf'href="\1?utm_source={_noise(pick)}" data-n="{pick.random()}"', text
        ),
        lambda text: re.sub(r'<a ([^>]*?)class="govuk-link"', r'<a class="govuk-link" \1', text),
        lambda text: re.sub(
            r"<(h[2-6]|p|li)>", lambda m: f'<{m[1]} id="i{_noise(pick)}" class="x y{_noise(pick)}">', text
        ),
        lambda text: text.replace("\n", pick.choice(["\n", "\r\n", "\n\n   ", " "])),
        lambda text: text.replace("’", pick.choice(["’", "'", "&rsquo;", "&#8217;"])),
        lambda text: text.replace("</p>", f"<!-- {pick.random()} --></p>"),
        lambda text: text.replace(" and ", pick.choice([" and ", "&nbsp;and ", "\u00a0and\u00a0", " and \u200b"])),
        lambda text: text.replace("–", pick.choice(["–", "-", "&ndash;"])),
        lambda text: text.replace("<strong>", pick.choice(["<strong>", "<b>"])).replace("</strong>", "</strong></b>"),
        lambda text: text.replace("</li>", pick.choice(["</li>", ""])),
        lambda text: text.replace("</p>", f"</p><script>track({pick.random()})</script>"),
    )
    for swap in pick.sample(swaps, 5):
        body = swap(body)
    return body


def _list(pick: Pick, most: int = 6) -> str:
    return "".join(
        f"<li><a href='/{n}'>Something else {n}</a></li>" for n in pick.sample(range(99), pick.randrange(most))
    )


def _day(when: datetime) -> str:
    return f"{when:%-d %B %Y}"


def _govuk(pick: Pick, now: datetime, said: str, script: str) -> str:
    cookie = f"<div id=global-cookie-message class='gem-c-cookie-banner'><p>Cookies on GOV.UK {pick.random()}</p></div>"
    banner = f"<div class='gem-c-emergency-banner'><h2>National alert {pick.randrange(99)}</h2></div>" * pick.randrange(
        2
    )
    dates = (
        f"<div class='gem-c-metadata'><dl><dt>From:</dt><dd><a href='/x'>Department {pick.randrange(9)}</a></dd>"
        f"<dt>Published</dt><dd>{_day(now)}</dd></dl></div>"
    )
    contents = f"<nav class='gem-c-contents-list'><h2>Contents</h2><ol>{_list(pick)}</ol></nav>"
    when = f"Published 5 March 2024<br>Last updated {_day(now)}"
    updates = f"<div class='gem-c-published-dates'>{when}<ul>{_list(pick)}</ul></div>"
    related = f"<div class='gem-c-contextual-sidebar'><nav><h2>Related content</h2><ul>{_list(pick)}</ul></nav></div>"
    return (
        f"<body>{script}<a class=govuk-skip-link href=#content>Skip to main content {pick.random()}</a>{cookie}{banner}"
        f"<header class=gem-c-layout-super-navigation-header><ul>{_list(pick)}</ul></header>"
        f"<div class='govuk-breadcrumbs'><ol>{_list(pick)}</ol></div><main role=main id=content>{dates}{contents}{said}"
        f"{updates}<p>Page last reviewed: {_day(now)}</p></main>{related}"
        f"<div class='gem-c-feedback'><p>Is this page useful? {pick.random()}</p></div>"
        f"<footer><ul>{_list(pick)}</ul><p>© Crown copyright {now.year}</p></footer></body>"
    )


def _wordpress(pick: Pick, now: datetime, said: str, script: str) -> str:
    shares = f"<div class='sharedaddy sd-sharing-enabled'>Share this: <span>{pick.randrange(99)} shares</span></div>"
    views = f"<p class='entry-meta'>{pick.randrange(9999):,} views</p><p>{pick.randrange(9999):,} views</p>"
    comments = f"<div id=comments class=comments-area><h2>{pick.randrange(9)} comments</h2><ol>{_list(pick)}</ol></div>"
    recent = f"<div id=secondary class='widget-area'><section class='widget'>{_list(pick)}</section></div>"
    also = f"<div class='related-posts'><h3>You may also like</h3><ul>{_list(pick)}</ul></div>"
    return (
        f"<body class='page-id-1739 {_noise(pick)}'><nav><ul>{_list(pick)}</ul></nav>{script}"
        f"<div class='cookie-notice-container'>We use {pick.randrange(99)} cookies</div>"
        f"<div class=site-content><article id=post-1739 class='post-1739 {_noise(pick)}'>"
        f"<div class=entry-content>{said}</div>{shares}{views}<p>Posted by Jo Bloggs on {_day(now)}</p>"
        f"<p>{pick.randrange(2, 50)} minute read</p></article>{also}{comments}{recent}</div>"
        f"<footer>© {now.year} The Law Commission. Generated in {pick.random():.3f} seconds</footer>{script}</body>"
    )


def _drupal(pick: Pick, now: datetime, said: str, script: str) -> str:
    token = f"<form><input type=hidden value={_noise(pick)}><button>Search {pick.random()}</button></form>"
    hidden = f"<div hidden>{pick.random()}</div><p style='display: none'>{pick.random()}</p>"
    seen = f"<p>This page was viewed {pick.randrange(9999)} times</p><p>Last reviewed: {_day(now)} at {now:%H:%M}</p>"
    return (
        f"<body><div role=banner><p>Today is {now:%A %-d %B %Y}</p></div>{token}"
        f"<div role=navigation>{_list(pick)}</div>"
        f"<div role=main class='region-content {_noise(pick)}'>{hidden}{said}{seen}"
        f"<div class='social-share-links'>{_list(pick)}</div></div>"
        f"<aside class=region-sidebar>{_list(pick)}</aside><div role=contentinfo>{_noise(pick)}</div>{script}</body>"
    )


def _plain_old(pick: Pick, now: datetime, said: str, script: str) -> str:
    """Tables, capitals, and end tags left out."""
    menu = f"<TD CLASS=sidebar>{_list(pick)}<IMG SRC='/counter.gif?{_noise(pick)}'>"
    return (
        f"<BODY BGCOLOR=white>{script}<TABLE><TR><TD><DIV CLASS='navbar'>{_list(pick)}</DIV><TR>{menu}"
        f"<TD><DIV ID=text>{said}</DIV><P>Page last updated {_day(now)}<P>Copyright {now.year} by us"
        f"<P>{pick.randrange(9999)} visitors so far</TABLE>"
    )


SITES: dict[str, Callable[[Pick, datetime, str, str], str]] = {
    "govuk": _govuk,
    "wordpress": _wordpress,
    "drupal": _drupal,
    "plain old": _plain_old,
}
