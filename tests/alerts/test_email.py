"""Mail by SMTP: what a real mail server gets, and what its moods mean."""

import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy

import pytest
import pytest_asyncio
from aiosmtpd import smtp as strict
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from tests.alerts.fakes import SECRETS
from tests.conftest import NOON, FixedClock
from tests.processes import free_port
from tests.sinks import SmtpSink, smtp_sink
from tracker.alerts.channels import IsOurs
from tracker.alerts.channels.email import EmailChannel
from tracker.alerts.channels.smtp import MailServer
from tracker.alerts.links import Links
from tracker.alerts.schemas import Alert, Came, Owed, Tried
from tracker.web.letters import MANAGE, Letter
from tracker.web.mail import Sealed

LINKS = Links(public_url="https://tracker.test", secrets=SECRETS, mail_host="tracker.test")
LETTER = Letter("A change", f".A line that begins with a dot.\n\nStop: {MANAGE}\n.\n")
SEALED = Sealed(LETTER, sender="tracker@tracker.test", name="Tracker")
Results = dict[int, Tried]


def alert(number: int, address: str | None = None) -> Alert:
    owed = Owed(
        id=number, about="publication:1", message="publication", channel="email", destination_id=number, first=1,
        last=1, attempts=0, due_at=NOON, address=address or f"p{number}@example.org", cadence="at-once",
        created_at=NOON, stopped=False,
    )  # fmt: skip
    return Alert(owed, mail=SEALED)


async def send(
    channel: EmailChannel,
    count: int = 3,
    *,
    addresses: dict[int, str] | None = None,
    is_ours: IsOurs = lambda alert: True,
) -> Results:
    """What came of sending so many."""
    results: Results = {}
    alerts = [alert(number, (addresses or {}).get(number)) for number in range(count)]
    await channel.send(alerts, lambda done, tried: results.setdefault(done.owed.id, tried), is_ours=is_ours)
    return results


def came(results: Results) -> list[Came]:
    return [results[number].came for number in sorted(results)]


async def test_everybody_gets_the_whole_mail_over_one_connection(sink: SmtpSink, channel: EmailChannel) -> None:
    assert came(await send(channel, 20)) == [Came.SENT] * 20
    assert (sink.connections, len(sink.mails)) == (1, 20)
    for to, raw in sink.mails:
        mail = message_from_bytes(raw, policy=policy.default)
        assert mail["To"] == to
        number = int(to[1:].partition("@")[0])
        assert f"https://tracker.test/subscriptions/{number}/" in mail["List-Unsubscribe"]
        plain = mail.get_body(("plain",))
        assert plain is not None
        text = plain.get_content().replace("\r\n", "\n")
        assert text.startswith(f".A line that begins with a dot.\n\nStop: https://tracker.test/subscriptions/{number}/")
        assert text.endswith("\n.\n")
    assert len({message_from_bytes(raw)["Message-ID"] for _, raw in sink.mails}) == 20


async def test_a_mail_that_is_sent_again_has_the_same_id(sink: SmtpSink, channel: EmailChannel) -> None:
    await send(channel, 1)
    await send(channel, 1)
    assert len({message_from_bytes(raw)["Message-ID"] for _, raw in sink.mails}) == 1


async def test_the_id_of_a_mail_does_not_count_what_it_is_about(sink: SmtpSink, channel: EmailChannel) -> None:
    await send(channel, 1)
    told = str(message_from_bytes(sink.mails[0][1])["Message-ID"])
    assert re.fullmatch(r"<[\w-]{43}@tracker\.test>", told)


async def test_a_mail_that_another_worker_may_have_by_now_is_not_begun_with(
    sink: SmtpSink, channel: EmailChannel
) -> None:
    assert list(await send(channel, 3, is_ours=lambda alert: alert.owed.id != 1)) == [0, 2]
    assert sink.recipients == ["p0@example.org", "p2@example.org"]


async def test_a_connection_that_is_kept_is_used_again(sink: SmtpSink, channel: EmailChannel) -> None:
    for _ in range(3):
        await send(channel)
    assert sink.connections == 1


@pytest.mark.parametrize("pipelines", [True, False], ids=["pipelining", "one command at a time"])
async def test_one_that_is_refused_holds_up_no_other(sink: SmtpSink, channel: EmailChannel, pipelines: bool) -> None:
    sink.takes_pipelines = pipelines
    sink.answers = {"p0@example.org": b"550 5.1.1 no such user", "p2@example.org": b"450 4.2.0 greylisted"}
    results = await send(channel, 5)
    assert came(results) == [Came.GONE, Came.SENT, Came.AGAIN, Came.SENT, Came.SENT]
    assert results[0].error == "550 5.1.1 no such user"
    assert sink.recipients == ["p1@example.org", "p3@example.org", "p4@example.org"]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        pytest.param(b"550 no such user", Came.GONE, id="an address that does not exist"),
        pytest.param(b"551 user not local", Came.GONE, id="an address that went elsewhere"),
        pytest.param(b"550 5.2.1 mailbox disabled", Came.GONE, id="a mailbox that was closed"),
        pytest.param(b"552 5.2.2 mailbox full", Came.AGAIN, id="a full mailbox"),
        pytest.param(b"554 5.7.1 relay access denied", Came.AGAIN, id="our own relay that refuses us"),
        pytest.param(b"550 5.7.26 unauthenticated", Came.AGAIN, id="a signature that is missing"),
        pytest.param(b"550 5.4.1 all recipients rejected", Came.AGAIN, id="a domain that is misconfigured"),
        pytest.param(b"451 4.3.0 try later", Came.AGAIN, id="a server that is busy"),
    ],
)
async def test_what_a_refusal_says_of_an_address(
    sink: SmtpSink, channel: EmailChannel, answer: bytes, what: Came
) -> None:
    sink.answers = {"p0@example.org": answer}
    assert came(await send(channel, 1)) == [what]


