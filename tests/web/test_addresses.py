"""E-mail addresses as people type them: one spelling of each, and nothing that is somebody else's or a header."""

import pytest

from tracker.errors import Invalid
from tracker.web.addresses import read_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Carol@Example.ORG", "carol@example.org"),
        ("  carol@example.org\n", "carol@example.org"),
        ("o'neill+news=1@mail.example.org", "o'neill+news=1@mail.example.org"),
        ("a@EXÄMPLE.org", "a@xn--exmple-cua.org"),
        ("a@exa\u0308mple.org", "a@xn--exmple-cua.org"),
        ("a@xn--exmple-cua.org", "a@xn--exmple-cua.org"),
        ("a@例え.jp", "a@xn--r8jz45g.jp"),
    ],
    ids=ascii,
)
def test_every_spelling_of_an_address_is_the_same_one(typed: str, kept: str) -> None:
    assert read_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a@",
        "@example.org",
        "a@example",
        "a@example.org.",
        "a.@example.org",
        ".a@example.org",
        "a..b@example.org",
        '"quoted local"@example.org',
        '"a\\"b"@example.org',
        "a b@example.org",
        "a@b@example.org",
        "a@example.org,b@example.org",
        "a@example.org b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\x00",
        "a@example.org\u2028Bcc:b@example.org",
        "=?utf-8?q?a?= <a@example.org>",
        "<a@example.org>",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@localhost",
        "a@mail.internal",
        "é@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.org",
        "a" * 300 + "@example.org",
        "a@" + "x" * 64 + ".org",
        "a@-example.org",
        "a@xn--",
        "a@faß.de",
        "a@ｅxample.org",
        "a@exam\u200dple.org",
        "a@exam\u00adple.org",
        "a@example。org",
        "a@\ud800.org",
    ],
    ids=ascii,
)
def test_what_is_none_or_could_be_somebody_elses_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        read_email(typed)
