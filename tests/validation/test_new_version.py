"""A version of OME-Zarr that nobody has published: added by a reader, a row and a rule, without another file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from sitegen.model.codes import read_codes, register_codes, unregister_codes
from sitegen.ome import VERSIONS, Multiscale, read_node, v06
from sitegen.ome.problems import ProblemLog
from sitegen.ome.values import read_text
from sitegen.site.rules_page import make_rules_page
from sitegen.validate import RULES, ValidationResult, rule_for, validate_document, validate_store
from sitegen.validate.json_value import JsonValue
from sitegen.validate.rules import read_rules
from validation.cases import Case
from validation.documents import KINDS, drop, ome_of, put, valid
from validation.stores import Tree
from validation.test_cases import runs
from validation.test_stores import CASES as STORE_CASES
from validation.test_stores import STORES, StoreCase

BASE, NEW = VERSIONS["0.6"], "0.7"
NEW_RULE = """
[rules]
title-missing       ------ -                     E 7 T ms        An image has a title.
  > Add `title` to each entry of `multiscales`.
"""


def read_titled(multiscale: Mapping[str, object], notes: ProblemLog) -> Multiscale | None:
    """Read an image of 0.7: it has a title, and six axes."""
    image = v06.read(multiscale, notes)
    return image and replace(image, name=read_text(multiscale.get("title")))


def validate_titles(ome: JsonValue) -> None:
    """Validate that each image has a title."""
    for image in ome.get_objects("multiscales", invalid="multiscales-type"):
        image.require("title", missing="title-missing")


ROW = replace(
    BASE,
    name=NEW,
    spellings=(NEW,),
    drafts=(),
    specification="https://example.org/0.7/",
    anchors={**BASE.anchors, "ms": "images"},
    inherits_rules_of=BASE.name,
    without_rules=frozenset(("axes-count", "multiscales-no-name")),
    read_image=read_titled,
)


@pytest.fixture(autouse=True)
def registered() -> Iterator[ExitStack]:
    """Add the version and its rule for one test; closed, the stack removes them."""
    rows = read_codes(NEW_RULE)
    with ExitStack() as stack:
        VERSIONS.register(ROW)
        stack.callback(VERSIONS.unregister, NEW)
        register_codes(rows)
        stack.callback(unregister_codes, rows)
        rules = list(read_rules(rows.values()))
        RULES.register(rules, {"multiscales": validate_titles})
        stack.callback(RULES.unregister, rules)
        yield stack


def renewed(document: Any) -> Any:
    """Return a document or store of 0.6 as one of 0.7: the version stated, and each image titled."""
    if isinstance(document, list):
        return [renewed(entry) for entry in document]
    if not isinstance(document, dict):
        return document
    found = {key: renewed(value) for key, value in document.items()}
    if found.get("version") == BASE.name:
        found["version"] = NEW
    if "datasets" in found:
        found["title"] = "cells"
    return found


def test_rules_are_inherited() -> None:
    """Every rule of 0.6 is in force in 0.7 but the two that its row takes out; one is new."""
    old, new = RULES.in_force(BASE.name), RULES.in_force(NEW)

    assert (len(old), len(new)) == (256, 255)
    assert old.keys() - new.keys() == ROW.without_rules
    assert new.keys() - old.keys() == {"title-missing"}
    assert {code for code in old.keys() & new.keys() if old[code] != new[code]} == set()


def test_nothing_is_left_of_a_removed_version(registered: ExitStack) -> None:
    """Rules and documents are again what they were."""
    registered.close()

    assert rule_for("version-value", NEW) is None
    assert "title-missing" not in {rule.code for rule in RULES}
    assert RULES.validators(BASE.name) == []
    assert validate_document(valid("image", BASE.name), version=NEW).valid is None


@pytest.mark.parametrize("kind", KINDS)
def test_valid_document(kind: str) -> None:
    """A document of 0.6 with the new version and a title is valid."""
    assert validate_document(renewed(valid(kind, BASE.name)), version=NEW, whole=True) == ValidationResult(valid=True)


# The version that these documents state is no draft of 0.7.
INHERITED = [case for case, version in runs() if version == BASE.name and case.code != "draft-version"]


@pytest.mark.parametrize("case", [pytest.param(each, id=f"{each.code}-{i}") for i, each in enumerate(INHERITED)])
def test_each_inherited_rule_is_validated(case: Case) -> None:
    """What breaks a rule of 0.6 in a document breaks it in 0.7, but for the rules that 0.7 has not."""
    document = renewed(valid(case.kind, BASE.name))
    for edit in case.edits:
        edit(ome_of(document))
    if case.code == "ome-missing":
        document = ome_of(document)

    codes = {problem.code for problem in validate_document(document, version=NEW, kind=case.kind, whole=True).problems}

    assert (case.code in codes) == (rule_for(case.code, NEW) is not None)


def test_the_new_rule_is_validated() -> None:
    """It is reported where it is in force, with its level and hint, and not in another version."""
    document = renewed(valid("image", BASE.name))
    drop("multiscales/0/title")(ome_of(document))

    (problem,) = validate_document(document, version=NEW, path="a").problems

    assert (problem.code, problem.level, problem.where) == ("title-missing", "error", "a/multiscales/0")
    assert problem.message == "`title` is missing"
    assert problem.hint == "Add `title` to each entry of `multiscales`."
    assert validate_document(valid("image", BASE.name), version=BASE.name).problems == ()


@pytest.mark.parametrize("kind", [kind for kind in STORES if BASE.name in STORES[kind][1]])
def test_valid_store(kind: str) -> None:
    """A store that states the new version is valid."""
    tree = renewed(STORES[kind][0](BASE.name))

    assert validate_store(tree) == ValidationResult(valid=True)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(each, id=f"{each.code}-{i}")
        for i, each in enumerate(STORE_CASES)
        if BASE.name in (each.versions or STORES[each.store][1]) and rule_for(each.code, BASE.name)
    ],
)
def test_each_inherited_rule_of_stores_is_validated(case: StoreCase) -> None:
    """What breaks a rule of 0.6 in a store breaks it in 0.7."""
    tree: Tree = STORES[case.store][0](BASE.name)
    case.change(tree, BASE.name)

    assert case.code in {problem.code for problem in validate_store(renewed(tree)).problems}


def test_the_reader_is_used() -> None:
    """Its own reader reads an image of the version; that of an unknown version is read like it, not validated."""
    image = renewed(valid("image", BASE.name))
    node = read_node({"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": image}})
    later = read_node({"zarr.json": {"zarr_format": 3, "attributes": put_version(image, "0.9")}})

    assert (node.version, node.name) == (NEW, "cells")
    assert [axis.name for axis in node.axes or ()] == ["c", "y", "x"]
    assert (later.version, later.name) == (None, "cells")


def put_version(document: dict[str, Any], version: str) -> dict[str, Any]:
    """Return the document with another version."""
    put("version", version)(ome_of(document))
    return document


def test_a_document_without_version_keeps_its_own() -> None:
    """What looks like 0.6 and like 0.7 is taken for the older of the two."""
    document = renewed(valid("image", BASE.name))
    drop("version")(ome_of(document))

    assert read_node({"zarr.json": {"zarr_format": 3, "attributes": document}}).version == BASE.name


def test_the_rules_page_names_it() -> None:
    """Inherited rules hold up to 0.7 and lead to its text; the new rule is explained."""
    codes = {each.code: each for section in make_rules_page() for each in section.codes}

    assert codes["axes-missing"].meanings[-1].versions == "0.6–0.7"
    assert codes["axes-count"].meanings[-1].versions == "0.4–0.6"
    assert codes["axes-missing"].meanings[-1].clauses[0][0].address == "https://example.org/0.7/#axes-md"
    assert codes["title-missing"].meanings[0].clauses[0][0].address == "https://example.org/0.7/#images"
    assert codes["title-missing"].meanings[0].text == "An image has a title."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", "0.1 0.2 0.3 0.4 0.5 0.6 0.7"),
        ("4", "0.4"),
        ("1-3", "0.1 0.2 0.3"),
        ("6+", "0.6 0.7"),
        ("1-3,5+", "0.1 0.2 0.3 0.5 0.6 0.7"),
    ],
)
def test_rules_name_versions(text: str, expected: str) -> None:
    """Later versions are included where a row says so."""
    assert VERSIONS.select(text) == tuple(expected.split())


def test_a_row_that_does_not_fit() -> None:
    """A row of the table of rules, or a base, that names an unknown version is refused, and so is a second row."""
    with pytest.raises(ValueError, match=r"0\.7 is registered already"):
        VERSIONS.register(ROW)
    with pytest.raises(ValueError, match=r"no version 0\.8"):
        VERSIONS.select("8")
    with pytest.raises(ValueError, match=r"inherits from 0\.9"):
        VERSIONS.register(replace(ROW, name="0.8", inherits_rules_of="0.9"))
