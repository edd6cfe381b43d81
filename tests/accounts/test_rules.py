"""Which browser somebody is told they are signed in with."""

import pytest

from tracker.accounts.rules import browser_name

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.0 Safari/605.1.15", "Safari on Mac"),
        (
            f"{MOZILLA} (iPhone; CPU OS 18_0 like Mac OS X) {WEBKIT} Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"{MOZILLA} (iPhone; CPU OS 18_0 like Mac OS X) {WEBKIT} CriOS/140.0 Safari/604.1", "Chrome on iPhone"),
        (f"{MOZILLA} (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("curl/8.5.0", "Another browser"),
        ("", "Another browser"),
        ("<script>alert(1)</script>", "Another browser"),
    ],
)
def test_a_browser_is_named_without_its_version(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
