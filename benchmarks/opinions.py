"""Other validators' verdicts beside ours: python benchmarks/opinions.py [FOLDER…]

They are asked about each valid and each broken document of our tests, about what other
libraries write (`libraries.py`), and about the documents and stores below each FOLDER,
such as the tests of an unpacked source distribution. Printed are counts of agreement, and
each class of differences with how often, an example, and why. `specimens.py` says which
environment this needs.
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
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ngff_zarr
import ome_zarr_models
import yaozarrs
import zarr
from libraries import specimens
from ome_zarr_models import v04, v05

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from validation.cases import CASES
from validation.documents import KINDS, ome_of, valid

from sitegen.commands.validate import TargetReport, validate_metadata_document, validate_target
from sitegen.validate import rule_for, validate_document

Opinion = Callable[[Any, str, str], None]
"""(document or folder, kind, version) → nothing where it is content; raises what it has against it."""


class NoOpinion(Exception):
    """The validator does not know this kind or version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is judged, and our verdict."""

    name: str
    kind: str
    version: str
    content: Any
    """A parsed document, or a store's folder."""
    valid: bool | None
    codes: tuple[str, ...]
    """Of our errors."""


# -- what is judged ------------------------------------------------------------------


def own_documents() -> Iterator[Subject]:
    """Yield every valid document of the tests, and every broken one."""
    for kind, versions in KINDS.items():
        for version in versions:
            yield judged(f"valid {kind} {version}", kind, version, valid(kind, version))
    for case in CASES:
        for version in case.only_in or KINDS[case.kind]:
            if rule_for(case.code, version) and version not in case.not_in and version in KINDS[case.kind]:
                document = valid(case.kind, version)
                for edit in case.edits:
                    edit(ome_of(document))
                content = ome_of(document) if case.code == "ome-missing" else document
                yield judged(f"{case.code} {version}", case.kind, version, content)


def judged(name: str, kind: str, version: str, document: Any) -> Subject:
    """Return a document with our verdict."""
    verdict = validate_document(document, version=version, kind=kind, whole=True)  # type: ignore[arg-type]
    codes = tuple(dict.fromkeys(problem.code for problem in verdict.problems if problem.level == "error"))
    return Subject(name=name, kind=kind, version=version, content=document, valid=verdict.valid, codes=codes)


def written_stores(folder: Path) -> Iterator[Subject]:
    """Yield what other libraries write."""
    for number, specimen in enumerate(specimens()):
        store = folder / f"{number}.zarr"
        with redirect_stdout(io.StringIO()):
            below = specimen.write(store).below
        yield from judged_store(f"{specimen.library} {specimen.says}", store / below)


def judged_store(name: str, folder: Path) -> Iterator[Subject]:
    """Yield a store with our verdict, if it is OME-Zarr."""

    async def get(key: str) -> bytes | None:
        path = folder / key
        return path.read_bytes() if path.is_file() else None

    verdict = asyncio.run(validate_target(str(folder), get))
    if verdict.kind not in (None, "array", "group") and verdict.version:
        yield subject_of(name, folder, verdict)


def subject_of(name: str, content: Any, verdict: TargetReport) -> Subject:
    """Return what `sitegen validate` says as a subject."""
    codes = tuple(dict.fromkeys(problem.code for problem in verdict.problems if problem.level == "error"))
    kind, version = str(verdict.kind), str(verdict.version)
    return Subject(name=name, kind=kind, version=version, content=content, valid=verdict.valid, codes=codes)


def found_below(folder: Path) -> Iterator[Subject]:
    """Yield the documents and the outermost stores below a folder."""
    names = ("zarr.json", ".zgroup", ".zattrs")
    for path in sorted(folder.rglob("*")):
        if path.name in names and not any((path.parent.parent / name).is_file() for name in names):
            yield from judged_store(str(path.parent.relative_to(folder)), path.parent)
        elif path.suffix == ".json" and path.name not in names:
            verdict = validate_metadata_document(path.name, path.read_bytes())
            if verdict.kind not in (None, "array", "group"):
                document = json.loads(path.read_bytes())
                yield subject_of(str(path.relative_to(folder)), document.get("attributes", document), verdict)


