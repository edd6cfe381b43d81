"""LibreOffice, where it is installed: opens what councils are handed, as their own office programs do."""

import shutil
import subprocess
from pathlib import Path

OFFICE = shutil.which("soffice")
PARTS = Path(OFFICE).resolve().parent if OFFICE else Path()
WRITER = (PARTS / "libswlo.so").exists()
CALC = (PARTS / "libsclo.so").exists()
"""It is packaged in parts: one for documents, one for tables."""


def converted(file: Path, to: str) -> Path:
    """What LibreOffice makes of a file, opened by a profile of its own; raises when it cannot open it."""
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", to, "--outdir", str(file.parent), str(file)]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
    return file.with_suffix(f".{to.partition(':')[0]}")
