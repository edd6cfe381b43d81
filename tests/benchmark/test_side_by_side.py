"""Two authorities side by side: what Kent’s people see is the same whether Samplebury does nothing or a great deal.

Everything that they can fetch is compared byte by byte: pages, forms, addresses, files and what is in them, mails. Only
what is random by intent, and what is made with the service's own secret, is left out, and it is shown to be that.
"""

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.apps import Shared
from tests.benchmark.answering import AT, KENT, all_answered
from tests.benchmark.busy import Busy, Quiet
from tests.benchmark.mailbox import Mailbox
from tests.benchmark.test_access import link_in
from tests.benchmark.test_first_pass import after
from tests.benchmark.test_flags import GUIDANCE, recorded
from tests.benchmark.test_import import ROW, book, choose
from tests.benchmark.test_nothing_leaks import NAMED, addresses, filled
from tests.benchmark.test_plan import ACTION
from tests.browsers import SECRETS, Browser, add_person, opened
from tests.conftest import NOON, Engines, FixedClock
from tracker.accounts.models import Person
from tracker.accounts.policies import Role
from tracker.benchmark.models import AccessRequest
from tracker.benchmark.pages.access import person_mark
from tracker.benchmark.planning.reminders import remind_owners
from tracker.db import Database
from tracker.strategies.files import Folder
from tracker.web.front import Front

HOME = f"/benchmark/{KENT}"
HREF = re.compile(rf'href="({HOME}[^"#]*)')
FILES = re.compile(r"\.(?:docx|xlsx|csv|json|zip)$")
OTHER_QUESTIONS = re.compile(r"/(?:questions|first-pass)/(?!(?:1|14)(?:[/?]|$))")
"""Pages of the questions whose pages are like those that are opened."""
KEPT = re.compile(r'(?<=name="kept" value=")[^"]+')
"""What a preview holds until it is confirmed."""
RANDOM = {
    "token": re.compile(r'(?<=name="token" value=")[^"]+'),
    "reference": re.compile(r"KCB-[0-9A-Z]{4}-[0-9A-Z]{4}"),
    "digest of what has a reference": re.compile(r"\b[0-9a-f]{64}\b"),
    "moment of saving": re.compile(r"(?<=W3CDTF\">)[^<]+(?=</dcterms:modified>)"),
    "secret": re.compile(r"(?<=/)[\w-]{43}(?=[\s\"])"),
}
"""What is drawn by chance, made with the service's secret for one thing alone, or the machine's own clock."""


class Seen:
    """Everything that Kent’s people were shown, by what it was."""

    def __init__(self, front: Front, database: Database, clock: FixedClock, meanwhile: Quiet) -> None:
        self.found: dict[str, bytes] = {}
        self.front, self.database, self.clock = front, database, clock
        self.mailbox = Mailbox(database, clock)
        self._meanwhile = meanwhile
        self._own: dict[str, str] = {}

    async def meanwhile(self) -> None:
        """Let the others do what they do, and know what marks Kent’s own people and requests have by now."""
        await self._meanwhile(self.front, self.database)

    async def mails(self) -> list[Any]:
        """Kent’s mails since the last time."""
        found = [mail for mail in await self.mailbox.new() if "Samplebury" not in mail.text]
        for mail in found:
            self.add(f"mail {mail.kind} to {mail.to}", f"{mail.subject}\n{mail.text}".encode())
        return found

    async def sent(self, who: Browser, path: str, **fields: Any) -> None:
        """A form, and what is answered to it."""
        answer = await who.send(path, **fields)
        self.add(f"sent {path}", _whole(answer))

    def add(self, name: str, body: bytes) -> None:
        """Note something that was shown; the same again under a name of its own."""
        while name in self.found:
            name += " again"
        self.found[name] = body

    async def crawl(self, name: str, who: Browser, *, files: bool = False) -> None:
        """Every page that is linked from where their benchmark begins, and every address there is; files if wanted."""
        known = [path for method, path in addresses(self.front) if method == "GET" and not NAMED.search(path)]
        todo, done = [HOME, *(filled(path, KENT) for path in known)], set()
        while todo:
            path = todo.pop(0)
            if path not in done and not OTHER_QUESTIONS.search(path) and (files or not FILES.search(path)):
                done.add(path)
                answer = await who.client.get(path)
                self.add(f"{name} at {path}", _whole(answer))
                if answer.headers["content-type"].startswith("text/html"):
                    todo += [href.replace("&amp;", "&") for href in HREF.findall(answer.text)]

    async def plain(self) -> dict[str, str]:
        """All of it, unpacked, without what is random or secret."""
        await self._learn()
        return {
            self._without(f"{name} {part}"): self._without(body.decode("utf-8", "replace"))
            for name, whole in self.found.items()
            for part, body in unpacked(whole)
        }

    async def _learn(self) -> None:
        async with self.database.reading() as db:
            for asked in (await db.exec(select(AccessRequest).where(AccessRequest.authority == KENT))).all():
                self._own[asked.mark] = f"[{asked.address}]"
            for person in (await db.exec(select(Person))).all():
                self._own[person_mark(SECRETS, KENT, person.id or 0)] = f"[{person.name}]"

    def _without(self, text: str) -> str:
        text = KEPT.sub(lambda found: zlib.decompress(base64.b64decode(found[0])).decode(), text)
        for name, pattern in RANDOM.items():
            text = pattern.sub(f"[{name}]", text)
        for mark, name in self._own.items():
            text = text.replace(mark, name)
        return text


