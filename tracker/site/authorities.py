"""The authorities of England as pages, CSV and JSON: made when they are asked for, and kept while nothing changes."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import HttpMethod, Response, Router, route
from litestar.params import FromPath

from tracker.authorities.bars import shown_of
from tracker.authorities.files import authorities, sources
from tracker.authorities.leavers import Leavers, leavers_of
from tracker.authorities.schemas import Authority, Deliverer, LocalOffer, MailDomain, Neighbour
from tracker.errors import NotFound
from tracker.site.pages import ANYBODY, Asking
from tracker.strategies.api import kept
from tracker.strategies.exports import metadata
from tracker.strategies.exports.day import Day
from tracker.strategies.exports.tables import Table, column, write
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import PlaceView
from tracker.strategies.views.announcements import all_places
from tracker.strategies.words import day_text
from tracker.web.api import BAD_REQUEST, NOT_FOUND, OPEN, refuse_unknown, respond
from tracker.web.entries import CSV, CSVM, HTML, Entry
from tracker.web.layout import FRESHNESS_LINK
from tracker.web.policies import PUBLIC

READ = [HttpMethod.GET, HttpMethod.HEAD]


class AuthorityView(msgspec.Struct, frozen=True, kw_only=True):
    """One authority, with what is known of it and where from."""

    dfe_number: str
    key: str
    gss_code: str
    gss_code_previous: str | None
    name: str
    official_name: str
    kind: str
    region: str
    region_code: str
    statistical_region: str
    ofsted_urn: str
    since: date | None
    until: date | None
    successors: tuple[str, ...]
    neighbours: tuple[Neighbour, ...]
    delivered_by: Deliverer | None
    local_offer: LocalOffer | None
    mail_domains: tuple[MailDomain, ...]
    takes_part_in: tuple[str, ...]


class AuthorityDetail(AuthorityView, frozen=True, kw_only=True):
    """One authority with its published figures."""

    leavers: Leavers | None


class AuthorityList(msgspec.Struct, frozen=True, kw_only=True):
    """All authorities, in order of name."""

    items: tuple[AuthorityView, ...]
    next: str | None


def places_of(public: PublicRecord, authority: Authority) -> tuple[PlaceView, ...]:
    """What the area takes part in today, as the record has it."""
    return tuple(place for place in all_places(public.strategy, public.now()) if place.name == authority.name)


def view_of(public: PublicRecord, authority: Authority, kind: type[Any] = AuthorityView, **more: Any) -> Any:
    """An authority as programs read it."""
    known = {name: value for name, value in msgspec.structs.asdict(authority).items() if name in kind.__struct_fields__}
    known["gss_code_previous"] = authority.gss_code_previous or None
    places = tuple(place.programme for place in places_of(public, authority))
    return kind(**known, takes_part_in=places, **more)


def _rows(day: Day) -> list[AuthorityView]:
    return [view_of(day.public, authority) for authority in authorities()]


AUTHORITIES = Table(
    name="authorities",
    title="Local authorities",
    text=(
        "One row for each authority of England that runs children’s services. Keyed by DfE’s number, which stays when "
        "boundaries and GSS codes change. Names and start dates: mySociety (CC BY 4.0). Rest: DfE, ONS, Ofsted (OGL)."
    ),
    columns=(
        column("dfe_number", "DfE’s number of three digits.", required=True),
        column("key", "Its name in addresses of this site.", required=True),
        column("gss_code", "ONS’s code today.", required=True),
        column("gss_code_previous", "ONS’s code before its boundary changed; empty when it did not."),
        column("name", "Short name.", required=True),
        column("official_name", "Full name.", required=True),
        column("kind", "Type of authority.", required=True),
        column("region", "Region of England.", required=True),
        column("region_code", "ONS’s code of the region.", required=True),
        column("statistical_region", "The region, with London in its two parts.", required=True),
        column("ofsted_urn", "Ofsted’s number.", required=True),
        column("since", "First day, as mySociety’s list gives it; empty where it does not.", "date"),
        column("until", "Last day; empty while it exists.", "date"),
        column("successors", "Keys of what took its place.", separator=" "),
        column("neighbours", "Keys of its statistical neighbours, the closest first.", separator=" ",
               at=lambda view: tuple(item.key for item in view.neighbours)),
        column("delivered_by", "Who delivers, where it is not the council.", at="delivered_by.name"),
        column("takes_part_in", "Programmes the area takes part in.", separator=";"),
        column("local_offer_url", "Its kinship local offer; empty where unknown.", "anyURI", at="local_offer.url"),
    ),
    key=("dfe_number",),
    rows=_rows,
)  # fmt: skip


@route("/authorities", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_authorities(request: Asking) -> Response[Any]:
    """All authorities, by region."""
    names = sorted({authority.region for authority in authorities()})
    regions = [
        (_id(name), name, [authority for authority in authorities() if authority.region == name]) for name in names
    ]
    contents = [(id, name) for id, name, _ in regions]
    shown = {"regions": regions, "contents": contents, "count": len(authorities())}
    return await _page(request, "/authorities", "site/authorities.html", lambda _: shown)


@route("/authorities/{key:str}", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_authority(request: Asking, key: FromPath[str]) -> Response[Any]:
    """One authority: who it is, who delivers, what it takes part in, its figures and neighbours."""
    authority = _authority(key)

    def values(public: PublicRecord) -> Mapping[str, Any]:
        return {
            "authority": authority,
            "places": places_of(public, authority),
            "shown": shown_of(authority),
            "codes": _codes(authority),
            "facts": sources()["authorities"],
            "neighbours": sources()["neighbours"],
        }

    return await _page(request, f"/authorities/{authority.key}", "site/authority.html", values)


@route("/authorities.csv", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_csv(request: Asking) -> Response[Any]:
    """All authorities as one table."""

    def make(day: Day) -> bytes:
        return write(AUTHORITIES, AUTHORITIES.rows(day), on=day.on, known_at=day.known_at)

    return await _file(request, CSV, make)


@route("/authorities.csv-metadata.json", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_metadata(request: Asking) -> Response[Any]:
    """What each column of the table is, for programs."""
    return await _file(request, CSVM, lambda day: metadata.of_table(AUTHORITIES, day, query=""))


@route("/authorities", http_method=READ, responses=BAD_REQUEST)
async def list_authorities(request: Asking) -> Response[AuthorityList]:
    """The authorities of England that run children's services."""
    public = _public(request)
    return await kept(
        request,
        lambda: AuthorityList(items=tuple(view_of(public, authority) for authority in authorities()), next=None),
    )


