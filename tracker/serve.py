"""One machine's parent process: keeps a web and a worker process running, and ends them in order."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence

RESTART_SECONDS = 1.0
END_SECONDS = 30.0


def supervise(command: Sequence[str], names: Sequence[str]) -> int:
    """Start a process per name and restart each that ends, until SIGTERM, SIGINT or SIGHUP; returns the exit code."""
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    children = {name: _start(command, name) for name in names}
    while not ending:
        time.sleep(0.2)
        for name, child in children.items():
            if child.poll() is not None and not ending:
                if child.returncode == 2:
                    # It said in one line what is wrong; starting it again would only say so again.
                    _end(children.values())
                    return 2
                sys.stderr.write(f"tracker: {name} ended with {child.returncode}; starting it again\n")
                time.sleep(RESTART_SECONDS)
                children[name] = _start(command, name)
    _end(children.values())
    return 0


def _start(command: Sequence[str], name: str) -> subprocess.Popen[bytes]:
    # A session of its own, so that Ctrl-C reaches only the parent, which ends the children in order.
    return subprocess.Popen([*command, name], start_new_session=True)  # noqa: S603 - our own interpreter and command


def _end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    for child in running:
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