# -- who judges ----------------------------------------------------------------------


def by_schemas(content: Any, kind: str, version: str) -> None:
    """Ask the official schemas, as ngff-zarr ships them."""
    if isinstance(content, Path):
        raise NoOpinion
    model = {"series": "bf2raw"}.get(kind, kind)
    try:
        ngff_zarr.validate(content, version=version, model=model)
    except (FileNotFoundError, ImportError) as error:
        raise NoOpinion from error


def by_ngff_zarr(content: Any, kind: str, version: str) -> None:
    """Ask ngff-zarr to read a store and to validate it."""
    if not isinstance(content, Path) or kind not in ("image", "plate"):
        raise NoOpinion
    if kind == "plate":
        ngff_zarr.from_hcs_zarr(str(content), validate=True)
    else:
        ngff_zarr.validate_structural(ngff_zarr.from_ome_zarr(str(content), validate=True).metadata)


def by_ome_zarr_models(content: Any, kind: str, version: str) -> None:
    """Ask ome-zarr-models."""
    models = {"0.4": v04, "0.5": v05}.get(version)
    names = {"image": "image.ImageAttrs", "label": "image_label.ImageLabelAttrs", "labels": "labels.LabelsAttrs"}
    names |= {"plate": "hcs.HCSAttrs", "well": "well.WellAttrs", "series": "bioformats2raw.BioFormats2RawAttrs"}
    if models is None or (kind not in names and not isinstance(content, Path)):
        raise NoOpinion
    if isinstance(content, Path):
        ome_zarr_models.open_ome_zarr(zarr.open_group(content, mode="r"))
        return
    module, _, name = names[kind].partition(".")
    if version == "0.5" and "ome" not in content:
        raise ValueError("there is no `ome`")
    getattr(getattr(models, module), name).model_validate(content["ome"] if version == "0.5" else content)


def by_yaozarrs(content: Any, kind: str, version: str) -> None:
    """Ask yaozarrs."""
    if version not in ("0.4", "0.5") or kind == "ome":
        raise NoOpinion
    if isinstance(content, Path):
        yaozarrs.validate_zarr_store(str(content))
    else:
        yaozarrs.validate_ome_object(content)


VALIDATORS: Mapping[str, Opinion] = {
    "official schemas": by_schemas,
    "ngff-zarr": by_ngff_zarr,
    "ome-zarr-models": by_ome_zarr_models,
    "yaozarrs": by_yaozarrs,
}


# Our codes, or their words → why we differ; the first that fits counts. Sections are those of OME-ZARR.md.
WHY_ONLY_WE = [
    ("official", "axis-unit-type|transform-type-missing", "it looks there only while it counts, or chooses a type"),
    ("official", ".", "it compares whole entries, or does not look there"),
    (".*", "omero-", "it looks at omero less closely, from 0.5 on hardly at all"),
    (".*", "-type$", "it converts: true to 1, text to a number"),
    ("yaozarrs", "transform-type-missing", "it takes what has a `scale` for a scale"),
    (".*", "version|ome-missing", "it guesses the version from the keys"),
    (".*", "label-missing", "it takes a label image without `image-label` for an image"),
    ("ngff-zarr|ome-zarr-models", "well-group", "it does not look whether the wells are there"),
    (".*", ".", "it does not check this"),
]
WHY_ONLY_THEY = [
    ("official", "dev[1-4]", "we read drafts, with a note"),
    ("official", "displacements|not of type 'string'", "the text allows it: a note (C3)"),
    ("ome-zarr-models", "any OME-Zarr group", "it opens no series of 0.5, and wants `ome.version` in labels groups"),
    (".*", "rgba", "it demands a colour; `rgba` is optional"),
    (".*", "properties", "it wants one property for each label; the specification does not"),
    (".*", "wells", "it compares wells by path, the schema whole entries: a warning"),
    (".*", "metadata Input", "`metadata` is only a SHOULD: a warning"),
    (".*", "space axes|'space'", "an untyped axis counts as space in the schema: a warning (C3)"),
    (".*", "dimension", "published examples have wrong lengths: a warning without arrays (C3)"),
    (".*", "plate Value error", "published examples have column before row: a warning in 0.4 (C3)"),
    (".*", "multiscales", "a label document that stands alone: a warning without its store (C3)"),
    (".*", "labels Field|LabelsGroup", "`labels` is no MUST before 0.5: a warning"),
    (".*", "version Field", "writers leave `ome.version` out of labels groups: a warning"),
    ("ngff-zarr", "Spatial axis names", "it knows lower-case names only, and z, y, x is a SHOULD"),
    (".*", "zarr_format", "`zarr_format` as text is a fault of Zarr, not of OME-Zarr: a warning"),
]


