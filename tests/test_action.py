"""`action.yml`: its steps are run as GitHub's runner does, in a clone of a repository of lists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from repositories import commit, git
from stores import write_image, write_list

REPOSITORY = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the runner's shell is bash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run of the action has left."""

    codes: Mapping[str, int]
    """Name of each step → its exit code."""
    printed: str
    summary: str
    preview: Path


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A repository with a configuration, a list and data."""
    folder = tmp_path / "lists"
    write_image(folder / "data" / "a.zarr")
    write_list(folder / "ours.csv", "url,name,license", "data/a.zarr,A,CC0-1.0", "data/gone.zarr,Gone,CC0-1.0")
    (folder / "sitegen.toml").write_text('csv = ["ours.csv"]\n')
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def run_action(lists: Path, base: str, *, depth: int | None = None, **inputs: str) -> Run:
    """Run the steps of the action in a clone of the repository, as for a pull request on the commit `base`."""
    clone, temp = lists.parent / "clone", lists.parent / "temp"
    shutil.rmtree(clone, ignore_errors=True)
    temp.mkdir(exist_ok=True)
    shallow = [f"--depth={depth}"] if depth else []
    subprocess.run(["git", "clone", "--quiet", *shallow, lists.as_uri(), str(clone)], check=True)
    files = {name: temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
    codes, printed = {}, ""
    for step in ACTION["runs"]["steps"]:
        if "run" not in step or step["name"] == "Install sitegen":
            continue
        if any(codes.values()) and "!cancelled()" not in step.get("if", ""):
            continue
        known = _Expressions(given, base, temp, files["GITHUB_OUTPUT"].read_text())
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "GITHUB_WORKSPACE": str(clone),
            **{name: str(file) for name, file in files.items()},
            **{name: known.evaluate(text) for name, text in step.get("env", {}).items()},
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        run = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True)
        codes[step["name"]] = run.returncode
        printed += run.stdout
    summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    return Run(codes=codes, printed=printed, summary=summary, preview=temp / "sitegen-preview")


class _Expressions:
    """The values of the expressions that the action uses."""

    def __init__(self, inputs: Mapping[str, str], base: str, temp: Path, outputs: str) -> None:
        self._values = {f"inputs.{name}": value for name, value in inputs.items()}
        self._values |= {"github.event.pull_request.base.sha": base, "runner.temp": str(temp)}
        for line in outputs.splitlines():
            name, _, value = line.partition("=")
            self._values[f"steps.before.outputs.{name}"] = value

    def evaluate(self, text: str) -> str:
        """Return a text with its expressions replaced; of `a || b`, the first that is not empty."""

        def value(found: re.Match[str]) -> str:
            names = [each.strip() for each in found[1].split("||")]
            return next((self._values[name] for name in names if self._values.get(name)), "")

        return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def annotated(run: Run) -> list[str]:
    """Return what each annotation is about: level, file, line and code."""
    return [line[2:].partition("::")[0] for line in run.printed.splitlines() if line.startswith("::")]


def test_a_good_pull_request_passes_with_a_preview(lists: Path) -> None:
    """The new dataset is in the summary, and has a page and a picture in the preview; the others are not there."""
    base = commit(lists)
    write_image(lists / "data" / "b.zarr", size=64)
    write_list(lists / "ours.csv", *(lists / "ours.csv").read_text().splitlines(), "data/b.zarr,Brain,CC0-1.0")
    commit(lists)
    run = run_action(lists, base)

    assert set(run.codes.values()) == {0}
    assert not any(line.startswith("error") for line in annotated(run))
    assert "### 1 dataset as the catalog will show them" in run.summary
    assert "Brain" in run.summary
    assert len(list((run.preview / "datasets").iterdir())) == 1
    assert list((run.preview / "thumbs").iterdir())


def test_a_bad_pull_request_fails_at_its_lines(lists: Path) -> None:
    """Only the rows that it adds are annotated, with the path of the list in the repository."""
    base = commit(lists)
    rows = (lists / "ours.csv").read_text().splitlines()
    write_list(lists / "ours.csv", *rows, "data/none.zarr,None,CC0-1.0", ",no address,", "data/a.zarr,A,CC0-1.0")
    commit(lists)
    run = run_action(lists, base)

    assert run.codes["Check new and changed rows"] == 1
    assert [line for line in annotated(run) if line.startswith("error")] == [
        "error file=ours.csv,line=4,title=not-found",
        "error file=ours.csv,line=5,title=url-empty",
    ]
    assert "notice file=ours.csv,line=6,title=dataset-again" in annotated(run)
    assert "### Errors" in run.summary


def test_a_shallow_clone_fetches_the_base(lists: Path) -> None:
    """`actions/checkout` fetches one commit, unless it is told otherwise."""
    base = commit(lists)
    write_list(lists / "ours.csv", "url,name,license", "data/a.zarr,A,CC0-1.0")
    commit(lists)
    git(lists, "config", "uploadpack.allowAnySHA1InWant", "true")
    run = run_action(lists, base, depth=1)

    assert run.codes["Check new and changed rows"] == 0
    assert "::notice::There is no preview" in run.printed


def test_a_deleted_list_is_an_error_of_the_configuration(lists: Path) -> None:
    """The configuration still names it, so that a build would lose its datasets."""
    base = commit(lists)
    (lists / "ours.csv").unlink()
    commit(lists)
    run = run_action(lists, base)

    assert run.codes["Check new and changed rows"] == 2
    assert annotated(run)[0] == "error title=sitegen"
    assert "ours.csv" in run.printed


def test_without_a_pull_request_the_revision_is_asked_for(lists: Path) -> None:
    """A push has no base; the message says which input helps."""
    commit(lists)
    run = run_action(lists, "")

    assert run.codes["Find the lists as they were"] == 2
    assert "give the input 'since' a revision" in run.printed


def test_warnings_fail_only_if_asked(lists: Path) -> None:
    """A license that nobody knows is a warning."""
    base = commit(lists)
    write_list(lists / "ours.csv", "url,name,license", "data/a.zarr,A,ask us")
    commit(lists)

    assert run_action(lists, base).codes["Check new and changed rows"] == 0
    assert run_action(lists, base, strict="true").codes["Check new and changed rows"] == 1


def test_each_input_is_documented() -> None:
    """The table has its name and default."""
    rows = (
        (REPOSITORY / "docs" / "lists.md")
        .read_text(encoding="utf-8")
        .split("| input | meaning | default |")[1]
        .split("\n\n")[0]
        .splitlines()
    )
    documented = {line.split("`")[1]: line for line in rows if line.startswith("| `")}

    for name, each in ACTION["inputs"].items():
        assert name in documented
        assert not each["default"] or f"`{each['default']}`" in documented[name]


def test_strangers_rows_meet_no_secret_and_no_cache() -> None:
    """The workflow may only read; it keeps nothing for builds; every action has the hash of a version."""
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "lists.yml").read_text(encoding="utf-8"))
    text = (REPOSITORY / "action.yml").read_text(encoding="utf-8")

    assert set(workflow[True]) == {"pull_request"}
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in workflow["jobs"]["check"]
    assert "secrets." not in text
    assert "actions/cache" not in text
