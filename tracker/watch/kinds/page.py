"""Pages without a feed: the text of one part of a page is watched."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from tracker.errors import Invalid
from tracker.watch import identity
from tracker.watch.kinds import common
from tracker.watch.schemas import Answer, Found, Reading, Spec, Unreadable
from tracker.watch.text import normalised

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


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
    within = spec.options.get("within", "")
    without = [name for name in spec.options.get("without", "").split(",") if name]
    text = normalised(_decoded(answer), within=within, without=without)[: common.MEGABYTE]
    if not text:
        missing = f"it has no text in “{within}”" if within else "it has no text"
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


KIND = common.Kind(file=PageFile, read=read, accept=ACCEPT, watches_a_page=True, most_bytes=8 * common.MEGABYTE)
