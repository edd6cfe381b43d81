"""Roles, and who may use a route: declared at each route, checked by the guard."""

from enum import StrEnum

from tracker.web.policies import PUBLIC, Policy

__all__ = ["PUBLIC", "SIGNED_IN", "Policy", "Role", "borne", "held"]


class Role(StrEnum):
    """What somebody may do. Somebody may hold several; none of them includes another."""

    ADMIN = "admin"
    EDITOR = "editor"
    ORGANISATION_AUTHOR = "organisation-author"
    AUTHORITY_LEAD = "authority-lead"
    CONTRIBUTOR = "contributor"
    APPROVER = "approver"
    READER = "reader"


OF_AUTHORITY = (Role.AUTHORITY_LEAD, Role.CONTRIBUTOR, Role.APPROVER, Role.READER)
"""Held for one local authority. Who runs the tracker holds none of them, and so never sees an authority's answers."""
OURS = frozenset({Role.ADMIN, Role.EDITOR})
"""Roles of who runs the tracker."""
HELD_FOR_ONE = frozenset({Role.ORGANISATION_AUTHOR, *OF_AUTHORITY})
"""Roles that are held for an organisation or an authority, which has to be named."""

SIGNED_IN = Policy("signed in", signed_in=True)


def held(*roles: Role) -> Policy:
    """Whoever holds at least one of these roles; raises ValueError when it would open an authority's answers to us."""
    if not OURS.isdisjoint(roles) and not set(OF_AUTHORITY).isdisjoint(roles):
        raise ValueError("what is for an authority’s own people is not for who runs the tracker")
    return Policy(f"held: {', '.join(sorted(roles))}", signed_in=True, roles=frozenset(roles))


def borne(setting: str, *roles: Role) -> Policy:
    """A machine that bears the token of this setting; where none is set, whoever holds at least one of these roles."""
    return Policy(f"borne: {setting}, else {held(*roles).name}", True, frozenset(roles), setting)
