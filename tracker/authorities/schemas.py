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
    local_offer: LocalOffer | None
    """None while we know no link: it may well have one."""
