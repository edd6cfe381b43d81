"""What somebody asks of a real server is in no log, not even at the level that says most."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.processes import TRACKER, Running, environment, free_port, running, until_up


class Server(NamedTuple):
    """A server that logs everything it can, where it is, and its database."""

    process: Running
    address: str
    database: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for every test here: starting three processes takes far longer than asking them."""
    folder = tmp_path_factory.mktemp("var")
    port = free_port()
    with running(*TRACKER, "serve", env=environment(data_dir=folder, port=port, log_level="debug")) as process:
        until_up(f"http://127.0.0.1:{port}")
        yield Server(process, f"http://127.0.0.1:{port}", folder / "tracker.db")


def test_nothing_of_an_answer_to_the_finder_is_logged(server: Server) -> None:
    for query in ("port=yes&mooring=year", "port=zzz", "port=yes&port=no", "asked=port"):
        assert httpx.get(f"{server.address}/who-benefits?{query}").status_code < 500
    written = server.process.said()
    assert "DEBUG" in written
    assert not [trace for trace in ("port=", "mooring=", "zzz", "asked=") if trace in written]


def test_what_somebody_looks_for_is_in_no_log_even_when_the_search_fails(server: Server) -> None:
    for path in ("/search", "/api/v1/search"):
        assert httpx.get(f"{server.address}{path}?q=unmentionable").status_code == 200
    sqlite = sqlite3.connect(server.database)
    sqlite.execute("ALTER TABLE searchable_words RENAME TO searchable_words_away")
    assert httpx.get(f"{server.address}/search?q=unmentionable+too").status_code == 503
    sqlite.execute("ALTER TABLE searchable_words_away RENAME TO searchable_words")
    sqlite.close()
    said = server.process.said()
    assert "the search cannot be asked: OperationalError" in said
    assert "unmentionable" not in said


def test_nothing_that_signs_in_is_logged_even_when_it_fails(server: Server) -> None:
    sqlite = sqlite3.connect(server.database)
    sqlite.execute("ALTER TABLE sign_in RENAME TO sign_in_away")
    token = "unmentionable-token-of-more-than-forty-letters"
    assert httpx.get(f"{server.address}/sign-in/link/1/{token}").status_code == 500
    typed = {"address": "unmentionable@example.org", "next": "/unmentionable"}
    assert httpx.post(f"{server.address}/sign-in", data=typed).status_code == 500
    sqlite.execute("ALTER TABLE sign_in_away RENAME TO sign_in")
    sqlite.close()
    said = server.process.said()
    assert "unexpected error at /sign-in/link/1/…" in said
    assert "INSERT INTO sign_in" in said
    assert "unmentionable" not in said
