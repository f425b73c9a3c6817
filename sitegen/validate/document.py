"""One metadata document: where its OME metadata are, its version, and each thing that it describes.

Every key that is there is judged by its own rules: the official schemas are content if
one of several is right, the official web validator is not (OME-ZARR.md, A2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome.versions import VERSIONS, find_version, guess_version
from sitegen.validate.json_value import JsonValue, Log, quote
from sitegen.validate.labels import judge_label, judge_labels
from sitegen.validate.multiscales import judge_multiscales
from sitegen.validate.omero import judge_omero
from sitegen.validate.plate import judge_plate
from sitegen.validate.rules import IN_FORCE
from sitegen.validate.scene import judge_scene
from sitegen.validate.series import LAYOUT, judge_layout, judge_series
from sitegen.validate.well import judge_well

DocumentKind = Literal["image", "plate", "well", "series", "ome", "labels", "label", "scene"]
"""What a document may be judged as: `series` is the container, `ome` the group in it that lists the images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """What the rules say of a document or store."""

    valid: bool | None
    """False if there is an error; None where no rules are known for its version."""
    problems: tuple[Problem, ...] = ()


# Kind of document → its key, and the rule that asks for it.
_KEYS: Mapping[str, tuple[str, str]] = {
    "image": ("multiscales", "multiscales-missing"),
    "plate": ("plate", "plate-missing"),
    "well": ("well", "well-missing"),
    "series": (LAYOUT, "bf2raw-missing"),
    "ome": ("series", "series-missing"),
    "labels": ("labels", "labels-missing"),
    "label": ("image-label", "label-missing"),
    "scene": ("scene", "scene-missing"),
}


def _within(key: str, wrong: str, judge: Callable[[JsonValue], None]) -> Callable[[JsonValue], None]:
    """Return a check of the object at `key`."""

    def judge_key(ome: JsonValue) -> None:
        if inner := ome.inner(key, wrong=wrong):
            judge(inner)

    return judge_key


# Key of the metadata → its check; in the order in which problems are told.
_CHECKS: Mapping[str, Callable[[JsonValue], None]] = {
    "plate": _within("plate", "plate-type", judge_plate),
    LAYOUT: judge_layout,
    "scene": _within("scene", "scene-type", judge_scene),
    "well": _within("well", "well-type", judge_well),
    "multiscales": judge_multiscales,
    "omero": _within("omero", "omero-type", judge_omero),
    "image-label": judge_label,
    "labels": judge_labels,
    "series": judge_series,
}
_SPELLINGS = {f"0.{minor}": {f"0.{minor}"} for minor in range(1, 6)} | {"0.6": {"0.6", "0.6rc0"}}
_DRAFT = re.compile(r"0\.6[.-]?dev\.?(\d*)")


def validate_document(
    attributes: object,
    *,
    version: str | None,
    kind: str | None = None,
    zarr_format: int | None = None,
    whole: bool = False,
    alone: bool = True,
    under: str = "",
) -> ValidationResult:
    """Return what the rules say of one document.

    Parameters
    ----------
    attributes : the OME metadata, or the group's attributes with the `ome` key of 0.5 and later
    version : `0.1` … `0.6`; any other, or None, is not validated
    kind : judge it as a document of this kind (see DocumentKind); None judges each key that is there
    zarr_format : the Zarr format it was found in, where that is known
    whole : these are all the attributes, so that from 0.5 on the `ome` key must be there
    alone : the store was not looked at; rules that only it can decide are warnings
    under : path of the document below the dataset, put before each place
    """
    if version not in VERSIONS:
        return note_unknown(version, under)
    log = Log(version, alone=alone, under=under, draft=_find_draft(attributes))
    ome = _find_ome(log, attributes, whole=whole)
    if ome is not None:
        _judge_ome(ome, version, kind, in_ome=ome.value is not attributes)
        _check_format(ome, version, 3 if ome.value is not attributes else zarr_format)
    problems = log.close()
    return ValidationResult(valid=not any(problem.level == "error" for problem in problems), problems=problems)


