"""That the harness of `make crash` works: a few kills, and a count that would notice what is lost or doubled."""

import shutil
import smtplib
import socket

import pytest

from tests.crash.__main__ import kill_often
from tests.crash.counting import HELD, Count, Lost
from tests.crash.stage import Sinks
from tests.crash.watching import kill_watchers
from tests.processes import until

needs_server = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs a redis-server to take away")


@needs_server
async def test_nothing_owed_is_lost_when_things_are_killed(engine: str) -> None:
    count = await kill_often(engine, 4, seed=1)
    assert (count.kills, count.arrived) == (4, 1000)


async def test_every_event_is_sighted_once_when_what_reads_sources_is_killed(engine: str) -> None:
    watched = await kill_watchers(engine, 3, seed=1)
    assert (watched.kills, watched.months) == (3, 1)


def test_what_came_twice_is_put_down_to_the_kill_between() -> None:
    count = Count()
    count.note_doubles([(1.0, 4.0), (1.1, 4.0), (5.0, 9.0)], kills=[(1.2, 1.3), (5.1, 5.2)])
    assert (count.doubled, count.most_doubled) == (3, 2)


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param([], id="none"),
        pytest.param([(9.0, 9.1)], id="one after it"),
        pytest.param([(0.1, 0.2)], id="one long before it"),
    ],
)
def test_what_came_twice_without_a_kill_between_is_a_fault(kills: list[tuple[float, float]]) -> None:
    with pytest.raises(Lost, match="came twice"):
        Count().note_doubles([(2.0, 4.0)], kills=kills)


def test_what_came_twice_since_a_lease_ran_out_is_counted_apart_and_never_more_than_the_workers_say() -> None:
    count = Count()
    count.note_doubles([(2.0, 4.0)], kills=[], lapsed=1)
    assert (count.doubled, count.lapsed) == (0, 1)
    with pytest.raises(Lost, match="came twice"):
        count.note_doubles([(2.0, 4.0), (2.1, 4.0)], kills=[], lapsed=1)


def test_more_than_a_worker_holds_is_a_fault() -> None:
    with pytest.raises(Lost, match="at most"):
        Count().note_doubles([(1.0, 4.0)] * (HELD + 1), kills=[(1.2, 1.3)])


def test_the_sinks_accept_before_they_answer_and_answer_when_they_are_told_to() -> None:
    sinks = Sinks()
    try:
        assert sinks.ask("stall") == 0
        with socket.create_connection(("127.0.0.1", sinks.hook_port), timeout=5) as connection:
            connection.sendall(b"POST /7 HTTP/1.1\r\nWebhook-Id: msg_1\r\nContent-Length: 2\r\n\r\n{}")
            until(lambda: sinks.ask("stall") == 1)
            ((channel, to, number, _),) = sinks.ask("since 0")
            assert (channel, to, number) == ("webhook", "/7", "msg_1")
            sinks.ask("go")
            assert connection.recv(100).startswith(b"HTTP/1.1 204")
        with smtplib.SMTP("127.0.0.1", sinks.mail_port, timeout=5) as session:
            session.sendmail("a@example.org", ["b@example.org"], "Message-ID: <1.x@example.org>\r\n\r\nText\r\n")
        assert sinks.ask("since 1")[0][:3] == ["email", "b@example.org", "1.x@example.org"]
    finally:
        sinks.end()
