"""Pages of the benchmark. Each module has a router of its own, and is named here."""

from litestar import Router

from tracker.benchmark.pages import (
    answer,
    changed,
    check,
    comparing,
    data,
    first_pass,
    home,
    joining,
    papers,
    people,
    plan,
    plan_edit,
    plan_import,
    sign,
    tasks,
    waiting,
)

ROUTERS: tuple[Router, ...] = (
    home.router,
    tasks.router,
    first_pass.router,
    answer.router,
    check.router,
    sign.router,
    changed.router,
    comparing.router,
    joining.router,
    people.router,
    waiting.router,
    plan.router,
    plan_edit.router,
    plan_import.router,
    papers.router,
    data.router,
)