@pytest.mark.parametrize("answer", [b"451 4.3.0 try later", b"554 5.6.0 looks like spam"])
async def test_a_mail_whose_content_is_refused_is_tried_again(
    sink: SmtpSink, channel: EmailChannel, answer: bytes
) -> None:
    sink.after_data = answer
    assert came(await send(channel, 2)) == [Came.AGAIN, Came.AGAIN]


async def test_a_server_that_has_had_enough_gets_the_rest_over_another_connection(
    sink: SmtpSink, channel: EmailChannel
) -> None:
    sink.hangs_up_after = 3
    assert came(await send(channel, 10)) == [Came.SENT] * 10
    assert (sink.connections, len(sink.mails)) == (4, 10)


async def test_a_mail_that_was_taken_without_an_answer_is_tried_again_and_the_others_are_sent_once(
    sink: SmtpSink, channel: EmailChannel
) -> None:
    sink.hangs_up_before_answering = True
    assert came(await send(channel, 4)) == [Came.AGAIN, Came.SENT, Came.SENT, Came.SENT]
    assert len(sink.mails) == 4


async def test_no_mail_server_costs_nobody_a_try(clock: FixedClock) -> None:
    channel = EmailChannel(f"smtp://127.0.0.1:{free_port()}", sender="tracker@tracker.test", links=LINKS, clock=clock)
    assert came(await send(channel)) == [Came.AWAY] * 3
    await channel.close()


async def test_a_server_that_turns_us_away_costs_nobody_a_try(sink: SmtpSink, channel: EmailChannel) -> None:
    sink.greeting = b"554 5.7.1 you are on a list"
    assert came(await send(channel)) == [Came.AWAY] * 3


async def test_an_address_that_could_break_a_header_is_never_handed_in(sink: SmtpSink, channel: EmailChannel) -> None:
    results = await send(channel, 2, addresses={0: "a@b.org>\r\nRCPT TO:<c@d.org"})
    assert (came(results), sink.recipients) == ([Came.REFUSED, Came.SENT], ["p1@example.org"])


async def test_after_stop_nothing_more_is_begun(sink: SmtpSink, channel: EmailChannel) -> None:
    channel.stop()
    assert await send(channel) == {}
    assert sink.mails == []


def test_a_password_is_told_only_over_encryption() -> None:
    server = MailServer.from_url("smtp://us%40er:pass%2Fword@mail.example.org")
    assert (server.user, server.password, server.port, server.tls) == ("us@er", "pass/word", 587, False)
    assert MailServer.from_url("smtps://mail.example.org").port == 465


async def test_a_server_that_offers_no_encryption_is_not_told_the_password(sink: SmtpSink, clock: FixedClock) -> None:
    url = f"smtp://user:secret@127.0.0.1:{sink.port}"
    channel = EmailChannel(url, sender="tracker@tracker.test", links=LINKS, clock=clock)
    results = await send(channel, 1)
    assert (came(results), "no encryption" in (results[0].error or "")) == ([Came.AWAY], True)
    await channel.close()


class Kept(Message):
    """What aiosmtpd, which reads the protocol strictly, made of it."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[object] = []

    def handle_message(self, message: object) -> None:
        self.mails.append(message)


async def test_a_strict_server_takes_every_mail(clock: FixedClock) -> None:
    kept, port = Kept(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.factory = lambda: strict.SMTP(kept, enable_SMTPUTF8=False)  # type: ignore[method-assign]
    controller.start()
    try:
        channel = EmailChannel(f"smtp://127.0.0.1:{port}", sender="tracker@tracker.test", links=LINKS, clock=clock)
        assert came(await send(channel, 5)) == [Came.SENT] * 5
        await channel.close()
    finally:
        controller.stop()
    assert len(kept.mails) == 5


@pytest_asyncio.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    async with smtp_sink() as server:
        yield server


@pytest_asyncio.fixture
async def channel(sink: SmtpSink, clock: FixedClock) -> AsyncIterator[EmailChannel]:
    made = EmailChannel(f"smtp://127.0.0.1:{sink.port}", sender="tracker@tracker.test", links=LINKS, clock=clock)
    yield made
    await made.close()
