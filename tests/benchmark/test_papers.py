"""The paper for a panel: what it says and in which order, as a draft and signed, and how it is built."""

import io
import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from sqlalchemy import delete

from tests.benchmark.answering import ASKED, AT, KENT, ROUND, all_answered, answered, begun, member, person
from tests.benchmark.test_plan import ACTION
from tests.browsers import Browser
from tests.conftest import NOON
from tests.office import WRITER, converted
from tracker.accounts.policies import Role
from tracker.benchmark import signing
from tracker.benchmark.freezing import NationalState
from tracker.benchmark.models import Answer
from tracker.benchmark.schemas import Arrangement, Details, Frozen, Level, Proof
from tracker.benchmark.signing import Signature
from tracker.db import Database
from tracker.web.front import Front

PLAN = f"/benchmark/{KENT}/plan"
SAM = "Sam Hill, Director of Children’s Services"
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what is made of what was read: reading it is tried on both."""
DETAILS = Details(
    now="A page since May.\nA leaflet since June.",
    covers=(Arrangement.SGO, Arrangement.KINSHIP_FOSTER),
    asked_families=True,
    gap="Informal carers are not named.",
    notes="Never in a paper",
    proofs=(Proof(title="Our page", link="https://www.kent.gov.uk/kinship", page="3"),),
)


async def signed(database: Database, lead: int, round: str = ROUND) -> Frozen:
    """A round that is answered as it stands, signed by Sam, who was asked by a lead."""
    number = await person(database, f"Sam{round}", Role.APPROVER)
    told = {item.key: f"Announcement {item.line}: in progress." for item in ASKED}
    async with database.writing() as db:
        asked = await signing.ask(db, KENT, round, approver_id=number, asked=ASKED, by=lead, now=NOON)
        signature = Signature(
            person_id=number,
            name=SAM,
            authority_name="Kent",
            round_title=f"Round {round}",
            asked_at=signing.asking_of(asked),
        )
        return await signing.sign(
            db,
            KENT,
            round,
            signature,
            asked=ASKED,
            national=NationalState(by_criterion=told, on=NOON.date(), seq=131),
            now=NOON - timedelta(days=60) if round != ROUND else NOON,
        )


async def taken(browser: Browser, name: str = "paper.docx") -> bytes:
    """A file of the round."""
    answer = await browser.client.get(f"{AT}/{name}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


async def paper(browser: Browser) -> Document:
    return docx.Document(io.BytesIO(await taken(browser)))


def said(document: Document) -> str:
    """What a paper says, with its tables, from top to bottom."""
    texts = (
        "".join(node.text or "" for node in item.iter(qn("w:t"))) for item in document.element.body.iter(qn("w:p"))
    )
    return "\n".join(filter(None, texts))


def headings(document: Document, *levels: int) -> list[str]:
    wanted = {f"Heading {level}" for level in levels}
    return [item.text for item in document.paragraphs if item.style and item.style.name in wanted]


def part(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


async def test_a_signed_paper_says_who_signed_what_is_decided_and_duties_first(
    front: Front, database: Database
) -> None:
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await all_answered(database, lead)
    await answered(database, lead, "K1", Level.IN_PLACE, "It is all on one page.", details=DETAILS)
    await answered(database, lead, "K2", Level.NOT_KNOWN, "Nobody has looked.")
    await answered(database, lead, "K3", Level.DEVELOPING, "A list.", details=Details(gap="No dentists.\nNo nurses."))
    frozen = await signed(database, lead)
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    await ada.send(
        f"{PLAN}/new", **{**ACTION, "criterion": "K6", "title": "Ask each district", "due": "1 November 2026"}
    )
    document = await paper(ada)
    assert headings(document, 1) == [
        "1. Summary",
        "2. What the panel is asked to decide",
        "3. Legal duties",
        "4. Gap analysis",
        "5. Action plan",
        "6. What has changed since the last panel",
        "7. Implications",
        "8. The national state",
        "9. How this was assessed",
        "Appendix: every answer",
    ]
    assert {"Legal", "Financial", "Equality"} <= set(headings(document, 2))
    told = said(document)
    assert f"Reference {frozen.reference}" in told
    assert f"by {SAM}." in told
    assert "Self-assessed, not validated" in told
    assert "Draft" not in told
    assert "9 of 10 are not yet shown to be met (9, K2, K3, K4, K5, K6, K7, K8, K9)." in told
    assert "To note that 9 legal duties are not yet shown to be met" in told
    duties = part(told, "3. Legal duties", "4. Gap analysis")
    assert "We do not know yet: duty not yet shown to be met" in part(
        duties, "Not yet shown to be met", "Met, by our own"
    )
    assert "Ask each district (no owner yet; 1 November 2026, 21 days overdue; not started)" in duties
    assert "A list.Missing: No dentists.No nurses." in duties.replace("\n", "")
    assert "K1. " in part(duties, "Met, by our own assessment", "Law that is not yet in force")
    assert "This is the first benchmark" in told
    assert "up to its entry 131" in told
    appendix = told.partition("Appendix: every answer")[2]
    assert "A page since May. A leaflet since June." in appendix
    assert "Our page, page 3" in appendix
    guidance, strategy = part(appendix, "Rests on: Statutory guidance. ", "Where we stand").split("; ")
    assert "by account of Garden Court Chambers, 16 December 2024)" in guidance
    assert "by account of" not in strategy
    assert "Never in a paper" not in told
    links = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert "https://www.kent.gov.uk/kinship" in links


@ONE_ENGINE
async def test_a_draft_says_so_and_names_what_has_no_answer(front: Front, database: Database) -> None:
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await all_answered(database, lead, but=["K5", "8"])
    document = await paper(ada)
    told = said(document)
    assert "Draft, not signed. Prepared on 22 November 2026 at 12:00pm" in told
    assert "Duties without an answer: " in told
    missing = part(told, "Not answered yet\n8.", "5. Action plan")
    assert "K5. " in missing
    foot = document.sections[0].footer.paragraphs[0].text
    assert "Kent, October 2026 to March 2027 · Draft, not signed · Self-assessed, not validated" in foot


async def test_what_changed_since_the_last_panel_is_told(front: Front, database: Database) -> None:
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead, round="2026-04")
    await all_answered(database, lead, round="2026-04")
    before = await signed(database, lead, "2026-04")
    await begun(database, lead)
    await all_answered(database, lead)
    await answered(database, lead, "K3", Level.IN_PLACE, "Now it is.")
    await ada.send(f"{PLAN}/new", **ACTION)
    told = part(said(await paper(ada)), "6. What has changed since the last panel", "7. Implications")
    assert f"signed on 23 September 2026 (Round 2026-04, {before.reference})" in told
    assert "K3. Health and wellbeing services are published\nDeveloping: duty not yet shown to be met\nIn place" in told
    assert "Actions added (1)\nPublish the offer" in told


@ONE_ENGINE
async def test_a_signed_paper_stays_as_it_was_when_answers_would_be_other(front: Front, database: Database) -> None:
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await all_answered(database, lead)
    await signed(database, lead)
    before = await taken(ada)
    async with database.writing() as db:
        await db.exec(delete(Answer))
    assert await taken(ada) == before


@ONE_ENGINE
async def test_the_paper_is_built_for_a_screen_reader(front: Front, database: Database) -> None:
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await answered(database, lead, "K1", details=DETAILS)
    await answered(database, lead, "14", Level.LEADING)
    document = await paper(ada)
    levels = [
        int(style[-1]) for p in document.paragraphs if (style := p.style.name if p.style else "").startswith("Heading")
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(document.tables) >= 5
    for table in document.tables:
        assert table.rows[0]._tr.trPr is not None
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(cell.text.strip() for cell in table.rows[0].cells)
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
        assert not list(table._tbl.iter(qn("w:vMerge"), qn("w:gridSpan")))
    assert document.core_properties.title == "Kinship care in Kent: self-assessment and action plan"
    assert document.core_properties.language == "en-GB"
    assert {node.get(qn("w:val")) for node in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}


@ONE_ENGINE
async def test_whatever_was_typed_can_be_in_a_paper(front: Front, database: Database) -> None:
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    typed = {"7": "=1+1 & <b>", "8": "👨‍👩 “x” שלום", "10": "line\none\n\ntwo", "13": "w" * 300}
    for key, text in typed.items():
        await answered(database, lead, key, Level.DEVELOPING, text, details=Details(gap=text, now=text))
    told = re.sub(r"\s+", " ", said(await paper(ada)))
    for text in typed.values():
        assert " ".join(text.split()) in told


@ONE_ENGINE
async def test_the_papers_of_another_authority_are_not_there(front: Front, database: Database) -> None:
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    ada = await member(front, database, "Ada", Role.READER)
    for name in ("paper.docx", "benchmark.xlsx", "answers.csv", "benchmark.json", "print"):
        assert (await ada.get(f"{AT}/{name}")).status_code == 200, name
        assert (await ada.get(f"/benchmark/slough/rounds/{ROUND}/{name}")).status_code == 404, name
        assert (await ada.get(f"/benchmark/{KENT}/rounds/2027-04/{name}")).status_code == 404, name


@ONE_ENGINE
@pytest.mark.skipif(not WRITER, reason="LibreOffice Writer is not installed")
async def test_libreoffice_reads_and_prints_the_paper(front: Front, database: Database, tmp_path: Path) -> None:
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await all_answered(database, lead)
    frozen = await signed(database, lead)
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    file = tmp_path / "paper.docx"
    file.write_bytes(await taken(ada))
    printed = converted(file, "pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(printed) > 20_000
    text = converted(file, "txt:Text").read_text(encoding="utf-8-sig")
    assert f"Reference {frozen.reference}" in text
    assert "What the panel is asked to decide" in text
    assert [item.title for item in ASKED if item.first_pass and item.title not in text] == []
