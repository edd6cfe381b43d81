"""legislation.gov.uk's Atom: new legislation, and what changes an Act (effects)."""

import re
from collections.abc import Iterable

from tracker.watch import identity
from tracker.watch.kinds import as_feed, common
from tracker.watch.plain import LONGEST_SUMMARY, LONGEST_TITLE, plain
from tracker.watch.schemas import Answer, Found, Reading, Spec

BASE = "https://www.legislation.gov.uk"

_MODIFIED = re.compile(r"/modified/[^/]+\Z")
"""How the id of an effect ends: with the moment of this version."""
_SMALL_LETTERS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class LegislationFile(common.File, frozen=True, kw_only=True, tag="legislation"):
    """The path of its feed, with a query if there is one."""

    feed: str
    """Like /changes/affected/ukpga/1989/41/data.feed"""
    base: str = BASE

    def specs(self, key: str) -> Iterable[Spec]:
        address = common.base_address(self.base)
        path = common.path_of("feed", self.feed)
        yield self.spec(key, f"{address}{path}", link=f"{address}{path.replace('/data.feed', '')}", base=address)


def read(spec: Spec, answer: Answer) -> Reading:
    """The items or effects of one window, and where older ones are."""
    feed = as_feed.read_feed(answer)
    left_out: list[str] = []
    found = tuple(item for entry in feed.entries if (item := _found(spec, entry, left_out)))
    return Reading(found=found, further=_further(spec, feed), remarks=feed.remarks + common.remarks_on(left_out))


def _found(spec: Spec, entry: as_feed.Entry, left_out: list[str]) -> Found | None:
    identifier = _MODIFIED.sub("", str(dict.get(entry, "id") or "").strip())
    effect = dict.get(entry, "ukm_effect")
    url = spec.link if isinstance(effect, dict) else _address(entry) or _of_id(identifier)
    if not identifier or not common.is_web_address(url):
        left_out.append(f"an entry was left out, which has no id: {as_feed.text_of(entry, 'title', 120)}")
        return None
    title = as_feed.text_of(entry, "title", LONGEST_TITLE)
    summary = as_feed.text_of(entry, "summary", LONGEST_SUMMARY)
    if isinstance(effect, dict):
        summary = _effect(entry, effect) or summary
    return Found(
        item=identity.canonical(_of_id(identifier)),
        url=url,
        title=title or identifier,
        summary=summary,
        publisher=spec.publisher,
        document_type="effect" if isinstance(effect, dict) else _type(entry),
        published_at=as_feed.time_of(entry, "updated") or as_feed.time_of(entry, "published"),
        first_published_at=as_feed.time_of(entry, "published"),
    )


def _of_id(identifier: str) -> str:
    """The address of the page that an id stands for: http://…/id/ukpga/2026/21 is https://…/ukpga/2026/21."""
    secure = re.sub(r"\Ahttp://(?=(?:www\.)?legislation\.gov\.uk/)", "https://", identifier)
    return re.sub(r"(?<=[a-z0-9])/id/", "/", secure, count=1)


def _address(entry: as_feed.Entry) -> str:
    """The link for people: the one that is of no other format."""
    return next(
        (
            _of_id(to)
            for relation, kind, to in as_feed.links_of(entry)
            if relation == "alternate" and kind in ("", "text/html")
        ),
        "",
    )


def _effect(entry: as_feed.Entry, effect: dict[str, object]) -> str:
    """What an effect does, in one sentence: which provision changes, how, and by which other."""
    done, place, by = (
        plain(str(effect.get(name) or "")) for name in ("type", "affectedprovisions", "affectingprovisions")
    )
    affected, affecting = (
        as_feed.text_of(entry, f"ukm_{name}title", LONGEST_TITLE) for name in ("affected", "affecting")
    )
    force = dict.get(entry, "ukm_inforce")
    since = plain(str(force.get("date") or "")) if isinstance(force, dict) else ""
    said = f"{place} {affected}: {done} by {by} {affecting}" + (f", in force {since}" if since else "")
    return " ".join(said.split()) if done else ""


def _type(entry: as_feed.Entry) -> str | None:
    """Like united_kingdom_statutory_instrument."""
    given = dict.get(entry, "ukm_documentmaintype")
    named = str(given.get("value") or "") if isinstance(given, dict) else ""
    return _SMALL_LETTERS.sub("_", plain(named, most=80)).casefold() or None


def _further(spec: Spec, feed: as_feed.Feed) -> str | None:
    """Its own link to the next window, if it leads to the same publisher."""
    following = next((_of_id(to) for relation, _, to in feed.links if relation == "next"), "")
    path = following.removeprefix(BASE)
    if path.startswith("/"):
        return f"{spec.base}{path}"
    return following if common.is_web_address(following) and common.origin(following) == spec.host else None


KIND = common.Kind(file=LegislationFile, read=read, accept=as_feed.ACCEPT)
