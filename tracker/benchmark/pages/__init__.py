"""Pages of the benchmark. Each module has a router of its own, and is named here."""

from litestar import Router

from tracker.benchmark.pages import joining, people, waiting

ROUTERS: tuple[Router, ...] = (
    joining.router,
    people.router,
    waiting.router,
)
