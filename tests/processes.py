"""Commands as real processes, with settings of their own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.conftest import HARBOUR
from tracker import paths

Done = subprocess.CompletedProcess[str]
PATIENCE = 60.0


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with these TRACKER_ settings and no other; without any, the invented strategy."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    given = {"strategies_dir": HARBOUR, "log_level": "warning", **settings}
    own = {f"TRACKER_{name.upper()}": str(value) for name, value in given.items()}
    return {**inherited, "PYTHONPATH": str(paths.PACKAGE.parent), **own}


def tracker(*arguments: str, **settings: object) -> Done:
    """Run a command to its end."""
    command = [sys.executable, "-m", "tracker.cli", *arguments]
    return subprocess.run(command, env=environment(**settings), capture_output=True, text=True, timeout=PATIENCE)


@contextmanager
def running(*command: str, **settings: object) -> Iterator[subprocess.Popen[str]]:
    """A command that runs until the test is done with it, at the latest."""
    process = subprocess.Popen(
        command, env=environment(**settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(happened: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait for something that another process does; fails when it does not."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"did not happen within {seconds} seconds: {happened}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def until_up(address: str) -> None:
    """Wait until a web process can serve the record."""

    def is_up() -> bool:
        try:
            return httpx.get(f"{address}/ready").status_code == 200
        except httpx.TransportError:
            return False

    until(is_up)
