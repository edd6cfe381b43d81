"""Somebody at a browser: cookies are kept, and forms are sent as our own pages send them."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.conftest import NOON, SETTINGS
from tracker.accounts import people, sessions
from tracker.accounts.models import Person
from tracker.accounts.policies import Role
from tracker.db import Database
from tracker.web.front import Front
from tracker.web.secrets import Secrets

ADDRESS = "http://tracker.test"
SECRETS = Secrets(SETTINGS.secret.encode())
OWN_FORM = {
    "origin": ADDRESS,
    "sec-fetch-site": "same-origin",
    "content-type": "application/x-www-form-urlencoded",
}
"""What a browser says of a form that one of our own pages sends."""
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Browser:
    """Asks the application as a browser does; `page` is what it shows."""

    def __init__(self, front: Front, *, agent: str = "") -> None:
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=front), base_url=ADDRESS, headers={"user-agent": agent}, trust_env=False
        )
        self.page = ""
        self.token = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return self._shown(await self.client.get(path, headers=headers))

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form, with the token of the last page that had one."""
        given = {"token": self.token, **fields} if self.token else fields
        body = urlencode(given, doseq=True).encode()
        return self._shown(await self.client.post(path, content=body, headers=OWN_FORM))

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """Go where an answer leads."""
        assert answer.status_code == 303, answer.text
        return await self.get(answer.headers["location"])

    @property
    def heading(self) -> str:
        """The heading of the page."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page, flags=re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""

    @property
    def problems(self) -> list[str]:
        """What the error summary says."""
        summary = self.page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
        return re.findall(r'<a href="#[^"]+">(.*?)</a>', summary)

    async def send_bare(self, path: str, **headers: str) -> httpx.Response:
        """Send a form with nothing but these headers: neither a token nor a word about where it comes from."""
        kind = {"content-type": OWN_FORM["content-type"]}
        return self._shown(await self.client.post(path, content=b"x=1", headers={**kind, **headers}))

    def _shown(self, answer: httpx.Response) -> httpx.Response:
        self.page = answer.text
        token = TOKEN.search(answer.text)
        self.token = token[1] if token else self.token
        return answer


async def add_person(database: Database, name: str, *roles: Role, of: str = "") -> int:
    """Somebody who can sign in as name@example.org."""
    async with database.writing() as db:
        person: Person = await people.add_person(db, f"{name.lower()}@example.org", name=name, by=None, now=NOON)
        for role in roles:
            await people.give(db, person.id or 0, role, of, by=None, now=NOON)
    return person.id or 0


async def signed_in(front: Front, database: Database, name: str, *roles: Role, of: str = "") -> Browser:
    """The browser of somebody new who is signed in, since NOON."""
    return await opened(front, database, await add_person(database, name, *roles, of=of))


async def opened(front: Front, database: Database, person_id: int) -> Browser:
    """Another browser on which somebody is signed in."""
    async with database.writing() as db:
        session = await sessions.start(db, person_id, now=NOON)
    return holding(front, session)


def holding(front: Front, session: sessions.Opened) -> Browser:
    """A browser that holds what a session was opened with."""
    browser = Browser(front)
    browser.client.cookies.set("tracker-session", session.token, domain="tracker.test")
    browser.token = SECRETS.token("form", session.session_id, NOON)
    return browser
