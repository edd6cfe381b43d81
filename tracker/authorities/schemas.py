"""An authority as the rest of the tracker sees it."""

from datetime import date

import msgspec


class LocalOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an authority publishes its kinship local offer, as we saw it."""

    council: str
    """The authority's key."""
    title: str
    url: str
    seen_on: date | None = None
    """The day on which the copy that we read was made; None when the copy does not tell."""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where facts about authorities come from."""

    title: str
    url: str | None = None
    licence: str | None = None
    note: str | None = None


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """One of the ten statistical neighbours of an authority."""

    key: str
    name: str
    rank: int
    closeness: str
    """DfE's words: Extremely close, Very close, Close, Somewhat close, Not close."""


class Deliverer(msgspec.Struct, frozen=True, kw_only=True):
    """Who delivers an authority's children's services, where it is not the council itself."""

    name: str
    what: str
    source: Source


class MailDomain(msgspec.Struct, frozen=True, kw_only=True):
    """A domain whose mail is the authority's, or its deliverer's."""

    domain: str
    seen_in: str
    """home page (that mail has the same domain is inferred), or mail address (of the authority or its deliverer)."""
    source: Source


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """One of the authorities of England that run children's services."""

    dfe_number: str
    """DfE's number of three digits: what stays when boundaries move."""
    key: str
    """Its name in addresses, as GOV.UK spells it where it does."""
    gss_code: str
    name: str
    official_name: str
    kind: str
    region: str
    local_offer: LocalOffer | None = None
    """None while we know no link: it may well have one."""
    gss_code_previous: str = ""
    """What it was before its boundary changed; older statistics still use it."""
    region_code: str = ""
    statistical_region: str = ""
    """The same as the region, but for London: Inner London, or Outer London."""
    ofsted_urn: str = ""
    since: date | None = None
    """Since when the council exists, as mySociety's list gives it; None where it does not."""
    until: date | None = None
    """Its last day; None while it exists."""
    successors: tuple[str, ...] = ()
    """The keys of the authorities that took its place."""
    neighbours: tuple[Neighbour, ...] = ()
    """Its statistical neighbours, the closest first."""
    delivered_by: Deliverer | None = None
    """None where no source that we read names anybody else: it may well be that somebody does."""
    mail_domains: tuple[MailDomain, ...] = ()
    """Empty where none is known: nobody is then let in by their address alone."""
    invented: bool = False
    """Made up for a demonstration: no authority of England."""

    @property
    def is_county(self) -> bool:
        """Whether housing is with district councils in its area."""
        return self.kind == "county"

    @property
    def is_very_small(self) -> bool:
        """The City of London and the Isles of Scilly, whose numbers of children are nearly always suppressed."""
        return self.dfe_number in VERY_SMALL


VERY_SMALL = frozenset({"201", "420"})
