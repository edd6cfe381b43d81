"""What Parliament's written questions and statements share: a list whose texts are cut, and days without times."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec

from tracker.clock import LONDON
from tracker.errors import Invalid
from tracker.watch.kinds import common
from tracker.watch.kinds.as_json import read_json
from tracker.watch.schemas import Answer, Found, Reading, Spec

BASE = "https://questions-statements-api.parliament.uk"
READERS = "https://questions-statements.parliament.uk"
"""Where people read them."""
WINDOW = 100
CUT_AT = 250
"""Lists cut texts at about 255 characters; shorter ones are whole."""

V = TypeVar("V")


class Result(msgspec.Struct, Generic[V]):
    value: V


class Results(msgspec.Struct, Generic[V], rename="camel"):
    results: list[Result[V]]
    total_results: int | None = None


class ParliamentFile(common.File, frozen=True, kw_only=True):
    """What is searched for, in the API's own words."""

    search: dict[str, str | int | list[str]]
    base: str = BASE

    def listed(self, key: str, path: str, readers: str) -> Iterable[Spec]:
        """What this file asks to watch in a list of the API."""
        address = common.base_address(self.base)
        if not self.search:
            raise Invalid("search is empty: give at least searchTerm")
        asked = common.query("search", self.search, never=("take", "skip"))
        term = str(self.search.get("searchTerm") or "")
        link = f"{READERS}/{readers}?{common.query('', {'SearchTerm': term})}" if term else f"{READERS}/{readers}"
        yield self.spec(key, f"{address}{path}?{asked}&take={WINDOW}", link=link, base=address)


def read_list(spec: Spec, answer: Answer, shape: type[Results[V]], found: Callable[[Spec, V], Found | None]) -> Reading:
    """One window of a list, by what makes an item of each of its values."""
    said = read_json(answer, shape)
    items = tuple(item for result in said.results if (item := found(spec, result.value)))
    left_out = len(said.results) - len(items)
    after = skipped(answer.url) + len(said.results)
    further = f"{spec.url}&skip={after}" if said.results and after < (said.total_results or 0) else None
    return Reading(
        found=items,
        further=further,
        remarks=(f"{left_out} were left out, without a number or day",) if left_out else (),
    )


def skipped(url: str) -> int:
    """How many the address of a window leaves out before it."""
    _, _, given = url.partition("&skip=")
    number = given.partition("&")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0


def day(text: str | None) -> datetime | None:
    """The beginning, in London, of a day that comes as 2026-01-12T00:00:00; None when there is none."""
    try:
        given = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return given.replace(tzinfo=given.tzinfo or LONDON, microsecond=0).astimezone(UTC) if given.year > 1 else None


def is_cut(*texts: str | None) -> bool:
    """Whether a list left out the end of any of these texts."""
    return any(len(text) >= CUT_AT or text.rstrip().endswith(("...", "…")) for text in texts if text)
