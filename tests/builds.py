"""Builds in the process of the tests, for tests of several builds with data that change in between."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.progress import Progress
from sitegen.commands.summary import BuildSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The result of a build."""

    folder: Path
    summary: BuildSummary

    def index(self) -> list[dict[str, Any]]:
        """Return the records of `index.json`."""
        index: dict[str, list[dict[str, Any]]] = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
        return index["datasets"]

    def records(self) -> dict[str, dict[str, Any]]:
        """Return the records of `index.json` by the last part of their address."""
        return {record["url"].rpartition("/")[2]: record for record in self.index()}

    def report(self) -> dict[str, Any]:
        """Return `report.json`."""
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return report

    def health(self) -> str:
        """Return the health page."""
        return (self.folder / "report" / "index.html").read_text(encoding="utf-8")

    def page(self, record: dict[str, Any]) -> str:
        """Return a dataset's page."""
        return (self.folder / "datasets" / record["id"] / "index.html").read_text(encoding="utf-8")

    def codes(self, name: str) -> list[str]:
        """Return the codes of a dataset's problems."""
        return [problem["code"] for problem in self.records()[name]["problems"]]


def build_site(config: Path, folder: Path, **options: Any) -> Site:
    """Build a site in a folder, which also contains the cache."""
    chosen = BuildOptions(config=str(config), out=folder / "site", cache=folder / "cache", workers=0, **options)
    return Site(folder=folder / "site", summary=build(chosen, Progress(io.StringIO())))


def write_config(path: Path, *csv: str | Path, **crawl: object) -> Path:
    """Write a configuration that allows hosts on this machine and makes small pictures."""
    lines = [f"csv = {json.dumps([str(each) for each in csv])}", "[crawl]", "allow_private_hosts = true"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in crawl.items()]
    path.write_text("\n".join([*lines, "[pictures]", "thumbnail_px = 64", "preview_px = 96"]) + "\n", encoding="utf-8")
    return path