def choose_version(attributes: Mapping[str, object], zarr_format: int) -> tuple[str | None, str | None]:
    """Return the version to judge OME metadata by, and what is written.

    An unknown version, such as `0.9.dev1`, is None. Text that is no number of a version is a
    mistake, and no unknown version: such metadata are judged as what they look like.
    """
    version, written = find_version(attributes, zarr_format=zarr_format)
    if version is None and written is not None and not written[:1].isdigit():
        return guess_version(attributes, zarr_format), written
    return version, written


def note_unknown(version: str | None, under: str = "") -> ValidationResult:
    """Return the verdict on a version without rules: none, and a note that says so."""
    rule = IN_FORCE[VERSIONS[-1]]["version-unknown"]
    message = "the version is not known" if version is None else f"there are no rules for version {quote(version)}"
    problem = make_problem(rule.code, under, message, level=rule.level, hint=rule.hint)
    return ValidationResult(valid=None, problems=(problem,))


def _find_ome(log: Log, attributes: object, *, whole: bool) -> JsonValue | None:
    """Return the OME metadata of a document."""
    if not isinstance(attributes, dict):
        log.report("doc-type", "", f"the metadata should be a JSON object; found {quote(attributes)}")
        return None
    if "ome" not in attributes:
        if whole and log.minor > 4:
            log.report("ome-missing", "", "`ome` is missing")
        return JsonValue(log, attributes)
    if not isinstance(attributes["ome"], dict):
        log.report("ome-type", "", f"`ome` should be an object; found {quote(attributes['ome'])}")
        return None
    return JsonValue(log, attributes["ome"])


def _judge_ome(ome: JsonValue, version: str, kind: str | None, *, in_ome: bool) -> None:
    keys = [key for key in _CHECKS if key in ome.value]
    if kind is not None and kind in _KEYS:
        ome.has(_KEYS[kind][0], missing=_KEYS[kind][1])
    elif not keys and not ome.log.has("ome-missing"):
        ome.report("kind-missing", "none of the keys that OME-Zarr knows is there")
    for key in keys:
        _CHECKS[key](ome)
    _check_versions(ome, version, labels_only=kind == "labels" or keys == ["labels"])


def _check_versions(ome: JsonValue, version: str, *, labels_only: bool) -> None:
    """Check that the version is there, a string, and everywhere the same."""
    places = [spot for spot in _version_places(ome) if "version" in spot.value]
    for place in places:
        _check_version(place, version)
    if places or ome.log.has("ome-missing"):
        return
    if ome.log.minor > 4:
        ome.report("labels-version" if labels_only else "version-missing", "`version` is missing")
    elif _version_places(ome) and not ome.log.has(*_VERSION_CODES):
        ome.report("version-missing", "no version is stated")


_VERSION_CODES = ("plate-version", "multiscales-version", "well-version", "label-version")


def _version_places(ome: JsonValue) -> list[JsonValue]:
    """Return the objects in which a version stands."""
    if ome.log.minor > 4:
        return [ome]
    inner = [(key, ome.value.get(key)) for key in ("plate", "well", "image-label")]
    images = ome.value.get("multiscales")
    inner += [(f"multiscales/{index}", entry) for index, entry in enumerate(images if isinstance(images, list) else ())]
    return [JsonValue(ome.log, value, key) for key, value in inner if isinstance(value, dict)]


def _check_version(place: JsonValue, version: str) -> None:
    written = place.text("version", wrong="version-type")
    if written is None or written in _SPELLINGS[version]:
        return
    if version == "0.6" and _DRAFT.fullmatch(written):
        place.report("draft-version", f"the metadata name the draft {quote(written)}", "version")
    else:
        place.report("version-value", f"`version` should be {quote(version)}; found {quote(written)}", "version")


def _find_draft(attributes: object) -> int | None:
    """Return the number of the draft of 0.6 that a document names."""
    ome = attributes.get("ome", attributes) if isinstance(attributes, dict) else None
    written = ome.get("version") if isinstance(ome, dict) else None
    draft = _DRAFT.fullmatch(written) if isinstance(written, str) else None
    return int(draft[1] or 1) if draft else None


def _check_format(ome: JsonValue, version: str, zarr_format: int | None) -> None:
    expected = 2 if ome.log.minor < 5 else 3
    if zarr_format not in (None, expected):
        ome.report("version-format", f"version {version} belongs to Zarr format {expected}; found format {zarr_format}")
