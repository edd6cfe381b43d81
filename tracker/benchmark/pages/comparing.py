"""How others answered in a round that has closed, beside the published figures of the area."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, Router, route
from litestar.params import FromPath

from tracker.accounts.policies import OF_AUTHORITY
from tracker.accounts.visitors import visitor_of
from tracker.authorities.bars import shown_of
from tracker.authorities.files import authorities
from tracker.benchmark import compared, queries
from tracker.benchmark.closing import Shown, kind_of
from tracker.benchmark.comparison import Cell, Cohort
from tracker.benchmark.pages.access import MEMBERS, READ, Asking, Member, member_at
from tracker.benchmark.pages.reading import LINES, home_of
from tracker.benchmark.questions import round_of
from tracker.benchmark.schemas import LEVELS, Criterion, Frozen
from tracker.benchmark.words import LEVEL_WORDS, level_words
from tracker.web.dynamic import render

ORDER = (Cohort.NEIGHBOURS, Cohort.REGION, Cohort.TYPE, Cohort.ENGLAND)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One cohort in the table of a question."""

    cohort: str
    cell: Cell | None
    """None: not shown, whatever the reason."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One question: what the authority answered itself, and what each cohort did."""

    criterion: Criterion
    own: str
    rows: tuple[Row, ...]


@route("/benchmark/{authority:str}/rounds/{round:str}/comparison", http_method=READ)
async def show_comparison(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """What others answered, where that gives none of them away; or why there is nothing to show."""
    member = member_at(request, authority)
    known, key = round_of(round), member.authority.key
    others = {held.of for held in visitor_of(request).held if held.role in OF_AUTHORITY} - {key}
    async with request.app.state.database.reading() as db:
        closed = await compared.is_closed(db, known.key)
        shown = await compared.shown_in(db, key, known.key)
        signed = await queries.frozen(db, key, known.key)
        joined = await compared.joined_since(db, shown, known.key, others, request.app.state.secrets) if shown else ()
    return render(
        request,
        "benchmark/comparison.html",
        member=member,
        round=known,
        path=f"{home_of(member)}/rounds/{known.key}",
        closed=closed,
        joined=[one.name for one in authorities() if one.key in joined],
        compared=compared_of(member, signed, shown) if shown and signed and not joined else None,
        line_of=LINES,
        area=shown_of(member.authority),
        levels=[(level, LEVEL_WORDS[level]) for level in LEVELS],
    )


def compared_of(member: Member, signed: Frozen, shown: Shown) -> Sequence[Compared]:
    """Every question that is compared, in the order in which it was signed. Pure."""
    return [
        Compared(
            criterion=answer.criterion,
            own=level_words(answer.criterion, answer.level) if answer.level else "not answered",
            rows=tuple(
                Row(
                    cohort=_cohort_words(member)[cohort],
                    cell=shown.cells.get(f"{answer.criterion.key}/{answer.criterion.version}", {}).get(cohort),
                )
                for cohort in ORDER
            ),
        )
        for answer in signed.answers
        if answer.criterion.compared
    ]


def _cohort_words(member: Member) -> dict[Cohort, str]:
    return {
        Cohort.NEIGHBOURS: "Statistical neighbours",
        Cohort.REGION: member.authority.region,
        Cohort.TYPE: f"Same type: {kind_of(member.authority)}",
        Cohort.ENGLAND: "England",
    }


router = Router(path="/", route_handlers=[show_comparison], opt={"policy": MEMBERS}, include_in_schema=False)
