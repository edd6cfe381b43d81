"""Commands as real processes, with settings of their own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.conftest import HARBOUR, NO_SOURCES
from tracker import paths

Done = subprocess.CompletedProcess[str]
TRACKER = (sys.executable, "-m", "tracker.cli")
PATIENCE = 180.0


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with these TRACKER_ settings and no other.

    Without any it has the invented strategy, and no source to watch: nothing that a test starts asks a real server.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    given = {"strategies_dir": HARBOUR, "feeds_dir": NO_SOURCES, "log_level": "warning", **settings}
    own = {f"TRACKER_{name.upper()}": str(value) for name, value in given.items()}
    return {**inherited, "PYTHONPATH": str(paths.PACKAGE.parent), **own}


def tracker(*arguments: str, **settings: object) -> Done:
    """Run a command to its end."""
    return subprocess.run(
        [*TRACKER, *arguments], env=environment(**settings), capture_output=True, text=True, timeout=PATIENCE
    )


class Running:
    """A command that runs until it is told to end."""

    def __init__(self, command: tuple[str, ...], env: dict[str, str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=self._said)
        self.pid = self._process.pid
        self.send = self._process.send_signal

    def said(self) -> str:
        """What it wrote to stderr so far."""
        return os.pread(self._said.fileno(), 1_000_000, 0).decode()

    def ended(self) -> tuple[int, str]:
        """The exit code of what is ending by itself, and what it wrote to stderr."""
        return self._process.wait(PATIENCE), self.said()

    def end(self) -> None:
        """End it in order, so that it can end what it started; kill it if that takes long."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


@contextmanager
def running(*command: str, env: dict[str, str]) -> Iterator[Running]:
    """A command that runs until the test is done with it, at the latest."""
    process = Running(command, env)
    try:
        yield process
    finally:
        process.end()


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

    # One client, without certificates: making them anew at each try keeps the server from the processor.
    with httpx.Client(verify=False) as client:

        def is_up() -> bool:
            try:
                return client.get(f"{address}/ready").status_code == 200
            except httpx.TransportError:
                return False

        until(is_up)
