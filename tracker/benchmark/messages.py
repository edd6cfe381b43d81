"""What the benchmark's mails say. They are read when they are sent, and name no answer: mail is read by others too."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import mail
from tracker.accounts.mail import About, time_text
from tracker.accounts.models import Audited, Person
from tracker.accounts.people import GAVE
from tracker.accounts.policies import Role
from tracker.accounts.queries import ROLE_NAMES
from tracker.benchmark import joining, letters
from tracker.benchmark.members import ROLE_LETTER
from tracker.benchmark.models import AccessRequest, BenchmarkLetter
from tracker.benchmark.parts import name_of
from tracker.benchmark.planning import reminders
from tracker.benchmark.planning.about import title_of
from tracker.benchmark.planning.rules import due_text, is_overdue
from tracker.clock import london_day
from tracker.strategies.words import day_text
from tracker.web.letters import Letter


class Papers(mail.Papers, Protocol):
    """What every letter is written with, or as much of it as these need."""

    @property
    def contact(self) -> str: ...


Write = Callable[[AsyncSession, About, Papers], Awaitable[Letter | None]]


async def write(db: AsyncSession, letter: BenchmarkLetter, papers: Papers, template: str, **context: Any) -> Letter:
    """A letter of the benchmark; every template is given what they all need."""
    return papers.letters.write(
        f"benchmark/{template}",
        authority=name_of(letter.authority),
        key=letter.authority,
        silence=await papers.silence(db),
        papers=papers,
        **context,
    )


async def write_prove(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """The link that proves an address; None when it has been used, or the request is gone."""
    letter, asked = await _request(db, owed)
    if letter is None or asked is None or asked.proved_at:
        return None
    until = asked.asked_at + joining.LASTS
    return await write(
        db,
        letter,
        papers,
        "prove",
        link=f"{papers.public_url}{joining.link(asked, papers.secrets)}",
        until=f"{time_text(until)} on {day_text(london_day(until))}",
    )


async def write_waiting(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To a lead: somebody asks to take part, who has to be let in or refused; None when that has been done."""
    letter, asked = await _request(db, owed)
    if letter is None or asked is None or asked.outcome != joining.WAITS:
        return None
    return await write(db, letter, papers, "waiting", asked=asked)


async def write_refused(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To who asked: they were not let in."""
    letter, asked = await _request(db, owed)
    return await write(db, letter, papers, "refused") if letter and asked else None


async def write_role(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To a member and to the leads: a role was given or taken, and by whom."""
    letter = await letters.of(db, owed.about)
    noted = await db.get(Audited, letters.content_of(letter)["audit"]) if letter else None
    if letter is None or noted is None:
        return None
    holder = await db.get(Person, int(noted.about.removeprefix("person/")))
    by = await db.get(Person, noted.person_id) if noted.person_id else None
    detail = msgspec.json.decode(noted.detail, type=dict[str, str])
    return await write(
        db,
        letter,
        papers,
        "role",
        holder=holder,
        yours=letter.person_id == (holder.id if holder else None),
        given=noted.did == GAVE,
        role=ROLE_NAMES[Role(detail["role"])].lower(),
        leads=detail["role"] == Role.AUTHORITY_LEAD,
        by=by,
        because=detail.get("because", ""),
    )


async def write_reminder(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To an owner: what is due soon and what is overdue, without a word of it; None when it is all done by now."""
    letter = await letters.of(db, owed.about)
    if letter is None or letter.person_id is None:
        return None
    today = london_day(letter.asked_at)
    found = await reminders.due_for(db, letter.authority, letter.person_id, on=today)
    if not found:
        return None
    told = [(action, title_of(action), due_text(action, today)) for action in found]
    return await write(
        db,
        letter,
        papers,
        "reminder",
        overdue=[item for item in told if is_overdue(item[0], today)],
        coming=[item for item in told if not is_overdue(item[0], today)],
    )


async def _request(db: AsyncSession, owed: About) -> tuple[BenchmarkLetter | None, AccessRequest | None]:
    """The letter of a delivery, and the request for access that it is about."""
    letter = await letters.of(db, owed.about)
    return letter, await db.get(AccessRequest, letters.content_of(letter)["request"]) if letter else None


WRITERS: Mapping[str, Write] = {
    joining.PROVE: write_prove,
    joining.WAITING: write_waiting,
    joining.REFUSED_LETTER: write_refused,
    ROLE_LETTER: write_role,
    reminders.REMINDER: write_reminder,
}
"""How each kind of letter is written. Whoever adds one gives it a name in `alerts.history` too."""
