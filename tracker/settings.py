"""Settings: one frozen value read once from TRACKER_* variables; a wrong one is named at start."""

import contextlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tracker import paths
from tracker.errors import Misconfigured

LOG_LEVELS = ("debug", "info", "warning", "error")
SECRETS = ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "SECRET", "METRICS_TOKEN")
"""Settings that may hold a password, so NAME_FILE may name a file that holds the value instead."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that may differ between two machines."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    public_url: str = ""
    hosts: tuple[str, ...] = ()
    proxies: str = "127.0.0.1"
    """Addresses or networks, with commas, whose word is taken for who asks and how (X-Forwarded-…)."""
    operator: str = "an independent team"
    contact: str = ""
    strategies_dir: Path = paths.STRATEGIES
    feeds_dir: Path = paths.FEEDS
    """The sources to watch, and the rules for what they show."""
    watch_loopback: bool = False
    """Whether sources may lie on this machine, without https: for trying the watcher out."""
    log_level: str = "info"
    production: bool = False
    """Only then may mail go to any address; otherwise to those of mail_allow, and the rest into the mailbox."""
    secret: str = ""
    """What links and codes are made from; "" means the file `secret` in the data folder."""
    mail_url: str = ""
    """smtp://user:password@host:587 or smtps://…; "" means the mailbox that the browser shows."""
    mail_from: str = ""
    mail_allow: tuple[str, ...] = ()
    """Addresses, or @domains, that get real mail outside production."""
    hold_minutes: int = 10
    """How long an editor's entry can still be taken back."""
    webhook_loopback: bool = False
    """Whether webhooks may go to this machine, without https: for trying them out."""
    metrics_token: str = ""
    """Who asks for /metrics must bear it; "" means that only an admin who is signed in may."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Settings from TRACKER_* variables; raises Misconfigured naming the variable that is wrong."""
        given = _given(os.environ if env is None else env)
        return _with_defaults(cls(**{name: _READERS[name](value) for name, value in given.items()}))


def _given(env: Mapping[str, str]) -> dict[str, str]:
    known = set(_READERS)
    given: dict[str, str] = {}
    for variable in sorted(env):
        if not variable.startswith("TRACKER_") or variable.startswith("TRACKER_TEST_"):
            continue
        name = variable.removeprefix("TRACKER_")
        if name.removesuffix("_FILE") in SECRETS and name.endswith("_FILE"):
            if env[variable]:
                given[name.removesuffix("_FILE").lower()] = _read_secret(variable, env[variable])
        elif name.lower() in known:
            given[name.lower()] = env[variable]
        else:
            raise Misconfigured(f"{variable} is not a setting of the tracker: see the list in README.md")
    return {name: value for name, value in given.items() if value != ""}


