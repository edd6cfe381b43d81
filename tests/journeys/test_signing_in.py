"""From nothing to being signed in, with a real server and a real worker, reading the mail at /dev/mailbox."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.processes import TRACKER, environment, free_port, running, tracker, until, until_up

FORM = "application/x-www-form-urlencoded"
MOST_SECONDS = 20.0
"""From asking to the mail; two seconds where nothing else keeps the machine busy."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tracker that is tried out on this machine, where Alice is the first admin."""
    settings: dict[str, object] = {"data_dir": tmp_path_factory.mktemp("var"), "port": free_port()}
    with running(*TRACKER, "serve", env=environment(**settings)):
        until_up(f"http://127.0.0.1:{settings['port']}")
        done = tracker("user", "add", "alice@example.org", "--name", "Alice", "--role", "admin", **settings)
        assert done.returncode == 0, done.stderr
        yield f"http://127.0.0.1:{settings['port']}"


def newest_mail(address: str, *, after: str = "") -> str:
    """The newest mail in the mailbox, when it is another than the one that was known."""

    def newest() -> str:
        return next(iter(re.findall(r'href="(/dev/mailbox/[^"]+)"', httpx.get(f"{address}/dev/mailbox").text)), "")

    until(lambda: newest() not in ("", after), seconds=MOST_SECONDS)
    return newest()


def test_the_first_admin_signs_in_with_the_mail_that_the_browser_shows(address: str) -> None:
    with httpx.Client(base_url=address) as alice, httpx.Client(base_url=address) as elsewhere:
        alice.post("/sign-in", data={"address": "nobody@example.org"})
        assert alice.post("/sign-in", data={"address": "alice@example.org", "next": "/people"}).status_code == 303
        first = newest_mail(address)
        shown = httpx.get(f"{address}{first}").text
        link = re.search(rf'href="{address}(/sign-in/link/[^"]+)"', shown)
        code = re.search(r"this code .*: (\d{4} \d{4})", shown)
        assert link
        assert code
        assert "alice@example.org" in shown

        assert "Enter the code to sign in" in elsewhere.get(link[1]).text
        answer = elsewhere.post(link[1], data={"code": code[1]})
        assert (answer.status_code, answer.headers["location"]) == (303, "/people")
        assert "Signed in as <strong>Alice</strong>" in elsewhere.get("/people").text
        assert alice.get("/people").status_code == 303

        alice.post("/sign-in", data={"address": "alice@example.org"})
        second = newest_mail(address, after=first)
        again = re.search(rf'href="{address}(/sign-in/link/[^"]+)"', httpx.get(f"{address}{second}").text)
        assert again
        assert alice.post(again[1], content=b"", headers={"content-type": FORM}).status_code == 303
        assert alice.get("/account").status_code == 200
        # One mail for each that was asked for, and none for an address that nobody has.
        assert httpx.get(f"{address}/dev/mailbox").text.count("alice@example.org") == 2
        assert "nobody@example.org" not in httpx.get(f"{address}/dev/mailbox").text
