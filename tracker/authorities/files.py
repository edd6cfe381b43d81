"""The packaged list of authorities, decoded strictly."""

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tracker.authorities.schemas import Authority, Deliverer, LocalOffer, MailDomain, Neighbour, Source
from tracker.errors import Invalid

DATA = Path(__file__).parent / "data"
T = TypeVar("T")
Row = Mapping[str, str]


class DelivererFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deliverer as its file states it."""

    name: str
    councils: tuple[str, ...]
    what: str
    source: str


@cache
def authorities() -> tuple[Authority, ...]:
    """The authorities of England in order of name."""
    return read_authorities(DATA)


@cache
def sources() -> Mapping[str, Source]:
    """Where the packaged facts come from, by key."""
    return read_sources(DATA)


def read_authorities(folder: Path) -> tuple[Authority, ...]:
    """The authorities of a folder; raises Invalid when something in it belongs to none of them."""
    rows = _rows(folder / "authorities.csv")
    keys = {row["dfe_la_number"]: _key(row) for row in rows}
    where = read_sources(folder)
    offers = {offer.council: offer for offer in _toml_list(folder / "local_offers.toml", LocalOffer)}
    deliverers = _deliverers(folder / "deliverers.toml", where)
    domains = _domains(folder / "mail_domains.csv", where)
    neighbours = _neighbours(folder / "neighbours.csv", keys)
    _require_known("local_offers.toml", offers, keys.values())
    _require_known("deliverers.toml", deliverers, keys.values())
    _require_known("mail_domains.csv", domains, keys)
    _require_known("authorities.csv", (number for row in rows for number in row["successors"].split()), keys)
    found = [
        _authority(
            row,
            key=keys[row["dfe_la_number"]],
            successors=tuple(keys[number] for number in row["successors"].split()),
            local_offer=offers.get(keys[row["dfe_la_number"]]),
            delivered_by=deliverers.get(keys[row["dfe_la_number"]]),
            neighbours=tuple(sorted(neighbours[row["dfe_la_number"]], key=lambda item: item.rank)),
            mail_domains=tuple(domains.get(row["dfe_la_number"], ())),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda authority: authority.name))


def read_sources(folder: Path) -> Mapping[str, Source]:
    """Where the facts of a folder come from."""
    return _decode(folder / "sources.toml", dict[str, Source])


def by_key(found: Iterable[Authority], key: str) -> Authority:
    """The authority with this key; raises Invalid saying what to do."""
    for authority in found:
        if authority.key == key:
            return authority
    raise Invalid(f"There is no council “{key[:60]}” in our list of English councils with children’s services.")


def _authority(row: Row, **known: Any) -> Authority:
    return Authority(
        dfe_number=row["dfe_la_number"],
        gss_code=row["gss_code"],
        gss_code_previous=row["gss_code_previous"],
        name=row["name"],
        official_name=row["official_name"],
        kind=row["type"],
        region=row["region"],
        region_code=row["region_code"],
        statistical_region=row["region_statistical"],
        ofsted_urn=row["ofsted_urn"],
        since=_day(row["start_date"]),
        until=_day(row["end_date"]),
        **known,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _key(row: Row) -> str:
    # GOV.UK gives no name in addresses to the councils made by the latest reorganisations.
    return row["gov_uk_slug"] or re.sub(r"[^a-z0-9]+", "-", row["name"].casefold()).strip("-")


def _deliverers(path: Path, where: Mapping[str, Source]) -> dict[str, Deliverer]:
    """Who delivers, by the key of the council."""
    return {
        council: Deliverer(name=item.name, what=item.what, source=_source(path, where, item.source))
        for item in _toml_list(path, DelivererFile)
        for council in item.councils
    }


def _domains(path: Path, where: Mapping[str, Source]) -> Mapping[str, list[MailDomain]]:
    """The mail domains, by the number of the authority."""
    found: dict[str, list[MailDomain]] = defaultdict(list)
    for row in _rows(path):
        source = _source(path, where, row["source"])
        found[row["dfe_la_number"]].append(MailDomain(domain=row["domain"], seen_in=row["seen_in"], source=source))
    return found


def _neighbours(path: Path, keys: Mapping[str, str]) -> Mapping[str, list[Neighbour]]:
    """The statistical neighbours, by the number of the authority."""
    found: dict[str, list[Neighbour]] = defaultdict(list)
    rows = _rows(path)
    _require_known(path.name, (row["neighbour_la_number"] for row in rows), keys)
    for row in rows:
        key = keys[row["neighbour_la_number"]]
        rank, closeness = int(row["rank"]), row["closeness"]
        found[row["dfe_la_number"]].append(
            Neighbour(key=key, name=row["neighbour_name"], rank=rank, closeness=closeness)
        )
    return found


def _require_known(file: str, named: Iterable[str], known: Iterable[str]) -> None:
    unknown = set(named) - set(known)
    if unknown:
        raise Invalid(f"{file} names councils that do not exist: {', '.join(sorted(unknown))}")


def _source(path: Path, where: Mapping[str, Source], key: str) -> Source:
    if key not in where:
        raise Invalid(f"{path.name} names the source “{key}”, which sources.toml does not have")
    return where[key]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _toml_list(path: Path, kind: type[T]) -> list[T]:
    """The items of a file that has lists and nothing else."""
    return [item for items in _decode(path, dict[str, list[kind]]).values() for item in items]  # type: ignore[valid-type]  # made at run time


def _decode(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{path.name}: {error}") from error
