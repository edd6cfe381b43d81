"""Pages without a feed: the text of one part of a page is watched."""

import html
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Literal

import msgspec

from tracker.errors import Invalid
from tracker.watch import identity
from tracker.watch.kinds import common
from tracker.watch.plain import plain
from tracker.watch.schemas import Answer, Found, Reading, Spec, Unreadable

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
"""Elements that hold nothing, so that none of them is ever closed."""
NEVER_READ = ("script", "style", "template", "noscript", "svg", "iframe")


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One page of a file."""

    url: str
    title: str
    publisher: str = ""
    """Of the file, if it is left out."""


class PageFile(common.File, frozen=True, kw_only=True, tag="page"):
    """Pages, and which part of them is looked at."""

    pages: list[Page]
    keep: Literal["text", "hash"] = "text"
    within: str = ""
    """An element (main) or an id (#content): only what is inside is looked at."""
    without: tuple[str, ...] = ()
    """Elements or ids inside it that are not looked at."""

    def specs(self, key: str) -> Iterable[Spec]:
        for name in (*([self.within] if self.within else []), *self.without):
            if not name.removeprefix("#").replace("-", "").replace("_", "").isalnum() or "," in name:
                raise Invalid(f"within and without take names of elements and #ids, not “{name}”")
        for page in self.pages:
            url = common.web_address("pages", page.url)
            yield self.spec(
                f"{key}#{identity.canonical(url)}",
                url,
                link=url,
                base=common.origin(url),
                title=page.title,
                publisher=page.publisher or self.publisher,
                keep=self.keep,
                options={"within": self.within, "without": ",".join(self.without)},
            )


def read(spec: Spec, answer: Answer) -> Reading:
    """The text of the page, or of the part of it that is looked at."""
    common.refuse_status(answer)
    part = _Part(spec.options.get("within", ""), [name for name in spec.options.get("without", "").split(",") if name])
    part.feed(_decoded(answer))
    part.close()
    text = plain("".join(part.kept), marked_up=True, most=common.MEGABYTE)
    if not text:
        missing = f"it has no “{part.within}”" if part.within and not part.was_within else "it has no text"
        raise Unreadable(f"{missing}: the page was rebuilt, or is not made without a browser")
    found = Found(
        item=identity.canonical(spec.url), url=spec.url, title=spec.title, publisher=spec.publisher, text=text
    )
    return Reading(found=(found,))


def _decoded(answer: Answer) -> str:
    _, _, charset = answer.headers.get("content-type", "").lower().partition("charset=")
    try:
        return answer.body.decode(charset.strip(" \"'") or "utf-8")
    except (LookupError, ValueError):
        return answer.body.decode("utf-8", "replace")


class _Part(HTMLParser):
    """Keeps the HTML of one element, without some inside it."""

    def __init__(self, within: str, without: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.within = within
        self.was_within = not within
        self.kept: list[str] = []
        self._without = {*without, *NEVER_READ}
        self._open: list[str] = []
        self._from: int | None = None if within else 0
        self._skipped_from: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {tag, f"#{dict(attrs).get('id') or ''}"}
        if self._from is None and self.within in names:
            self._from, self.was_within = len(self._open), True
        if self._is_kept() and names & self._without:
            self._skipped_from = len(self._open) if tag not in EMPTY else None
        elif self._is_kept():
            self.kept.append(f"<{tag}>")
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        # What was left open inside is closed with it.
        while (closed := self._open.pop()) != tag:
            self._leave()
        if self._is_kept():
            self.kept.append(f"</{closed}>")
        self._leave()

    def handle_data(self, data: str) -> None:
        if self._is_kept():
            self.kept.append(html.escape(data, quote=False))

    def _is_kept(self) -> bool:
        return self._from is not None and self._skipped_from is None

    def _leave(self) -> None:
        depth = len(self._open)
        if self._skipped_from is not None and depth <= self._skipped_from:
            self._skipped_from = None
        if self.within and self._from is not None and depth <= self._from:
            self._from = None


KIND = common.Kind(file=PageFile, read=read, accept=ACCEPT, watches_a_page=True, most_bytes=8 * common.MEGABYTE)