def reason(validator: str, direction: str, words: str, versions: set[str]) -> str:
    """Return why a validator and we differ; words: our codes, or its objection."""
    rules = [rule_for(code, version) for code in words.split() for version in versions]
    if direction == "we" and all(rule is None or "S" not in rule.source for rule in rules):
        return "only the text says so"
    table = WHY_ONLY_WE if direction == "we" else WHY_ONLY_THEY
    found = (why for who, pattern, why in table if re.match(who, validator) and re.search(pattern, words))
    return next(found, "?")


# -- what comes of it ----------------------------------------------------------------


def compare(title: str, subjects: Iterator[Subject]) -> None:
    """Print how often each validator agrees with us, and each class of differences."""
    agreed: dict[str, Counter[str]] = defaultdict(Counter)
    differing: dict[tuple[str, str, str], list[Subject]] = defaultdict(list)
    verdicts: Counter[str] = Counter()
    for subject in subjects:
        verdicts[{True: "valid", False: "invalid", None: "not validated"}[subject.valid]] += 1
        for name, ask in VALIDATORS.items():
            with suppress(NoOpinion):
                objection = ask_one(ask, subject)
                same = (objection == "") == bool(subject.valid)
                agreed[name]["agree" if same else "differ"] += 1
                if not same:
                    words = " ".join(subject.codes) if subject.codes else objection
                    differing[name, "they" if objection else "we", words].append(subject)
    print(f"\n## {title}: we say {', '.join(f'{count} {verdict}' for verdict, count in verdicts.items())}\n")
    for name, counts in agreed.items():
        print(f"{name}: {counts['agree']} agree, {counts['differ']} differ")
    for (name, who, words), different in sorted(differing.items()):
        why = reason(name, who, words, {subject.version for subject in different})
        shown = " ".join(words.split())[:60]
        print(f"{name:16} only {who:4} object {len(different):2} x {shown:60} {why}; {different[0].name}")


def ask_one(ask: Opinion, subject: Subject) -> str:
    """Return what a validator has against a subject, empty if nothing."""
    try:
        ask(subject.content, subject.kind, subject.version)
    except NoOpinion:
        raise
    except Exception as error:  # noqa: BLE001  each library raises what it likes
        return words_of(error)
    return ""


def words_of(error: Exception) -> str:
    """Return an objection in one line: of pydantic's, the first that is not about another kind or version."""
    if not hasattr(error, "errors"):
        return " ".join(str(getattr(error, "message", error)).split()) or type(error).__name__
    found = [f"{each['loc'][-1] if each['loc'] else ''} {each['msg']}" for each in error.errors()]
    others = ("Unable to extract tag", "attributes Field", "ome Field", "Input should be '0.5'")
    return next((words for words in found if not any(other in words for other in others)), found[0])


def main() -> None:
    """Compare verdicts on our documents, on the writers' stores, and below each folder."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    compare("Documents of our tests", own_documents())
    with tempfile.TemporaryDirectory() as folder:
        compare("What other libraries write", written_stores(Path(folder)))
    for argument in sys.argv[1:]:
        compare(argument, found_below(Path(argument)))


if __name__ == "__main__":
    main()
