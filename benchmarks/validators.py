"""Compares the validation of sitegen with that of other validators: python benchmarks/validators.py [FOLDER…]

Each validator validates each valid and each invalid document of the tests, what other
libraries write (`libraries.py`), and the documents and stores below each FOLDER, such as
the tests of an unpacked source distribution. Printed are counts of agreement, and each
class of differences with its number, an example, and the reason. Validators that are not
installed are named; `samples.py` says how to install them.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from libraries import samples

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from validation.cases import CASES
from validation.documents import KINDS, ome_of, valid

from sitegen.commands.target_reports import TargetReport
from sitegen.commands.validate import validate_metadata_document, validate_target
from sitegen.validate import rule_for, validate_document

Validator = Callable[[Any, str, str], None]
"""(document or folder, kind, version) → nothing where it is valid; raises what is invalid."""


class NotSupportedError(Exception):
    """The validator does not know this kind or version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is validated, and the result of sitegen."""

    name: str
    kind: str
    version: str
    content: Any
    """A parsed document, or the folder of a store."""
    valid: bool | None
    codes: tuple[str, ...]
    """Codes of the errors."""


# What is validated


def documents_of_tests() -> Iterator[Target]:
    """Yield every valid document of the tests, and every invalid one."""
    for kind, versions in KINDS.items():
        for version in versions:
            yield validate_content(f"valid {kind} {version}", kind, version, valid(kind, version))
    for case in CASES:
        for version in case.only_in or KINDS[case.kind]:
            if rule_for(case.code, version) and version not in case.not_in and version in KINDS[case.kind]:
                document = valid(case.kind, version)
                for edit in case.edits:
                    edit(ome_of(document))
                content = ome_of(document) if case.code == "ome-missing" else document
                yield validate_content(f"{case.code} {version}", case.kind, version, content)


def validate_content(name: str, kind: str, version: str, document: Any) -> Target:
    """Return a document with the result of sitegen."""
    result = validate_document(document, version=version, kind=kind, whole=True)  # type: ignore[arg-type]
    codes = tuple(dict.fromkeys(problem.code for problem in result.problems if problem.level == "error"))
    return Target(name=name, kind=kind, version=version, content=document, valid=result.valid, codes=codes)


def written_stores(folder: Path) -> Iterator[Target]:
    """Yield what other libraries write."""
    for number, sample in enumerate(samples()):
        store = folder / f"{number}.zarr"
        with redirect_stdout(io.StringIO()):
            below = sample.write(store).below
        yield from validate_folder(f"{sample.library} {sample.description}", store / below)


def validate_folder(name: str, folder: Path) -> Iterator[Target]:
    """Yield a store with the result of sitegen, if it is OME-Zarr."""

    async def get(key: str) -> bytes | None:
        path = folder / key
        return path.read_bytes() if path.is_file() else None

    report = asyncio.run(validate_target(str(folder), get))
    if report.kind not in (None, "array", "group") and report.version:
        yield make_target(name, folder, report)


def make_target(name: str, content: Any, report: TargetReport) -> Target:
    """Return a target with the report of `sitegen validate`."""
    codes = tuple(dict.fromkeys(problem.code for problem in report.problems if problem.level == "error"))
    kind, version = str(report.kind), str(report.version)
    return Target(name=name, kind=kind, version=version, content=content, valid=report.valid, codes=codes)


def targets_below(folder: Path) -> Iterator[Target]:
    """Yield the documents and the outermost stores below a folder."""
    names = ("zarr.json", ".zgroup", ".zattrs")
    for path in sorted(folder.rglob("*")):
        if path.name in names and not any((path.parent.parent / name).is_file() for name in names):
            yield from validate_folder(str(path.parent.relative_to(folder)), path.parent)
        elif path.suffix == ".json" and path.name not in names:
            report = validate_metadata_document(path.name, path.read_bytes())
            if report.kind not in (None, "array", "group"):
                document = json.loads(path.read_bytes())
                yield make_target(str(path.relative_to(folder)), document.get("attributes", document), report)


# Who validates; imports are inside the functions, so that a validator that is not installed is left out


def validate_by_schemas(content: Any, kind: str, version: str) -> None:
    """Validate by the official schemas, as ngff-zarr ships them."""
    import ngff_zarr

    if isinstance(content, Path):
        raise NotSupportedError
    model = {"series": "bf2raw"}.get(kind, kind)
    try:
        ngff_zarr.validate(content, version=version, model=model)
    except (FileNotFoundError, ImportError) as error:
        raise NotSupportedError from error


def validate_by_ngff_zarr(content: Any, kind: str, version: str) -> None:
    """Validate a store by reading it with ngff-zarr."""
    import ngff_zarr

    if not isinstance(content, Path) or kind not in ("image", "plate"):
        raise NotSupportedError
    if kind == "plate":
        ngff_zarr.from_hcs_zarr(str(content), validate=True)
    else:
        ngff_zarr.validate_structural(ngff_zarr.from_ome_zarr(str(content), validate=True).metadata)


def validate_by_ome_zarr_models(content: Any, kind: str, version: str) -> None:
    """Validate by ome-zarr-models."""
    import ome_zarr_models
    import zarr
    from ome_zarr_models import v04, v05

    models = {"0.4": v04, "0.5": v05}.get(version)
    names = {"image": "image.ImageAttrs", "label": "image_label.ImageLabelAttrs", "labels": "labels.LabelsAttrs"}
    names |= {"plate": "hcs.HCSAttrs", "well": "well.WellAttrs", "series": "bioformats2raw.BioFormats2RawAttrs"}
    if models is None or (kind not in names and not isinstance(content, Path)):
        raise NotSupportedError
    if isinstance(content, Path):
        ome_zarr_models.open_ome_zarr(zarr.open_group(content, mode="r"))
        return
    module, _, name = names[kind].partition(".")
    if version == "0.5" and "ome" not in content:
        raise ValueError("there is no `ome`")
    getattr(getattr(models, module), name).model_validate(content["ome"] if version == "0.5" else content)


def validate_by_yaozarrs(content: Any, kind: str, version: str) -> None:
    """Validate by yaozarrs."""
    import yaozarrs

    if version not in ("0.4", "0.5") or kind == "ome":
        raise NotSupportedError
    if isinstance(content, Path):
        yaozarrs.validate_zarr_store(str(content))
    else:
        yaozarrs.validate_ome_object(content)


VALIDATORS: Mapping[str, tuple[str, Validator]] = {
    "official schemas": ("ngff_zarr", validate_by_schemas),
    "ngff-zarr": ("ngff_zarr", validate_by_ngff_zarr),
    "ome-zarr-models": ("ome_zarr_models", validate_by_ome_zarr_models),
    "yaozarrs": ("yaozarrs", validate_by_yaozarrs),
}
"""Name → module that has to be installed, validator."""
INSTALLED = {name: validator for name, (module, validator) in VALIDATORS.items() if find_spec(module)}


# Validator, codes or message → reason of the difference; the first match counts. A note or a warning of sitegen
# does not make a document invalid.
WHY_ONLY_SITEGEN = [
    ("official", "axis-unit-type|transform-type-missing", "it looks at this only to count axes or to choose a type"),
    ("official", ".", "it compares whole entries, or does not validate this"),
    (".*", "omero-", "it validates omero less, from 0.5 on hardly at all"),
    (".*", "-type$", "it converts: true to 1, text to a number"),
    ("yaozarrs", "transform-type-missing", "an object with a `scale` counts as a scale"),
    (".*", "version|ome-missing", "it guesses the version from the keys"),
    (".*", "label-missing", "a label image without `image-label` counts as an image"),
    ("ngff-zarr|ome-zarr-models", "well-group", "it does not read the wells"),
    (".*", ".", "it does not validate this"),
]
WHY_ONLY_OTHER = [
    ("official", "dev[1-4]", "drafts are read, with a note"),
    ("official", "displacements|not of type 'string'", "the text of the specification allows it: a note"),
    ("ome-zarr-models", "any OME-Zarr group", "it opens no series of 0.5, and demands `ome.version` in labels groups"),
    (".*", "rgba", "it demands a color; `rgba` is optional"),
    (".*", "properties", "it demands one property for each label; the specification does not"),
    (".*", "wells", "it compares wells by path, the schema whole entries: a warning"),
    (".*", "metadata Input", "`metadata` is only a SHOULD: a warning"),
    (".*", "space axes|'space'", "an untyped axis counts as space in the schema: a warning"),
    (".*", "dimension", "published examples have wrong lengths: a warning where no arrays are read"),
    (".*", "plate Value error", "published examples have the column before the row: a warning in 0.4"),
    (".*", "multiscales", "a label document without its store: a warning"),
    (".*", "labels Field|LabelsGroup", "`labels` is not a MUST before 0.5: a warning"),
    (".*", "version Field", "writers omit `ome.version` in labels groups: a warning"),
    ("ngff-zarr", "Spatial axis names", "it knows lower-case names only; the order z, y, x is a SHOULD"),
    (".*", "zarr_format", "`zarr_format` as text is invalid Zarr, not invalid OME-Zarr: a warning"),
]


def reason(validator: str, only: str, words: str, versions: set[str]) -> str:
    """Return why a validator and sitegen differ; words: codes of sitegen, or the message of the validator."""
    rules = [rule_for(code, version) for code in words.split() for version in versions]
    if only == "sitegen" and all(rule is None or "S" not in rule.source for rule in rules):
        return "only the text of the specification says so"
    table = WHY_ONLY_SITEGEN if only == "sitegen" else WHY_ONLY_OTHER
    found = (why for who, pattern, why in table if re.match(who, validator) and re.search(pattern, words))
    return next(found, "?")


# The comparison


def compare(title: str, targets: Iterator[Target]) -> None:
    """Print how often each validator agrees with sitegen, and each class of differences."""
    counts = {name: Counter[str]() for name in INSTALLED}
    differing: dict[tuple[str, str, str], list[Target]] = defaultdict(list)
    results: Counter[str] = Counter()
    for target in targets:
        results[{True: "valid", False: "invalid", None: "not validated"}[target.valid]] += 1
        for name, validator in INSTALLED.items():
            try:
                message = message_of(validator, target)
            except NotSupportedError:
                continue
            same = (message == "") == bool(target.valid)
            counts[name]["agree" if same else "differ"] += 1
            if not same:
                words = " ".join(target.codes) if target.codes else message
                differing[name, "other" if message else "sitegen", words].append(target)
    print(f"\n## {title}: sitegen finds {', '.join(f'{count} {result}' for result, count in results.items())}\n")
    for name in VALIDATORS:
        print(f"{name}: {_agreement(counts[name]) if name in counts else 'not installed'}")
    for (name, only, words), different in sorted(differing.items()):
        why = reason(name, only, words, {target.version for target in different})
        shown = " ".join(words.split())[:60]
        print(f"{name:16} invalid by {only:7} only {len(different):2} x {shown:60} {why}; {different[0].name}")


def _agreement(counts: Counter[str]) -> str:
    return f"{counts['agree']} agree, {counts['differ']} differ"


def message_of(validator: Validator, target: Target) -> str:
    """Return the message of a validator about a target; empty if it is valid."""
    try:
        validator(target.content, target.kind, target.version)
    except NotSupportedError:
        raise
    except Exception as error:  # noqa: BLE001  each library has exceptions of its own
        return first_message(error)
    return ""


def first_message(error: Exception) -> str:
    """Return the message in one line; of pydantic's, the first that is not about another kind or version."""
    if not hasattr(error, "errors"):
        return " ".join(str(getattr(error, "message", error)).split()) or type(error).__name__
    found = [f"{each['loc'][-1] if each['loc'] else ''} {each['msg']}" for each in error.errors()]
    others = ("Unable to extract tag", "attributes Field", "ome Field", "Input should be '0.5'")
    return next((words for words in found if not any(other in words for other in others)), found[0])


def main() -> None:
    """Compare results for the documents of the tests, for the stores of other libraries, and below each folder."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    compare("Documents of the tests", documents_of_tests())
    with tempfile.TemporaryDirectory() as folder:
        compare("What other libraries write", written_stores(Path(folder)))
    for argument in sys.argv[1:]:
        compare(argument, targets_below(Path(argument)))


if __name__ == "__main__":
    main()
