"""Settings: read once, and whatever is wrong is named before anything starts."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracker import paths
from tracker.errors import Misconfigured
from tracker.settings import SHORTEST_SECRET, Settings, read_secret, require_data_dir

SECRET = "s" * 40


def refusal(env: dict[str, str]) -> str:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_env(env)
    return str(refused.value)


def test_without_any_variable_one_machine_works() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.1", 8000, "info")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.hosts == ("127.0.0.1", "::1", "localhost")
    assert settings.database_url == f"sqlite+aiosqlite:///{Path('var').absolute()}/tracker.db"
    assert (settings.redis_url, settings.strategies_dir) == ("", paths.STRATEGIES)


def test_an_empty_variable_counts_as_not_set() -> None:
    empty = {f"TRACKER_{name.upper()}": "" for name in Settings.__struct_fields__}
    assert Settings.from_env({**empty, "TRACKER_DATABASE_URL_FILE": ""}) == Settings.from_env({})


def test_every_setting_can_be_given() -> None:
    settings = Settings.from_env(
        {
            "TRACKER_HOST": "0.0.0.0",
            "TRACKER_PORT": "8123",
            "TRACKER_DATA_DIR": "/srv/tracker",
            "TRACKER_REDIS_URL": "redis://redis:6379/",
            "TRACKER_PUBLIC_URL": "https://tracker.example.org/",
            "TRACKER_HOSTS": "Tracker.example.org, 10.0.0.7 ,",
            "TRACKER_OPERATOR": "Merrowmark Library",
            "TRACKER_CONTACT": "library@example.org",
            "TRACKER_STRATEGIES_DIR": "/srv/strategies",
            "TRACKER_LOG_LEVEL": "WARNING",
            "TRACKER_PROXIES": "10.0.0.0/8, 127.0.0.1",
            "TRACKER_PRODUCTION": "Yes",
            "TRACKER_SECRET": SECRET,
            "TRACKER_MAIL_URL": "smtp://someone:s@mail.example.org:587",
            "TRACKER_MAIL_FROM": "tracker@example.org",
            "TRACKER_MAIL_ALLOW": "@Example.org, someone@example.com,",
            "TRACKER_HOLD_MINUTES": "3",
            "TRACKER_WEBHOOK_LOOPBACK": "1",
            "TRACKER_METRICS_TOKEN": "watch",
        }
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=8123,
        data_dir=Path("/srv/tracker"),
        database_url="sqlite+aiosqlite:////srv/tracker/tracker.db",
        redis_url="redis://redis:6379",
        public_url="https://tracker.example.org",
        hosts=("tracker.example.org", "10.0.0.7"),
        operator="Merrowmark Library",
        contact="library@example.org",
        strategies_dir=Path("/srv/strategies"),
        log_level="warning",
        proxies="10.0.0.0/8, 127.0.0.1",
        production=True,
        secret=SECRET,
        mail_url="smtp://someone:s@mail.example.org:587",
        mail_from="tracker@example.org",
        mail_allow=("@example.org", "someone@example.com"),
        hold_minutes=3,
        webhook_loopback=True,
        metrics_token="watch",
    )


def test_mail_comes_from_the_public_host_unless_another_sender_is_named() -> None:
    settings = Settings.from_env({"TRACKER_PUBLIC_URL": "https://tracker.example.org"})
    assert settings.mail_from == "tracker@tracker.example.org"


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings.from_env({"TRACKER_DATA_DIR": str(tmp_path)})
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: read_secret(settings), range(40)))
    assert len(made) == 1
    assert len(made.pop()) >= SHORTEST_SECRET
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("secret", 0o600)]


def test_with_postgresql_a_secret_has_to_be_set_because_several_machines_share_it() -> None:
    url = {"TRACKER_DATABASE_URL": "postgresql://someone@db/tracker"}
    with pytest.raises(Misconfigured, match="TRACKER_SECRET is not set"):
        read_secret(Settings.from_env(url))
    assert read_secret(Settings.from_env({**url, "TRACKER_SECRET": SECRET})) == SECRET.encode()


def test_the_host_of_the_public_address_is_answered() -> None:
    settings = Settings.from_env({"TRACKER_PUBLIC_URL": "https://tracker.example.org"})
    assert settings.hosts == ("127.0.0.1", "::1", "localhost", "tracker.example.org")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+asyncpg"])
def test_a_postgresql_address_may_be_written_as_everywhere_else(scheme: str) -> None:
    settings = Settings.from_env({"TRACKER_DATABASE_URL": f"{scheme}://someone:s@db/tracker"})
    assert settings.database_url == "postgresql+asyncpg://someone:s@db/tracker"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(("TRACKER_PORT", value) for value in ("0", "65536", "-1", "80.0", "http", "８０００", " ")),
        *(("TRACKER_PRODUCTION", value) for value in ("maybe", "2")),
        *(("TRACKER_WEBHOOK_LOOPBACK", value) for value in ("here",)),
        *(("TRACKER_SECRET", value) for value in ("short", "x" * 31)),
        *(("TRACKER_MAIL_URL", value) for value in ("mail.example.org", "http://mail", "smtp://", "smtp://m/x")),
        *(("TRACKER_MAIL_FROM", value) for value in ("tracker", "a b@example.org", "a@b\nBcc: c@d")),
        *(("TRACKER_MAIL_ALLOW", value) for value in ("example.org", "a@b, c")),
        *(("TRACKER_HOLD_MINUTES", value) for value in ("-1", "ten", "99999")),
        *(("TRACKER_PROXIES", value) for value in ("proxy", "10.0.0.1/8", "127.0.0.1,")),
        *(("TRACKER_LOG_LEVEL", value) for value in ("loud", "10")),
        *(("TRACKER_DATABASE_URL", value) for value in ("mysql://db/t", "tracker.db", "postgresql://u:pw@db:x/t")),
        *(("TRACKER_REDIS_URL", value) for value in ("localhost", "http://redis", "redis://r:x/0", "redis://r/x")),
        *(
            ("TRACKER_PUBLIC_URL", value)
            for value in (
                "tracker.example.org",
                "ftp://x.org",
                "https://",
                "https://x.org/below",
                "http://x?a=b",
                "http://[",
            )
        ),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_variable(variable: str, value: str) -> None:
    message = refusal({variable: value})
    assert message.startswith(variable)
    assert "\n" not in message


@pytest.mark.parametrize("variable", ["TRACKER_DATABASE_URL", "TRACKER_REDIS_URL", "TRACKER_MAIL_URL"])
def test_a_wrong_address_is_refused_without_showing_its_password(variable: str) -> None:
    assert "s3cret" not in refusal({variable: "mysql://user:s3cret@host/name"})
    assert "s3cret" not in refusal({variable: f"{variable.split('_')[1].lower()}://user:s3cret@host:port/name"})


@pytest.mark.parametrize("variable", ["TRACKER_PROT", "TRACKER_OPERATOR_FILE", "TRACKER_"])
def test_an_unknown_variable_is_refused_rather_than_ignored(variable: str) -> None:
    assert refusal({variable: "1"}).startswith(f"{variable} is not a setting")


def test_variables_of_tests_and_of_others_are_not_ours() -> None:
    assert Settings.from_env({"TRACKER_TEST_DATABASE_URL": "x", "PORT": "x"}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "postgresql+asyncpg://u:pw@db/t"), ("REDIS_URL", "redis://:pw@redis:6379/0")]
)
def test_a_secret_may_stand_in_a_file(tmp_path: Path, name: str, value: str) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{value}\n", encoding="utf-8")
    settings = Settings.from_env({f"TRACKER_{name}_FILE": str(file)})
    assert getattr(settings, name.lower()) == value


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for file, reason in (("none", "No such file or directory"), ("binary", "it is not text"), (".", "Is a directory")):
        message = refusal({"TRACKER_DATABASE_URL_FILE": str(tmp_path / file)})
        assert message.startswith("TRACKER_DATABASE_URL_FILE names")
        assert message.endswith(f"cannot be read: {reason}")


def test_only_the_default_data_folder_is_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    require_data_dir(Settings.from_env({}))
    assert list((tmp_path / "var").iterdir()) == []
    with pytest.raises(Misconfigured, match=r"TRACKER_DATA_DIR is elsewhere, which is not a folder"):
        require_data_dir(Settings.from_env({"TRACKER_DATA_DIR": "elsewhere"}))


def test_a_file_in_place_of_the_default_data_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").touch()
    with pytest.raises(Misconfigured, match=r"TRACKER_DATA_DIR is var, which is not a folder"):
        require_data_dir(Settings.from_env({}))


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    # Modes do not stop root, and nobody can write into /proc.
    folder = Path("/proc") if os.geteuid() == 0 else tmp_path
    tmp_path.chmod(0o500)
    with pytest.raises(Misconfigured, match=rf"TRACKER_DATA_DIR is {folder}, which cannot be written"):
        require_data_dir(Settings.from_env({"TRACKER_DATA_DIR": str(folder)}))
