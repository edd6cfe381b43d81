"""What every route says about itself: who may use it. Checked in one place, for every route there is."""

from collections.abc import Iterable

import msgspec
from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute


class Policy(msgspec.Struct, frozen=True):
    """Who may use a route: anybody, whoever is signed in, or whoever holds one of these roles."""

    name: str
    signed_in: bool
    roles: frozenset[str] = frozenset()
    bearer: str = ""
    """The setting that holds a token for machines: while it is set, who bears it may, and nobody else."""

    def allows(self, roles: Iterable[str] | None) -> bool:
        """Whether somebody with these roles may; None is a stranger."""
        if roles is None:
            return not self.signed_in
        return not self.roles or not self.roles.isdisjoint(roles)


PUBLIC = Policy("public", signed_in=False)
CROSS_SITE = "cross_site"
"""A public route whose `opt` has this set takes forms from anywhere: mail programs send one-click forms themselves."""


def policy_of(handler: BaseRouteHandler) -> Policy:
    """What a route says about itself; raises RuntimeError when it says nothing."""
    policy = handler.opt.get("policy")
    if not isinstance(policy, Policy):
        raise RuntimeError(f"{handler} declares no policy: give its handler or router opt={{'policy': …}}")
    return policy


def routes(app: Litestar) -> list[tuple[str, str, BaseRouteHandler]]:
    """Every method, path and handler of an application; the OPTIONS answers that the framework adds are left out."""
    return [
        (method, route.path_format, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS"
    ]


def require_policies(app: Litestar) -> None:
    """Raise RuntimeError naming a route that does not say who may use it."""
    for _, _, handler in routes(app):
        policy_of(handler)
