"""The workflows do what a person would type, for the repository's own catalog and for that of a fork."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml

from sitegen.cli import make_parser
from sitegen.config.settings import read_config

REPOSITORY = Path(__file__).parent.parent
WORKFLOWS = {path.stem: path for path in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))}


def read(name: str) -> dict[str, Any]:
    """Return a workflow; YAML 1.1 takes its key `on` for true."""
    workflow = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    return {**workflow, "on": workflow[True]}


def steps(name: str) -> list[dict[str, Any]]:
    """Return the steps of all jobs, in order."""
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


def commands(name: str) -> list[str]:
    """Return what a workflow runs; an expression is the words that it gives, or else an address."""
    lines = [line for step in steps(name) for line in step.get("run", "").splitlines()]
    return [re.sub(r"\$\{\{(.*?)\}\}", lambda found: _value(found[1]), line) for line in lines]


def options_of(name: str) -> list[argparse.Namespace]:
    """Return what sitegen understands of its commands in a workflow; a wrong one ends the test."""
    words = [shlex.split(line) for line in commands(name) if line.startswith("sitegen ")]
    return [make_parser().parse_args(each[1:]) for each in words]


def _value(expression: str) -> str:
    words = re.search(r"'(--[a-z-]+)'", expression)
    return words[1] if words else "https://example.org/catalog"


def test_the_tests_are_the_command_of_the_readme() -> None:
    """What is red there is red here, by the same words."""
    jobs = read("tests")["jobs"]

    assert [step["run"] for step in jobs["tests"]["steps"] if "run" in step] == ["bash .ci/run"]


def test_three_systems_and_every_python_are_tested() -> None:
    """Whoever claims a version in pyproject.toml has it tested."""
    matrix = read("tests")["jobs"]["systems"]["strategy"]["matrix"]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    claimed = {found[1] for each in project["classifiers"] if (found := re.fullmatch(r".*Python :: (3\.\d+)", each))}

    assert [system.partition("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert claimed <= set(matrix["python"])
    assert project["requires-python"] == f">={matrix['python'][0]}"


def test_the_site_is_built_on_push_by_night_and_by_hand() -> None:
    """Whoever forks the repository has these three, and nothing to set up but Pages."""
    assert set(read("site")["on"]) == {"push", "schedule", "workflow_dispatch"}


def test_the_cache_is_kept_where_the_build_keeps_it() -> None:
    """It is restored and saved under one name, even when the build fails, so that no host is asked twice."""
    kept = [step["with"] for step in steps("site") if step.get("uses", "").startswith("actions/cache")]
    saves = [step for step in steps("site") if "actions/cache/save" in step.get("uses", "")]

    assert {each["path"] for each in kept} == {str(make_parser().parse_args(["build"]).cache)}
    assert len({each["key"] for each in kept}) == 1
    assert [step["if"] for step in saves] == ["always()"]


def test_what_is_published_is_the_repositorys_own_catalog() -> None:
    """A fork changes `sitegen.toml`, and its workflow builds that."""
    built = options_of("site")

    assert [options.config for options in built] == [None]
    assert read_config(REPOSITORY / "sitegen.toml").title == "OME2024 NGFF Challenge"


def test_the_lock_file_names_no_host() -> None:
    """It pins versions and digests; where they come from is everyone's own choice."""
    text = (REPOSITORY / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text
