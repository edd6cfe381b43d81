"""Letters and the mails made of them: two halves that say the same, and nothing that a recipient could break."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import Invalid, Misconfigured
from tracker.web.letters import MANAGE, Letter, Letters
from tracker.web.mail import Envelope, Sealed

LINK = "https://tracker.example.org/subscriptions/123456/" + "x" * 43
TO_ANN = Envelope(
    to="ann@example.org",
    message_id="7.abc@tracker.example.org",
    sent_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    manage=LINK,
    one_click=f"{LINK}/one-click",
)
LETTER = Letter(
    "Tracker: Statutory guidance: overdue → delivered (133 days late)",
    "# What changed\nThe guidance was published.\n\n- First, & <second>\n  https://example.org/a\n- Third\n\n"
    f"Read it: https://example.org/14#change-7\nChange or stop what you get: {MANAGE}\n.\n",
)


def read(mail: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(mail, policy=policy.default))


def half(mail: bytes, kind: str) -> str:
    part = read(mail).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def words(text: str) -> list[str]:
    return text.split()


def html_words(document: str) -> list[str]:
    """The words of a document with the address of each link after its text, as the plain half has them."""
    body = document.partition("<body")[2].partition(">")[2].replace("<li>", "- ")
    linked = re.sub(r'<a href="([^"]*)">(.*?)</a>', lambda m: m[1] if m[1] == m[2] else f"{m[2]}: {m[1]}", body)
    return words(unescape(re.sub(r"<[^>]+>", " ", linked)))


def sealed(letter: Letter = LETTER) -> Sealed:
    return Sealed(letter, sender="tracker@example.org", name="Kinship tracker")


def test_both_halves_say_the_same_and_hold_the_recipients_link() -> None:
    mail = sealed().mail(TO_ANN)
    plain, document = half(mail, "plain"), half(mail, "html")
    assert words(plain) == html_words(document)
    assert f"Change or stop what you get: {LINK}\n" in plain
    assert f'<a href="{LINK}">Change or stop what you get</a>' in document
    assert "<h2>What changed</h2>" in document
    assert "<li>First, &amp; &lt;second&gt;<br>" in document


@given(
    st.lists(
        st.sampled_from(["Plain", "- item", "  detail", "# Heading", "label: https://example.org/x", "<b>", "", "."])
    )
)
def test_both_halves_say_the_same_whatever_order_the_lines_of_a_text_are_in(lines: list[str]) -> None:
    mail = sealed(Letter("Subject", "\n".join(["Begin", *lines, f"Change: {MANAGE}"]))).mail(TO_ANN)
    assert words(half(mail, "plain")) == html_words(half(mail, "html"))


def test_every_mail_can_be_stopped_with_one_click_and_says_who_sent_it() -> None:
    message = read(sealed().mail(TO_ANN))
    assert message["List-Unsubscribe"] == f"<{LINK}/one-click>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["To"], message["From"]) == ("ann@example.org", "Kinship tracker <tracker@example.org>")
    assert message["Subject"] == LETTER.subject
    assert message["Auto-Submitted"] == "auto-generated"


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300), st.integers(0, 400)
)
def test_a_link_is_whole_wherever_it_stands_and_no_line_is_too_long(text: str, length: int) -> None:
    letter = Letter("Subject", f"{text}{MANAGE}.{text}\n.{MANAGE}\n{text}: {MANAGE}\n")
    link = f"https://example.org/{'.' * length}"
    mail = sealed(letter).mail(
        Envelope(to="a@b.org", message_id="1@b", sent_at=TO_ANN.sent_at, manage=link, one_click="x")
    )
    assert half(mail, "plain") == letter.plain.replace(MANAGE, link)
    body = mail.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76


@settings(deadline=None)
@given(st.integers(0, 200))
def test_what_goes_over_the_wire_is_the_mail_with_its_dots_doubled(length: int) -> None:
    letter = Letter("Subject", f".\n{'x' * length}{MANAGE}.\n.{MANAGE}\n..\n")
    envelope = Envelope(to="a@b.org", message_id="1@b", sent_at=TO_ANN.sent_at, manage="." * 150, one_click="x")
    made = sealed(letter)
    assert re.sub(rb"(?m)^\.\.", b".", made.wire(envelope)) == made.mail(envelope)
    assert not re.search(rb"(?m)^\.(?!\.)", made.wire(envelope))


@pytest.mark.parametrize("address", ["a@b.org\r\nBcc: c@d.org", "a b@c.org", "ä@b.org", "a@b.org>", "a@b.org,c@d.org"])
def test_an_address_that_could_add_a_header_or_a_recipient_is_refused(address: str) -> None:
    envelope = Envelope(to=address, message_id="1@b", sent_at=TO_ANN.sent_at, manage=LINK, one_click=LINK)
    with pytest.raises(Invalid):
        sealed().mail(envelope)


def test_a_subject_stays_one_line_whatever_stands_in_it(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Subject: {{ subject }}\n\n{{ text }}\n")
    letter = Letters(tmp_path).write("letter", subject="A\tsubject", text=f"Words\x00 {MANAGE}\n\n\n\nMore")
    assert letter == Letter("A subject", f"Words {MANAGE}\n\nMore\n")


def test_a_template_without_a_subject_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Hello\n")
    with pytest.raises(Misconfigured, match=r"letter\.txt must begin with “Subject: ”"):
        Letters(tmp_path).write("letter")
