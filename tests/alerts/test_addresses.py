"""Addresses of endpoints: one spelling of each that can be called, and what is wrong with the others."""

import pytest

from tracker.alerts.addresses import read_webhook
from tracker.errors import Invalid

PRIVATE = "in a private network"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("https://hooks.example.com/a?b=c", "https://hooks.example.com/a?b=c", id="a plain one"),
        pytest.param(" https://EXAMPLE.com:443 ", "https://example.com/", id="spaces, capitals, the usual port"),
        pytest.param("https://example.com.:8443/a", "https://example.com:8443/a", id="a last full stop, its own port"),
        pytest.param("https://8.8.8.8/a", "https://8.8.8.8/a", id="a public number"),
        pytest.param("https://[2606:4700::1]/a", "https://[2606:4700::1]/a", id="a public number of IPv6"),
    ],
)
def test_an_endpoint_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert read_webhook(typed, loopback=False) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("", "Enter the whole address", id="nothing"),
        pytest.param("example.com/hook", "Enter the whole address", id="no scheme"),
        pytest.param("ftp://example.com/", "Enter the whole address", id="another scheme"),
        pytest.param("javascript:alert(1)", "Enter the whole address", id="a script"),
        pytest.param("https://example.com:0/", "Enter the whole address", id="port 0"),
        pytest.param("https://example.com:99999/", "Enter the whole address", id="a port that there is not"),
        pytest.param("https://[::1", "Enter the whole address", id="half a number"),
        pytest.param("http://example.com/", "begins with https://", id="not https"),
        pytest.param("https://user:word@example.com/", "user name and password", id="a password"),
        pytest.param("https://@example.com/", "user name and password", id="an empty user name"),
        pytest.param("https://example.com/#part", "from # on", id="a part after #"),
        pytest.param("https://example.com\\@10.0.0.1/", "plain characters", id="what programs read differently"),
        pytest.param("https://exa mple.com/", "plain characters", id="a space"),
        pytest.param("https://example.com/\r\nHost: x", "plain characters", id="a line break"),
        pytest.param("https://exämple.com/", "plain characters", id="an accent"),
        pytest.param(f"https://example.com/{'a' * 500}", "up to 500", id="too long"),
        pytest.param("https://localhost/", PRIVATE, id="this machine by name"),
        pytest.param("https://127.0.0.1/", PRIVATE, id="this machine"),
        pytest.param("https://[::1]/", PRIVATE, id="this machine in IPv6"),
        pytest.param("https://0.0.0.0/", PRIVATE, id="any address of this machine"),
        pytest.param("https://10.1.2.3/", PRIVATE, id="a private network"),
        pytest.param("https://192.168.0.1/", PRIVATE, id="a home network"),
        pytest.param("https://100.64.0.1/", PRIVATE, id="a carrier’s network"),
        pytest.param("https://169.254.169.254/latest", PRIVATE, id="a cloud’s own data"),
        pytest.param("https://[::ffff:10.0.0.1]/", PRIVATE, id="a private network in the form of IPv6"),
        pytest.param("https://[fd00::1]/", PRIVATE, id="a private network of IPv6"),
        pytest.param("https://224.0.0.1/", PRIVATE, id="many at once"),
        pytest.param("https://intranet/", PRIVATE, id="a name without a dot"),
        pytest.param("https://db.internal/", PRIVATE, id="a name of private networks"),
        pytest.param("https://2130706433/", PRIVATE, id="this machine as one number"),
        pytest.param("https://0x7f.1/", PRIVATE, id="this machine in hexadecimal"),
    ],
)
def test_an_endpoint_is_refused_with_what_to_do(typed: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_webhook(typed, loopback=False)


@pytest.mark.parametrize(
    "host",
    [
        "[::ffff:8.8.8.8]",
        "[64:ff9b::808:808]",
        "[2002:808:808::1]",
        "[fec0::1]",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "100.64.0.1",
        "127.0.0.1.",
        "localhost.",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
        "[fe80::1%25eth0]",
        "example.org%00.internal",
        "a..example.org",
    ],
)
def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(Invalid):
        read_webhook(f"https://{host}/hook", loopback=False)


@pytest.mark.parametrize(
    "typed", ["http://127.0.0.1:9000/hook", "http://localhost:9000/hook", "https://[::1]:9000/hook"]
)
def test_this_machine_may_be_called_only_by_setting(typed: str) -> None:
    assert read_webhook(typed, loopback=True) == typed
    with pytest.raises(Invalid):
        read_webhook(typed, loopback=False)


@pytest.mark.parametrize("typed", ["http://example.com/", "https://10.0.0.1/", "https://db.internal/"])
def test_the_setting_for_this_machine_opens_nothing_else(typed: str) -> None:
    with pytest.raises(Invalid):
        read_webhook(typed, loopback=True)
