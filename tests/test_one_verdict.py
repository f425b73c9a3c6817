"""`build`, `check` and `validate` give one verdict on hundreds of broken stores."""

from __future__ import annotations

import asyncio
import copy
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import serving
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import write_list
from validation.mutations import damage
from validation.stores import OME_XML, Tree
from validation.test_stores import CASES, STORES, ome

from sitegen.commands.check import CheckOptions, check
from sitegen.commands.progress import Progress
from sitegen.commands.target_reports import TargetReport
from sitegen.commands.validate import validate_targets
from sitegen.model.codes import CODES
from sitegen.validate import rule_for

_BODIES = (b"{", b"", b"[]", b"<html></html>", b"no JSON", b'{"a": NaN}', b"\xff\xfe", b'"text"', b"[" * 200)
"""What stands in place of a metadata document."""
_PATHS = ("../0", "/0", "a/../../0", "https://example.org/0", "//host/0", "/", "..", "0/../0")
"""Paths that are not followed."""
_DAMAGED = 140


def random_trees() -> Iterator[Tree]:
    """Yield valid stores with one to three documents damaged or removed at random, always the same ones."""
    trees: list[Tree] = []

    @settings(max_examples=_DAMAGED, deadline=None, derandomize=True, database=None)
    @given(data=st.data(), kind=st.sampled_from(["image", "image", "plate", "scene", "series"]))
    def collect(data: st.DataObject, kind: str) -> None:
        make, versions = STORES[kind]
        tree = make(data.draw(st.sampled_from(versions)))
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from(sorted(path for path in tree if isinstance(tree[path], dict))))
            tree[path] = data.draw(st.one_of(st.just(None), st.just(damage(data.draw, tree[path]))))
        trees.append(copy.deepcopy(tree))

    collect()
    return iter(trees)


def rule_trees() -> Iterator[Tree]:
    """Yield a store for each rule between documents and arrays, which breaks it."""
    for case in CASES:
        version = next(each for each in reversed(case.versions or STORES[case.store][1]) if rule_for(case.code, each))
        tree = STORES[case.store][0](version)
        case.change(tree, version)
        yield tree


def replaced_trees() -> Iterator[Tree]:
    """Yield stores one of whose documents is something else."""
    for kind, (make, versions) in STORES.items():
        for version in {versions[0], versions[-1]}:
            whole = make(version)
            step = 9 if kind == "plate" else 3
            for number, body in enumerate(_BODIES):
                for path in sorted(path for path in whole if isinstance(whole[path], dict))[number % step :: step]:
                    name = sorted(whole[path])[-1 if number % 2 else 0]
                    yield {**whole, path: {**whole[path], name: body}}
        if kind == "series":
            bodies = (b"<OME", b"", b"<OME/>", None, OME_XML.replace(b"<MetadataOnly/>", b"<BinData/>"))
            yield from ({**whole, "OME/METADATA.ome.xml": body} for body in bodies)
            yield {**whole, "OME/METADATA.ome.xml": OME_XML.replace(b"<MetadataOnly/>", b"", 1)}


def led_out_trees() -> Iterator[Tree]:
    """Yield stores one of whose paths leads out of its group."""
    places: tuple[tuple[str, str, Callable[[Any, str], None]], ...] = (
        ("image", "", lambda found, path: found["multiscales"][0]["datasets"][1].update(path=path)),
        ("image", "labels", lambda found, path: found["labels"].append(path)),
        ("plate", "", lambda found, path: found["plate"]["wells"][1].update(path=path)),
        ("plate", "A/1", lambda found, path: found["well"]["images"][2].update(path=path)),
        ("series", "OME", lambda found, path: found["series"].append(path)),
    )
    for kind, where, change in places:
        for number, path in enumerate(_PATHS):
            for version in ("0.4", "0.5") if kind == "image" else ("0.4", "0.5")[number % 2 :][:1]:
                tree = STORES[kind][0](version)
                change(ome(tree, where), path)
                yield tree


