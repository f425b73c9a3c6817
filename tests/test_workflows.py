"""The workflows run the commands that the documentation names, for this repository and for forks."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from stores import write_image, write_list

from sitegen.cli import make_parser
from sitegen.config.settings import read_config

REPOSITORY = Path(__file__).parent.parent
WORKFLOWS = {path.stem: path for path in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))}


def read(name: str) -> dict[str, Any]:
    """Return a workflow as Python values; YAML 1.1 reads its key `on` as true."""
    workflow = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    return {**workflow, "on": workflow[True]}


def steps(name: str) -> list[dict[str, Any]]:
    """Return the steps of all jobs, in order."""
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


def commands(name: str) -> list[str]:
    """Return the commands that a workflow runs, with an address in place of each expression that is not text."""
    lines = [line for step in steps(name) for line in step.get("run", "").splitlines()]
    return [re.sub(r"\$\{\{(.*?)\}\}", lambda found: _value(found[1]), line) for line in lines]


def options_of(name: str) -> list[argparse.Namespace]:
    """Return the parsed options of the sitegen commands in a workflow; an invalid one fails the test."""
    lines = [shlex.split(line) for line in commands(name) if line.strip().startswith("sitegen ")]
    optional = "${"  # a variable that is empty, or an option
    return [make_parser().parse_args([each for each in words[1:] if not each.startswith(optional)]) for words in lines]


def _value(expression: str) -> str:
    words = re.search(r"'(--[a-z-]+)'", expression)
    return words[1] if words else "https://example.org/catalog"


def test_the_tests_are_run_by_one_command() -> None:
    """CI runs `.ci/run`, like everyone else, and beside it what looks at the pages."""
    jobs = read("tests")["jobs"]

    for name, command in {"tests": "bash .ci/run", "more": "make ${{ matrix.target }}"}.items():
        assert [step["run"] for step in jobs[name]["steps"] if "run" in step] == [command]
    assert jobs["more"]["strategy"]["matrix"]["target"] == ["test-oldest", "audit", "package"]


def test_three_systems_and_every_python_are_tested() -> None:
    """Every version of Python in the classifiers of pyproject.toml is tested."""
    matrix = read("tests")["jobs"]["systems"]["strategy"]["matrix"]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    claimed = {found[1] for each in project["classifiers"] if (found := re.fullmatch(r".*Python :: (3\.\d+)", each))}

    assert [system.partition("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert claimed <= set(matrix["python"])
    assert project["requires-python"] == f">={matrix['python'][0]}"


def test_the_site_is_built_on_push_every_night_and_by_hand() -> None:
    """A fork has all three without setting up anything but Pages."""
    assert set(read("site")["on"]) == {"push", "schedule", "workflow_dispatch"}


def test_the_workflow_saves_the_folder_of_the_cache() -> None:
    """It is restored and saved under one name, even if the build fails."""
    kept = [step["with"] for step in steps("site") if step.get("uses", "").startswith("actions/cache")]
    saves = [step for step in steps("site") if "actions/cache/save" in step.get("uses", "")]

    assert {each["path"] for each in kept} == {str(make_parser().parse_args(["build"]).cache)}
    assert len({each["key"] for each in kept}) == 1
    assert all(step["if"].startswith("always()") for step in saves)
    assert "pull_request" not in read("site")["on"]


def test_the_workflow_builds_sitegen_toml() -> None:
    """A fork edits `sitegen.toml`, and its workflow builds from it; a build that loses much is not published."""
    built = options_of("site")
    config = read_config(REPOSITORY / "sitegen.toml")

    assert built[0].config is None
    assert config.csv
    assert config.max_loss < 1


@pytest.mark.skipif(shutil.which("bash") is None, reason="the runner's shell is bash")
def test_the_build_of_the_workflow_runs_in_a_clean_clone(tmp_path: Path) -> None:
    """Its script builds a site, then tells that there is one; a poll that finds no change tells that there is none."""
    script = next(step["run"] for step in steps("site") if step.get("id") == "build")
    write_image(tmp_path / "data" / "a.zarr")
    write_list(tmp_path / "ours.csv", "url", "data/a.zarr")
    (tmp_path / "sitegen.toml").write_text('csv = ["ours.csv"]\nmax_loss = 0.2\n')

    assert run_script(script, tmp_path, BASE_URL="https://example.org/catalog", LOSSES="--max-loss=1") == "built=true\n"
    assert "https://example.org/catalog/" in (tmp_path / "site" / "sitemap.xml").read_text()
    shutil.rmtree(tmp_path / "site")
    assert run_script(script, tmp_path, POLL="--if-lists-changed") == ""


def run_script(script: str, folder: Path, **variables: str) -> str:
    """Run the script of a step as GitHub's runner does; return what it writes to its output file."""
    output = folder.parent / "output"
    output.write_text("")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "GITHUB_OUTPUT": str(output), **variables}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return output.read_text()


def test_the_lock_file_names_no_registry() -> None:
    """It has versions and checksums only; the registry is that of the user's npm."""
    text = (REPOSITORY / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text
