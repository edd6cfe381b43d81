"""Whatever the API's description allows, and what it does not, is answered as described."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up

EXAMPLES = "15"
"""A small form; run schemathesis against a running tracker to go as deep as one likes."""


def test_schemathesis_finds_no_failure(data_dir: Path) -> None:
    settings = {"data_dir": data_dir, "strategies_dir": KINSHIP, "port": free_port()}
    for command in ("migrate", "load"):
        assert tracker(command, **settings).returncode == 0
    with running(*TRACKER, "web", env=environment(**settings)):
        address = f"http://127.0.0.1:{settings['port']}"
        until_up(address)
        command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/api/docs/openapi.json"]
        options = ["--max-examples", EXAMPLES, "--phases", "coverage,fuzzing", "--no-color"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=300, cwd=data_dir)
    assert done.returncode == 0, done.stdout[-6000:]