@route("/authorities/{key:str}", http_method=READ, responses=NOT_FOUND)
async def get_authority(request: Asking, key: FromPath[str]) -> Response[AuthorityDetail]:
    """One authority, with its published figures: how many children left care by order, beside its neighbours."""
    authority = _authority(key)
    public = _public(request)
    return await kept(request, lambda: view_of(public, authority, AuthorityDetail, leavers=leavers_of(authority)))


async def _page(
    request: Asking, path: str, template: str, values: Callable[[PublicRecord], Mapping[str, Any]]
) -> Response[Any]:
    """A page that is made once while the snapshot lasts."""
    state = request.app.state
    snapshot = state.keeper.snapshot

    def make() -> Entry:
        public = next(iter(snapshot.context.values()))
        return Entry(state.render.public(snapshot.context, path, template, **values(public)), HTML)

    return respond(request, await snapshot.kept.get(("authorities", path), make))


async def _file(request: Asking, media_type: str, make: Callable[[Day], bytes]) -> Response[Any]:
    state = request.app.state
    public, settings = _public(request), state.settings
    today = public.days.last
    day = Day(public, public_url=settings.public_url, operator=settings.operator, on=today, known_at=today)
    headers = {**OPEN, "link": FRESHNESS_LINK}
    entry = await state.keeper.snapshot.kept.get(
        ("authorities", media_type), lambda: Entry(make(day), media_type, headers=headers)
    )
    return respond(request, entry)


def _public(request: Asking) -> PublicRecord:
    found: PublicRecord = next(iter(request.app.state.keeper.snapshot.context.values()))
    return found


def _authority(key: str) -> Authority:
    for authority in authorities():
        if authority.key == key:
            return authority
    raise NotFound("There is no such authority in our list. See /authorities for all of them.")


def _codes(authority: Authority) -> list[tuple[str, str]]:
    """What programs know it by."""
    before = f", before a boundary change {authority.gss_code_previous}" if authority.gss_code_previous else ""
    since = f"{day_text(authority.since)}, as mySociety’s list gives it" if authority.since else "Not in our sources"
    return [
        ("DfE number", authority.dfe_number),
        ("GSS code", f"{authority.gss_code}{before}"),
        ("Ofsted number", authority.ofsted_urn),
        ("Exists since", since),
        *_after(authority),
    ]


def _after(authority: Authority) -> list[tuple[str, str]]:
    """When it ended and what took its place; nothing while it exists."""
    names = [item.name for item in authorities() if item.key in authority.successors]
    ended = [("Existed until", day_text(authority.until))] if authority.until else []
    return [*ended, *([("Its place was taken by", ", ".join(names))] if names else [])]


def _id(name: str) -> str:
    return re.sub(r"[^a-z]+", "-", name.lower())


router = Router(
    path="/api/v1",
    route_handlers=[list_authorities, get_authority],
    before_request=refuse_unknown,
    opt={"policy": PUBLIC},
    tags=["Local authorities"],
)
PAGES = (show_authorities, show_authority, show_csv, show_metadata)