def write_tree(folder: Path, tree: Tree) -> None:
    """Write the documents of a store."""
    folder.mkdir(parents=True)
    for path, found in tree.items():
        documents = {"": found} if isinstance(found, bytes) else found if isinstance(found, dict) else {}
        for name, body in documents.items():
            file = folder / path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of broken stores."""
    folder = tmp_path_factory.mktemp("stores")
    makers = (random_trees, rule_trees, replaced_trees, led_out_trees)
    for maker in makers:
        for number, tree in enumerate(maker()):
            write_tree(folder / f"{maker.__name__}-{number:03}.zarr", tree)
    return folder


@pytest.fixture(scope="module")
def reports(data: Path) -> dict[str, TargetReport]:
    """What `sitegen validate` says of each store."""
    folders = sorted(data.iterdir())
    found = asyncio.run(validate_targets([str(folder) for folder in folders], Progress(io.StringIO())))
    return {folder.name: report for folder, report in zip(folders, found, strict=True)}


def errors_of(record: dict[str, Any]) -> set[str]:
    """Return the codes of a record's errors that are about its metadata."""
    found = (each["code"] for each in record["problems"] if each["level"] == "error")
    return {code for code in found if CODES[code].part in ("documents", "rules")}


def reported_errors(report: TargetReport) -> set[str]:
    """Return the codes of the errors that `validate` reports."""
    return {problem.code for problem in report.problems if problem.level == "error"}


def disagreements(site: Site, reports: dict[str, TargetReport]) -> list[object]:
    """Return the stores of which a build says what `validate` does not.

    All that a build finds, `validate` finds, too; where the build has read all, the reverse is true as well.
    """
    wrong: list[object] = []
    for name, record in site.records().items():
        report, here = reports[name], errors_of(record)
        there = {problem.code for problem in report.problems if problem.level == "error"}
        fine = record["valid"] is not bool(here) if record["valid"] is not None else report.valid is not True
        if record["validated"] == "full":
            fine &= record["valid"] == report.valid and here == there
        elif record["validated"] == "sampled":
            fine &= here <= there
        if not fine:
            wrong.append((name, record["kind"], record["validated"], record["valid"], report.valid, here ^ there))
    return wrong


def extents(site: Site) -> set[str]:
    """Return how far the datasets of a site were validated."""
    return {record["validated"] for record in site.records().values() if record["valid"] is not None}


def test_a_build_of_local_data_gives_the_verdict_of_validate(
    data: Path, reports: dict[str, TargetReport], tmp_path: Path
) -> None:
    """Each store is read in full, with the same errors."""
    rows = write_list(data / "all.csv", "url", *sorted(reports))
    site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)

    assert len(site.records()) == len(reports) > 400
    assert disagreements(site, reports) == []
    assert extents(site) == {"full"}


def test_a_build_of_remote_data_finds_no_more_than_validate(
    data: Path, reports: dict[str, TargetReport], tmp_path: Path
) -> None:
    """Each store is read in part, as few requests allow, and the record says so."""
    names = sorted(reports)[::3]
    with serving(data) as server:
        rows = write_list(tmp_path / "all.csv", "url", *(server.url(f"/{name}") for name in names))
        site = build_site(write_config(tmp_path / "sitegen.toml", rows), tmp_path)

    assert len(site.records()) == len(names)
    assert disagreements(site, reports) == []
    assert "sampled" in extents(site)


def test_check_gives_the_verdict_of_validate(data: Path, reports: dict[str, TargetReport], tmp_path: Path) -> None:
    """Its errors are those of `validate`, at the line of each store."""
    names = sorted(reports)[1::3]
    rows = write_list(data / "some.csv", "url", *names)
    result = check(CheckOptions(csv=(str(rows),), cache=tmp_path / "cache"), Progress(io.StringIO()))

    for line, name in enumerate(names, 2):
        found = {each.problem.code for each in result.problems if each.place.line == line}
        errors = {problem.code for problem in reports[name].problems if problem.level == "error"}
        if reports[name].kind not in (None, "group"):
            assert errors <= found, name
