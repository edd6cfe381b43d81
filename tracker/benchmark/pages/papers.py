"""Out of the door: a round as a paper for a panel, a workbook, CSV, JSON and a page to print.

They can be had before the signature too, marked as a draft: a panel’s papers are prepared before it signs.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Response, Router, route
from litestar.params import FromPath
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import queries
from tracker.benchmark.freezing import frozen_answers
from tracker.benchmark.office.material import Material
from tracker.benchmark.office.round_sheets import answers_sheet, round_json, sheets
from tracker.benchmark.office.sheets import SHEET_CSV, XLSX, sheet_csv, workbook
from tracker.benchmark.pages.access import MEMBERS, READ, Asking, Member, member_at
from tracker.benchmark.pages.files import take_away
from tracker.benchmark.pages.reading import AtRound, at_round, national_of
from tracker.benchmark.planning.queries import last_signed, plan_of
from tracker.benchmark.planning.rules import due_text
from tracker.benchmark.planning.schemas import PRIORITY_TEXT, PROGRESS_TEXT
from tracker.benchmark.questions import criterion_of
from tracker.benchmark.schemas import Frozen
from tracker.benchmark.words import ARRANGEMENT_WORDS, BASIS_WORDS, LEVEL_WORDS, level_words
from tracker.clock import london_day
from tracker.web.dynamic import render
from tracker.web.entries import JSON

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROUND = "/benchmark/{authority:str}/rounds/{round:str}"


async def material_of(request: Asking, member: Member, round: str) -> Material:
    """What the papers of a round are made from."""
    async with request.app.state.database.reading() as db:
        at = await at_round(db, member, round)
        return await read_material(request, db, at)


async def read_material(request: Asking, db: AsyncSession, at: AtRound) -> Material:
    """The same, of a round that has been read."""
    key, now = at.member.authority.key, request.app.state.clock()
    before = await last_signed(db, key, before=at.assessment)
    return Material(
        frozen=await queries.frozen(db, key, at.round.key) or draft(request, at),
        asked=at.asked,
        plan=await plan_of(db, key, today=london_day(now)),
        before=await queries.frozen(db, key, before.round) if before else None,
        now=now,
        today=london_day(now),
        flags=at.flags,
    )


def draft(request: Asking, at: AtRound) -> Frozen:
    """A round as it would be frozen if it were signed now: without reference, and signed by nobody."""
    national = national_of(request, at.asked)
    return Frozen(
        authority=at.member.authority.key,
        authority_name=at.member.authority.name,
        round=at.round.key,
        round_title=at.round.title,
        edition=at.assessment.edition,
        reference="",
        signed_at=request.app.state.clock(),
        signed_name="",
        as_at=national.on,
        record_seq=national.seq,
        answers=frozen_answers(at.asked, at.standings, national, version_of=criterion_of),
    )


def paper_file(material: Material, operator: str) -> bytes:
    """The paper for a panel."""
    # Slow to import, and only who takes a paper away needs it.
    from tracker.benchmark.office.paper import panel_paper

    return panel_paper(material, operator=operator)


def workbook_file(material: Material, operator: str) -> bytes:
    """The workbook."""
    title = f"Kinship benchmark of {material.frozen.authority_name}, {material.frozen.round_title}"
    return workbook(sheets(material), title=title, creator=operator, now=material.now)


def csv_file(material: Material, _operator: str) -> bytes:
    """The answers as CSV."""
    return sheet_csv(answers_sheet(material))


def json_file(material: Material, _operator: str) -> bytes:
    """All of it for programs."""
    return round_json(material)


FILES: dict[str, tuple[Callable[[Material, str], bytes], str]] = {
    "paper.docx": (paper_file, DOCX),
    "benchmark.xlsx": (workbook_file, XLSX),
    "answers.csv": (csv_file, SHEET_CSV),
    "benchmark.json": (json_file, JSON),
}
"""The files of a round: how each is made, and what it is."""


def file_name(material: Material, name: str) -> str:
    """What a file is called where it is kept: whose it is, of which round, and whether it is a draft."""
    mark = material.frozen.reference or f"draft-{material.today}"
    return f"{material.frozen.authority}-kinship-{material.frozen.round}-{mark}-{name}"


async def _take_away(request: Asking, authority: str, round: str, name: str) -> Response[bytes]:
    material = await material_of(request, member_at(request, authority), round)
    make, media_type = FILES[name]
    # In a thread: a document takes a moment, in which others are served.
    body = await asyncio.to_thread(make, material, request.app.state.settings.operator)
    return take_away(body, media_type=media_type, name=file_name(material, name))


@route(f"{ROUND}/paper.docx", http_method=READ)
async def show_paper(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """The paper for a panel or committee (Word)."""
    return await _take_away(request, authority, round, "paper.docx")


@route(f"{ROUND}/benchmark.xlsx", http_method=READ)
async def show_workbook(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Answers, evidence and plan as a workbook."""
    return await _take_away(request, authority, round, "benchmark.xlsx")


@route(f"{ROUND}/answers.csv", http_method=READ)
async def show_csv(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """The answers as CSV."""
    return await _take_away(request, authority, round, "answers.csv")


@route(f"{ROUND}/benchmark.json", http_method=READ)
async def show_json(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Answers and plan as JSON."""
    return await _take_away(request, authority, round, "benchmark.json")


@route(f"{ROUND}/print", http_method=READ)
async def show_print(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Everything of a round on one page, to print."""
    member = member_at(request, authority)
    material = await material_of(request, member, round)
    return render(
        request,
        "benchmark/print.html",
        member=member,
        material=material,
        frozen=material.frozen,
        level_words=level_words,
        bases=BASIS_WORDS,
        arrangements=ARRANGEMENT_WORDS,
        due_text=due_text,
        said={"progress": PROGRESS_TEXT, "priorities": PRIORITY_TEXT, "levels": LEVEL_WORDS},
    )


router = Router(
    path="/",
    route_handlers=[show_paper, show_workbook, show_csv, show_json, show_print],
    opt={"policy": MEMBERS},
    include_in_schema=False,
)