def _read_secret(variable: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Misconfigured(f"{variable} names {file}, which cannot be read: {reason}") from error


def _read_port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 5 or not 1 <= int(value) <= 65535:
        raise Misconfigured(f"TRACKER_PORT is “{value}”: it must be a number from 1 to 65535")
    return int(value)


def _read_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise Misconfigured(f"TRACKER_LOG_LEVEL is “{value}”: it must be one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def _read_database_url(value: str) -> str:
    if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://", "postgresql://")):
        raise Misconfigured("TRACKER_DATABASE_URL must begin with postgresql:// or sqlite+aiosqlite://")
    try:
        make_url(value)
    except (ArgumentError, ValueError) as error:
        # Not its value, nor the error's: either may show the password.
        raise Misconfigured("TRACKER_DATABASE_URL is not like postgresql://user:password@host:5432/name") from error
    # Hosting providers write sslmode, as libpq has it; the driver calls it ssl.
    value = value.replace("?sslmode=", "?ssl=").replace("&sslmode=", "&ssl=")
    return value.replace("postgresql://", "postgresql+asyncpg://", 1) if value.startswith("postgresql://") else value


def _read_redis_url(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise Misconfigured("TRACKER_REDIS_URL must begin with redis://, rediss:// or unix://")
    number = urlsplit(value).path.strip("/") if _can_be_read(value) else "unreadable"
    if not value.startswith("unix://") and number and not number.isdigit():
        raise Misconfigured("TRACKER_REDIS_URL is not like redis://user:password@host:6379/0")
    return value.rstrip("/")


def _read_public_url(value: str) -> str:
    parts = urlsplit(value if _can_be_read(value) else "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path.strip("/"):
        raise Misconfigured(
            f"TRACKER_PUBLIC_URL is “{value}”: it must be the address readers use, like https://tracker.example.org"
        )
    return value.rstrip("/")


def _can_be_read(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _read_hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in value.split(",") if host.strip())
    wrong = [host for host in hosts if "/" in host or "@" in host or " " in host]
    if wrong:
        raise Misconfigured(f"TRACKER_HOSTS names “{wrong[0]}”: it takes host names only, like tracker.example.org")
    return hosts


def _read_switch(variable: str) -> Callable[[str], bool]:
    def read(value: str) -> bool:
        if value.lower() not in SWITCH:
            raise Misconfigured(f"{variable} is “{value}”: it must be yes or no")
        return SWITCH[value.lower()]

    return read


def _read_secret_value(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise Misconfigured(f"TRACKER_SECRET is too short to be safe: use at least {SHORTEST_SECRET} random characters")
    return value


def _read_mail_url(value: str) -> str:
    parts = urlsplit(value if _can_be_read(value) else "")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        # Not its value: it may hold the password.
        raise Misconfigured("TRACKER_MAIL_URL is not like smtp://user:password@mail.example.org:587")
    return value


def _read_mail_from(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise Misconfigured(
            f"TRACKER_MAIL_FROM is “{' '.join(value.split())}”: it must be an address like tracker@example.org"
        )
    return value


def _read_mail_allow(value: str) -> tuple[str, ...]:
    allowed = tuple(item.strip().lower() for item in value.split(",") if item.strip())
    wrong = [item for item in allowed if not _ADDRESS.fullmatch(item if not item.startswith("@") else f"x{item}")]
    if wrong:
        raise Misconfigured(f"TRACKER_MAIL_ALLOW names “{wrong[0]}”: it takes addresses and @domains, with commas")
    return allowed


def _read_minutes(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 5):
        raise Misconfigured(f"TRACKER_HOLD_MINUTES is “{value}”: it must be a number of minutes")
    return int(value)


SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
SHORTEST_SECRET = 32
_ADDRESS = re.compile(r"[^\s@<>\",;:()\[\]]+@[^\s@<>\",;:()\[\]]+\.?[^\s@<>\",;:()\[\]]*")


def _read_proxies(value: str) -> str:
    for item in value.split(","):
        try:
            ip_network(item.strip())
        except ValueError as error:
            said = "it takes addresses and networks, like 10.0.0.0/8, with commas"
            raise Misconfigured(f"TRACKER_PROXIES names “{item.strip()}”: {said}") from error
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "host": str,
    "port": _read_port,
    "data_dir": Path,
    "database_url": _read_database_url,
    "redis_url": _read_redis_url,
    "public_url": _read_public_url,
    "hosts": _read_hosts,
    "proxies": _read_proxies,
    "operator": str,
    "contact": str,
    "strategies_dir": Path,
    "feeds_dir": Path,
    "watch_loopback": _read_switch("TRACKER_WATCH_LOOPBACK"),
    "log_level": _read_level,
    "production": _read_switch("TRACKER_PRODUCTION"),
    "secret": _read_secret_value,
    "mail_url": _read_mail_url,
    "mail_from": _read_mail_from,
    "mail_allow": _read_mail_allow,
    "hold_minutes": _read_minutes,
    "webhook_loopback": _read_switch("TRACKER_WEBHOOK_LOOPBACK"),
    "metrics_token": str,
}


def _with_defaults(settings: Settings) -> Settings:
    public_url = settings.public_url or f"http://{settings.host}:{settings.port}"
    own = {"127.0.0.1", "localhost", "::1", urlsplit(public_url).hostname or ""}
    return msgspec.structs.replace(
        settings,
        public_url=public_url,
        mail_from=settings.mail_from or f"tracker@{urlsplit(public_url).hostname}",
        database_url=settings.database_url or f"sqlite+aiosqlite:///{settings.data_dir.absolute()}/tracker.db",
        hosts=settings.hosts or tuple(sorted(own - {""})),
    )


def read_secret(settings: Settings) -> bytes:
    """What links and codes are made from: the setting, else a file of the data folder that is made on first use.

    Several machines must share it, so with PostgreSQL it has to be set.
    """
    if settings.secret:
        return settings.secret.encode()
    if not settings.database_url.startswith("sqlite"):
        raise Misconfigured(
            "TRACKER_SECRET is not set: with PostgreSQL every process needs the same one, so put at least "
            f"{SHORTEST_SECRET} random characters into it, or name a file with TRACKER_SECRET_FILE"
        )
    file = settings.data_dir / "secret"
    try:
        with contextlib.suppress(FileExistsError):
            # Whole or not at all, and readable by its owner only: two processes may start at the same moment.
            fresh = file.with_name(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
            try:
                os.link(fresh, file)
            finally:
                fresh.unlink()
        return file.read_bytes().strip()
    except OSError as error:
        raise Misconfigured(
            f"TRACKER_DATA_DIR is {settings.data_dir}: its file “secret” cannot be used: {error.strerror}"
        ) from error


def require_data_dir(settings: Settings) -> None:
    """Make sure the data folder can be written; raises Misconfigured naming it otherwise.

    Only the default folder is created: a named one that is not there is more likely a disk that is not mounted.
    """
    folder = settings.data_dir
    if "?" in str(folder):
        raise Misconfigured(f"TRACKER_DATA_DIR is {folder}: a folder with “?” in its name cannot be used")
    if folder == Path("var"):
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
    if not folder.is_dir():
        raise Misconfigured(f"TRACKER_DATA_DIR is {folder}, which is not a folder: create it or name another")
    probe = folder / f".writable-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Misconfigured(f"TRACKER_DATA_DIR is {folder}, which cannot be written: {error.strerror}") from error
