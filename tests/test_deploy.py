"""What lies beside the code agrees with it: settings and commands by name, the image with the wheel, the lock files."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker import paths
from tracker.cli import COMMANDS
from tracker.settings import SECRETS, Settings

ROOT = paths.PACKAGE.parent
DEPLOY = ROOT / "deploy"
SETTINGS = {f"TRACKER_{name.upper()}" for name in Settings.__struct_fields__}
FILES = {f"TRACKER_{name}_FILE" for name in SECRETS}
FOR_TESTS = {"TRACKER_TEST_DATABASE_URL", "TRACKER_TEST_REDIS_URL", "TRACKER_TEST_BROWSER"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")


def named_in(path: Path) -> set[str]:
    return set(re.findall(r"TRACKER_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))


def services() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"])


def copied(containerfile: str) -> set[str]:
    """What the image's build takes from the project."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", containerfile, flags=re.MULTILINE)
    return {source.removeprefix("./").rstrip("/") for line in lines for source in line.split()[:-1]}


def requirements(name: str) -> list[str]:
    """The logical lines of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def folded(name: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", name)[0].lower().replace("_", "-")


@pytest.mark.parametrize("name", ["deploy/env.example", "deploy/compose.yaml", "deploy/Containerfile", "README.md"])
def test_only_settings_that_exist_are_named(name: str) -> None:
    assert named_in(ROOT / name) <= SETTINGS | FILES | FOR_TESTS


@pytest.mark.parametrize("name", ["deploy/env.example", "README.md"])
def test_every_setting_is_explained(name: str) -> None:
    assert named_in(ROOT / name) >= SETTINGS


def test_the_example_settings_work_as_they_stand() -> None:
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert Settings.from_env(given).public_url == "https://tracker.example.org"


def test_every_command_that_is_deployed_exists() -> None:
    ours = {name: service["command"] for name, service in services().items() if service["image"] == "tracker"}
    assert {command[0] for command in ours.values()} == {"tracker"}
    assert {command[1] for command in ours.values()} == {"migrate", "load", "web", "worker"} <= set(COMMANDS)


def test_the_image_starts_a_command_that_exists() -> None:
    (command,) = re.findall(r'^CMD \["tracker", "([a-z]+)"\]$', containerfile(), flags=re.MULTILINE)
    assert command in COMMANDS


def test_the_image_is_built_from_all_that_the_wheel_needs() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    project = PROJECT["project"]
    needed = {"pyproject.toml", "requirements.txt", project["readme"], *project["license-files"]}
    needed |= {*wheel["packages"], *wheel["force-include"]}
    let_through = set(re.findall(r"^!(.+)$", (DEPLOY / "Containerfile.dockerignore").read_text(), flags=re.MULTILINE))
    assert needed <= copied(containerfile()) <= let_through
    assert [name for name in needed if not (ROOT / name).exists()] == []


def test_what_the_wheel_brings_is_where_the_package_looks_for_it() -> None:
    brought = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    looked_for = {path.name: f"tracker/_share/{path.name}" for path in (paths.TEMPLATES, paths.FEEDS, paths.MIGRATIONS)}
    assert brought == looked_for


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_registry_and_a_hash_for_every_package(name: str) -> None:
    lines = requirements(name)
    assert [
        line for line in lines if not re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ] == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|^-i ", "\n".join(lines), flags=re.MULTILINE) == []


def test_every_dependency_is_locked() -> None:
    groups = PROJECT["dependency-groups"]
    run, dev = ({folded(line) for line in requirements(name)} for name in LOCKS)
    assert {folded(name) for name in (*PROJECT["project"]["dependencies"], *groups["build"])} <= run
    assert {folded(name) for name in groups["dev"]} <= dev
    assert run <= dev


def containerfile() -> str:
    return (DEPLOY / "Containerfile").read_text(encoding="utf-8")
