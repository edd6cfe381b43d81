"""One machine's parent process: keeps a web and a worker process running, and ends them in order."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before a process that ended is started again; they double while it does not stay up."""
STEADY_SECONDS = 60.0
END_SECONDS = 30.0


class Child:
    """A process that is to be running: started, started again when it ends, ended in order."""

    def __init__(self, command: Sequence[str], name: str) -> None:
        self._command = [*command, name]
        self.name = name
        self._wait = FIRST_WAIT
        self._restarts = 0
        self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        # A session of its own, so that Ctrl-C reaches only the parent, which ends the children in order.
        self.process = subprocess.Popen(self._command, start_new_session=True)  # noqa: S603 - our own interpreter

    @property
    def has_refused(self) -> bool:
        """It never ran: it said in one line what is wrong, and starting it again would only say so again."""
        return self.process.poll() == 2 and self._restarts == 0

    def keep_up(self) -> None:
        """Start the process again if it has ended and has waited long enough."""
        if self.process.poll() is None:
            return
        if time.monotonic() - self._started > STEADY_SECONDS:
            self._wait = FIRST_WAIT
        if time.monotonic() - self._started < self._wait:
            return
        sys.stderr.write(f"tracker: {self.name} ended with {self.process.returncode}; starting it again\n")
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        self._restarts += 1
        self._start()

    def end(self) -> None:
        """Wait for a process that was told to end; one that does not is killed."""
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(command: Sequence[str], names: Sequence[str]) -> int:
    """Start a process per name and restart each that ends, until SIGTERM, SIGINT or SIGHUP; returns the exit code."""
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    children = [Child(command, name) for name in names]
    refused = False
    while not (ending or refused):
        time.sleep(0.2)
        refused = any(child.has_refused for child in children)
        for child in children if not (ending or refused) else ():
            child.keep_up()
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    for child in children:
        child.end()
    return 2 if refused else 0
