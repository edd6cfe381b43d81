"""The servers that are measured, each as a process of its own on the first core, over the same data."""

import asyncio
import importlib.util
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from tests.bench.load import Answer, ask
from tests.processes import Running, environment, free_port, running, tracker
from tracker import paths

PATIENCE = 60.0
TRACKER, BARE, TUTORIAL = "tracker", "bare uvicorn", "FastAPI + SQLModel"
DATASETTE, NGINX = "Datasette", "nginx"
NEEDS = {
    TUTORIAL: "make bench installs FastAPI",
    DATASETTE: "make bench installs Datasette",
    NGINX: "install nginx, for example with apt-get install nginx-light",
}
"""Peers that may not be there, with what would bring them."""
MAX_COUNT = 1_000_000_000
WRITTEN_BY_SERVERS = (b"date", b"server", b"connection")


class Servers:
    """Starts what is asked for, once each, and knows their ports."""

    def __init__(self, folder: Path, core: int | None) -> None:
        self.folder = folder
        self.ports: dict[str, int] = {}
        self.processes: dict[str, Running] = {}
        self._core = core
        self._stack = ExitStack()

    def __enter__(self) -> "Servers":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def database(self) -> Path:
        return self.folder / "tracker.db"

    @property
    def settings(self) -> dict[str, object]:
        return {"data_dir": self.folder, "strategies_dir": paths.STRATEGIES}

    @staticmethod
    def missing(name: str) -> bool:
        """Whether a peer is not installed here."""
        if name == NGINX:
            return nginx() is None
        module = {TUTORIAL: "fastapi", DATASETTE: "datasette"}.get(name)
        return module is not None and importlib.util.find_spec(module) is None

    async def start_tracker(self) -> None:
        for command in ("migrate", "load"):
            done = tracker(command, **self.settings)
            assert done.returncode == 0, done.stderr
        port = free_port()
        env = environment(port=port, **self.settings)
        await self._start(TRACKER, port, sys.executable, "-m", "tracker.cli", "web", env=env, ready="/ready")

    async def start_bare(self, answers: Mapping[str, Answer]) -> None:
        """Bare uvicorn with these answers of the tracker under these paths."""
        fixed = {path: (answer.status, own_headers(answer), answer.body) for path, answer in answers.items()}
        (self.folder / "answers.msgpack").write_bytes(msgspec.msgpack.encode(fixed))
        await self._start_python(BARE, "tests.bench.peers.bare", "answers.msgpack", ready=next(iter(answers)))

    async def start_tutorial(self, numbers: list[int]) -> None:
        """The FastAPI application, filled with what the tracker says of each announcement."""
        items = [await ask(self.ports[TRACKER], f"/api/v1/announcements/{number}") for number in numbers]
        (self.folder / "announcements.json").write_bytes(b"[" + b",".join(item.body for item in items) + b"]")
        module = "tests.bench.peers.tutorial"
        await self._start_python(TUTORIAL, module, "tutorial.db", "announcements.json", ready="/announcements/1")

    async def start_datasette(self) -> None:
        port = free_port()
        command = (sys.executable, "-m", "datasette", "serve", str(self.database), "--port", str(port))
        await self._start(DATASETTE, port, *command, env=dict(os.environ), ready="/tracker.json")

    async def start_nginx(self, answers: Mapping[str, Answer]) -> None:
        """Nginx with the same bodies in files."""
        port, command = free_port(), nginx()
        assert command is not None
        config = self.folder / "nginx.conf"
        config.write_text(_nginx_config(self.folder, port, answers))
        arguments = ("-p", str(self.folder), "-c", str(config), "-e", "stderr")
        await self._start(NGINX, port, command, *arguments, env=dict(os.environ), ready=next(iter(answers)))

    async def _start_python(self, name: str, module: str, *files: str, ready: str) -> None:
        port = free_port()
        command = (sys.executable, "-m", module, *(str(self.folder / file) for file in files), str(port))
        env = {**os.environ, "PYTHONPATH": str(paths.PACKAGE.parent)}
        await self._start(name, port, *command, env=env, ready=ready)

    async def _start(self, name: str, port: int, *command: str, env: dict[str, str], ready: str) -> None:
        process = self._stack.enter_context(running(*command, env=env))
        if self._core is not None:
            os.sched_setaffinity(process.pid, {self._core})
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if (await ask(port, ready)).status in (200, 304):
                    break
            except (OSError, asyncio.IncompleteReadError):
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"{name} does not answer: {process.said()[-500:]}")
            await asyncio.sleep(0.05)
        self.ports[name] = port
        self.processes[name] = process

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Hold all other servers still, so that none pays for what another does beside answering."""
        others = [process for other, process in self.processes.items() if other != name]
        for process in others:
            process.send(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in others:
                process.send(signal.SIGCONT)

    def worked(self, name: str) -> float:
        """Seconds of processor time that a server has taken so far."""
        # After the name, which may hold spaces: user and system time are the 12th and 13th field.
        fields = Path(f"/proc/{self.processes[name].pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name: str) -> float:
        """What a server holds in memory, in megabytes."""
        pages = int(Path(f"/proc/{self.processes[name].pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def own_headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    """The headers that the tracker itself gave, without those that any server adds."""
    return [(name, value) for name, value in answer.headers if name not in WRITTEN_BY_SERVERS]


def nginx() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")


def _nginx_config(folder: Path, port: int, answers: Mapping[str, Answer]) -> str:
    """One process, as quick as its manual makes it; its own validators, everything else as the tracker says it."""
    left_to_nginx = (b"content-type", b"content-length", b"etag", b"accept-ranges")
    locations = []
    for number, (path, answer) in enumerate(answers.items()):
        (folder / f"answer-{number}").write_bytes(answer.body)
        headers = "".join(
            f"add_header {name.decode()} {_quoted(value)}; "
            for name, value in own_headers(answer)
            if name not in left_to_nginx
        )
        kind = answer.header(b"content-type").decode()
        locations.append(
            f'location = {path} {{ types {{}} default_type "{kind}"; {headers} alias {folder}/answer-{number}; }}'
        )
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""
    return (
        f"daemon off; master_process off; pid {folder}/nginx.pid; {user}error_log stderr;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests {MAX_COUNT}; {temporary}\n"
        "open_file_cache max=100; etag on; max_ranges 0;\n"
        f"server {{ listen 127.0.0.1:{port}; " + "\n".join(locations) + " }\n}\n"
    )


def _quoted(value: bytes) -> str:
    return '"' + value.decode().replace("\\", "\\\\").replace('"', '\\"') + '"'