def difference(name: str, quiet: str, busy: str) -> str:
    """Where two texts differ first, with a little of each."""
    place = next(at for at in range(len(busy) + 1) if quiet[at : at + 1] != busy[at : at + 1])
    around = slice(max(place - 40, 0), place + 40)
    return f"{name}: {quiet[around]!r} became {busy[around]!r}"


def _whole(answer: Any) -> bytes:
    head = f"{answer.status_code} {answer.headers.get('location', '')}\n".encode()
    packed = answer.content.startswith(b"PK")
    return answer.content if packed else head + answer.content


def unpacked(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of an archive, a document or a workbook, however deep; anything else as it is."""
    if not body.startswith(b"PK"):
        yield "", body
        return
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        for name in packed.namelist():
            for part, content in unpacked(packed.read(name)):
                yield f"{name} {part}".strip(), content


async def story(seen: Seen) -> dict[str, str]:
    """Half a year of Kent, with the others at work before every step."""
    database, front = seen.database, seen.front
    await seen.meanwhile()
    lee = await opened(front, database, await add_person(database, "Lee", Role.AUTHORITY_LEAD, of=KENT))
    await seen.meanwhile()
    cara_id = await add_person(database, "Cara", Role.CONTRIBUTOR, of=KENT)
    abe_id = await add_person(database, "Abe", Role.APPROVER, of=KENT)
    cara, abe = await opened(front, database, cara_id), await opened(front, database, abe_id)
    await strangers(seen, lee)
    await answers(seen, lee, cara)
    await plan(seen, lee)
    await changes(seen, lee)
    await signature(seen, lee, abe)
    for name, who in (("Lee", lee), ("Cara", cara), ("Abe", abe)):
        await seen.crawl(name, who, files=who is lee)
    await seen.meanwhile()
    seen.clock.move(timedelta(hours=13))
    await remind_owners(seen.database, seen.clock)
    assert [mail for mail in await seen.mails() if mail.kind == "benchmark-reminder"]
    return await seen.plain()


async def strangers(seen: Seen, lee: Browser) -> None:
    """One asks and is refused, one waits."""
    for name in ("Bob", "Ben"):
        await seen.meanwhile()
        stranger = Browser(seen.front)
        address = f"{name.lower()}@example.net"
        await seen.sent(stranger, f"/authorities/{KENT}/access", name=name, address=address, why="I work there.")
        path = link_in([mail for mail in await seen.mails() if mail.to == address])
        await stranger.get(path)
        seen.add(f"confirming {name}", stranger.page.encode())
        await seen.sent(stranger, path)
        await seen.mails()
        await lee.get(f"{HOME}/people")
        (request,) = set(re.findall(rf'href="({HOME}/people/requests/[^"]+)"', lee.page))
        await lee.get(request)
        await seen.sent(lee, request, answer="let-in")
        if name == "Bob":
            await seen.sent(lee, request, answer="refuse")
            await seen.mails()


async def answers(seen: Seen, lee: Browser, cara: Browser) -> None:
    """A round is begun, two colleagues save the same answer, and one of them is told."""
    await seen.sent(lee, f"{AT}/start")
    for place in range(3):
        await seen.meanwhile()
        await lee.get(f"{AT}/first-pass/1")
        given = {"level": "developing", "sentence": f"We have begun, {place}."}
        await seen.sent(lee, f"{AT}/first-pass/1", after=after(lee), **given)
    await seen.sent(cara, f"{AT}/questions/1", after="1", level="leading", sentence="All is well.")
    await lee.get(f"{AT}/questions/1")
    seen.add("settling", lee.page.encode())


async def plan(seen: Seen, lee: Browser) -> None:
    """Actions are added, changed, reported on and brought in from a file."""
    await lee.get(f"{HOME}/plan/new")
    (owner,) = re.findall(r'<option value="([^"]+)"[^>]*>Cara<', lee.page)
    for title in ("First", "Second", "A slip"):
        await seen.meanwhile()
        fields = {**ACTION, "criterion": "14", "title": title, "owner": owner, "due": "24 November 2026"}
        await seen.sent(lee, f"{HOME}/plan/new", **fields)
    await lee.get(f"{HOME}/plan")
    first, second, slip = (
        re.findall(rf'href="({HOME}/plan/[^"/?]+)">{title}<', lee.page)[0] for title in ("First", "Second", "A slip")
    )
    await seen.sent(lee, f"{slip}/remove")
    await seen.sent(lee, f"{second}/edit", **{**ACTION, "owner": owner, "title": "Changed", "status": "done"})
    await seen.sent(lee, f"{first}/updates", status="in-progress", text="We have begun.")
    await seen.meanwhile()
    preview = await choose(lee, book((*ROW[:2], "Cara", *ROW[3:])))
    seen.add("preview", preview.content)
    kept = re.search(r'name="kept" value="([^"]+)"', lee.page)
    assert kept
    await seen.sent(lee, f"{HOME}/plan/import/confirm", kept=kept[1])


async def changes(seen: Seen, lee: Browser) -> None:
    """The record moves on under an answer and an action, and the lead is told."""
    await seen.meanwhile()
    await lee.get(f"{AT}/first-pass/14")
    await seen.sent(lee, f"{AT}/first-pass/14", after=after(lee), level="developing", sentence="We know it.")
    await recorded(seen.database, GUIDANCE, clock=seen.clock)
    assert [mail for mail in await seen.mails() if mail.kind == "benchmark-changed"]
    for path in (f"{HOME}/flags", f"{AT}/questions/14"):
        await lee.get(path)
        seen.add(f"changed {path}", lee.page.encode())
    flag = re.findall(r'name="flag" value="([^"]+)"', lee.page)
    await seen.sent(lee, f"{AT}/questions/14", after=after(lee), level="leading", sentence="Checked.", flag=flag)


async def signature(seen: Seen, lee: Browser, abe: Browser) -> None:
    """All is answered, and the approver asked to sign, who does."""
    async with seen.database.reading() as db:
        lead = (await db.exec(select(Person.id).where(Person.name == "Lee"))).one()
    await all_answered(seen.database, lead or 0, but=("1", "14"))
    await seen.meanwhile()
    await lee.get(f"{AT}/ask")
    seen.add("whom to ask", lee.page.encode())
    await seen.sent(lee, f"{AT}/questions/1/agree", row="3", after="9")
    await lee.get(f"{AT}/ask")
    (approver,) = re.findall(r'name="approver"[^>]*value="([^"]+)"', lee.page)
    await seen.sent(lee, f"{AT}/ask", approver=approver)
    await seen.mails()
    await abe.get(f"{AT}/sign")
    seen.add("to sign", abe.page.encode())
    (asked,) = re.findall(r'name="asked" value="([^"]+)"', abe.page)
    await seen.sent(abe, f"{AT}/sign", name="Abe", position="Director", agree="yes", asked=asked)
    await seen.mails()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_what_one_authority_does_is_not_felt_by_another(
    engines: Engines, engine: str, kinship: Folder, shared: Shared, site: Front
) -> None:
    told = []
    for meanwhile in (Quiet(), Busy()):
        database, clock = Database(await engines.filled(engine, kinship)), FixedClock(NOON)
        front = shared.lend(database, clock, keeper=site.keeper)
        told.append(await story(Seen(front, database, clock, meanwhile)))
        await database.close()
    quiet, busy = told
    assert sorted(busy) == sorted(quiet)
    assert [difference(name, quiet[name], busy[name]) for name in quiet if quiet[name] != busy[name]] == []
    assert len(quiet) > 200
