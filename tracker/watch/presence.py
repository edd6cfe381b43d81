"""Who a worker is, so that what a dead one held need not wait until its lease runs out."""

import os
import secrets
import socket
from functools import cache
from hashlib import sha256
from pathlib import Path


def own_name() -> str:
    """A name for this worker: machine, process, when the process began, and something no other worker has."""
    pid = os.getpid()
    return f"{socket.gethostname()[:60]}~{_machine()}~{pid}~{_began(pid)}~{secrets.token_hex(3)}"


def is_surely_gone(name: str | None) -> bool:
    """Whether a worker of this machine has ended; False when it lives, or when nobody here can tell."""
    parts = (name or "").rsplit("~", 4)
    if len(parts) != 5 or not _machine() or parts[1] != _machine() or not parts[2].isdigit():
        return False
    return _began(int(parts[2])) != parts[3]


@cache
def _machine() -> str:
    """This boot of this machine, and this view of its processes: containers may share everything else.

    "" where the system does not tell.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # Read anew after a fork into another view only, which nothing here does.
        view = os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
    return sha256(f"{boot} {view}".encode()).hexdigest()[:12]


def _began(pid: int) -> str:
    """When a process began, in ticks since boot: numbers of processes are given out again. "" when there is none."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # Its second field is the program's name, in brackets, and may hold anything.
    fields = said.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
