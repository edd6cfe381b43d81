"""Links and codes: the same whenever they are made, worth nothing for anything else, and checked without a trace."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tracker.web.secrets import Secrets

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRETS = Secrets(b"k" * 32)


def test_a_token_is_made_again_the_same() -> None:
    token = SECRETS.token("unsubscribe", 7, NOON)
    assert token == Secrets(b"k" * 32).token("unsubscribe", 7, NOON)
    assert SECRETS.check(token, "unsubscribe", 7, NOON)
    assert len(token) >= 32
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_moment_reads_the_same_in_every_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))
    assert SECRETS.token("sign-in", 1, NOON) == SECRETS.token("sign-in", 1, elsewhere)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Secrets(b"j" * 32).token("sign-in", 1, 23), id="another key"),
        pytest.param(SECRETS.token("confirm", 1, 23), id="another purpose"),
        pytest.param(SECRETS.token("sign-in", 12, 3), id="the same digits, cut elsewhere"),
        pytest.param(SECRETS.token("sign-in", 1, 24), id="another moment"),
        pytest.param(SECRETS.code("sign-in", 1, 23), id="the code of the same"),
        pytest.param("", id="nothing"),
        pytest.param("café\udcff", id="letters that no token has"),
    ],
)
def test_what_was_made_for_something_else_is_refused(other: str) -> None:
    assert not SECRETS.check(other, "sign-in", 1, 23)


@pytest.mark.parametrize("digits", [6, 8])
def test_a_code_can_be_typed_as_it_is_printed(digits: int) -> None:
    code = SECRETS.code("sign-in", 5, NOON, digits=digits)
    assert len(code) == digits
    assert code.isdigit()
    half = digits // 2
    for typed in (code, f"{code[:half]} {code[half:]}", f" {code[:half]}-{code[half:]} "):
        assert SECRETS.check_code(typed, "sign-in", 5, NOON, digits=digits)
    assert not SECRETS.check_code(code[:-1], "sign-in", 5, NOON, digits=digits)
    assert not SECRETS.check_code(code, "sign-in", 6, NOON, digits=digits)


def test_codes_differ_from_row_to_row() -> None:
    codes = {SECRETS.code("sign-in", row, NOON) for row in range(1000)}
    assert len(codes) > 990
