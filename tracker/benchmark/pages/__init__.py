"""Pages of the benchmark. Each module has a router of its own, and is named here."""

from litestar import Router

ROUTERS: tuple[Router, ...] = ()
