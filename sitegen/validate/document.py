"""One metadata document: its OME metadata, their version, and each thing that they describe.

Every key that is there is validated by its own rules. The official schemas, by contrast,
accept a document of which one of several descriptions is valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome.detection import find_version, guess_version
from sitegen.ome.versions import VERSIONS
from sitegen.validate.json_value import JsonValue
from sitegen.validate.labels import validate_label, validate_labels
from sitegen.validate.multiscales import validate_multiscales
from sitegen.validate.omero import validate_omero
from sitegen.validate.plate import validate_plate
from sitegen.validate.rules import RULES
from sitegen.validate.scene import validate_scene
from sitegen.validate.series import LAYOUT, validate_layout, validate_series
from sitegen.validate.validation_log import ValidationLog, describe
from sitegen.validate.well import validate_well

DocumentKind = Literal["image", "plate", "well", "series", "ome", "labels", "label", "scene"]
"""As what a document can be validated: `series` is the container, `ome` the group in it that lists the images."""

_FORMAT_WITH_KEY = 3
"""The Zarr format of metadata below a key of their own: format 2 has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """Whether a document or store is valid, and what is wrong with it."""

    valid: bool | None
    """False if there is an error; None where no rules are known for its version."""
    problems: tuple[Problem, ...] = ()


# Kind of document → the key that it must have, and the code where it has not.
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


def _at(key: str, invalid: str, validate: Callable[[JsonValue], None]) -> Callable[[JsonValue], None]:
    """Return a function that validates the object at `key`; `invalid` is reported where it is no object."""

    def validate_member(ome: JsonValue) -> None:
        if member := ome.get_object(key, invalid=invalid):
            validate(member)

    return validate_member


# Key of the OME metadata → what validates it, in the order of the problems.
_VALIDATORS: Mapping[str, Callable[[JsonValue], None]] = {
    "plate": _at("plate", "plate-type", validate_plate),
    LAYOUT: validate_layout,
    "scene": _at("scene", "scene-type", validate_scene),
    "well": _at("well", "well-type", validate_well),
    "multiscales": validate_multiscales,
    "omero": _at("omero", "omero-type", validate_omero),
    "image-label": validate_label,
    "labels": validate_labels,
    "series": validate_series,
}
_VERSION_CODES = ("plate-version", "multiscales-version", "well-version", "label-version")


def validate_document(
    attributes: object,
    *,
    version: str | None,
    kind: str | None = None,
    zarr_format: int | None = None,
    whole: bool = False,
    standalone: bool = True,
    path: str = "",
) -> ValidationResult:
    """Validate one document by the rules of a version.

    Parameters
    ----------
    attributes : the OME metadata, or the group's attributes, with the key `ome` where the version has it
    version : a name of the table of versions; by any other, or None, the document is not validated
    kind : validate it as a document of this kind (see DocumentKind); None validates each key that is there
    zarr_format : the Zarr format in which it was found, if known
    whole : these are all the attributes, so that the key `ome` must be there where the version has it
    standalone : the store was not read; rules that depend on it are only warnings
    path : path of the group below the dataset, put before each place
    """
    row = VERSIONS.get(version or "")
    if row is None:
        return report_unknown_version(version, path)
    log = ValidationLog(row, standalone=standalone, path=path, stated=_stated_version(attributes))
    ome = _find_ome(log, attributes, whole=whole)
    if ome is not None:
        has_key = ome.value is not attributes
        _validate_ome(ome, kind)
        _validate_format(ome, zarr_format, has_key=has_key)
    problems = log.problems()
    return ValidationResult(valid=not any(problem.level == "error" for problem in problems), problems=problems)


def choose_version(attributes: Mapping[str, object], zarr_format: int) -> tuple[str | None, str | None]:
    """Return the version by which to validate OME metadata, and the version that they state.

    The first is None for an unknown version, such as `0.9.dev1`. Text that does not begin like a version is a
    mistake, and no unknown version: such metadata are validated as what they look like.
    """
    version, stated = find_version(attributes, zarr_format=zarr_format)
    if version is None and stated is not None and not stated[:1].isdigit():
        return guess_version(attributes, zarr_format), stated
    return version, stated


def report_unknown_version(version: str | None, path: str = "") -> ValidationResult:
    """Return the result for a version without rules: neither valid nor invalid, and a note that says so."""
    rule = RULES.in_force(VERSIONS.rows[-1].name)["version-unknown"]
    message = "the version is not known" if version is None else f"there are no rules for version {describe(version)}"
    problem = make_problem(rule.code, path, message, level=rule.level, hint=rule.hint)
    return ValidationResult(valid=None, problems=(problem,))


def _stated_version(attributes: object) -> object:
    """Return what a document states as its version, where it states one for all of its metadata."""
    ome = attributes.get("ome", attributes) if isinstance(attributes, dict) else None
    return ome.get("version") if isinstance(ome, dict) else None


def _find_ome(log: ValidationLog, attributes: object, *, whole: bool) -> JsonValue | None:
    """Return the OME metadata of a document."""
    if not isinstance(attributes, dict):
        log.report_invalid("doc-type", "", "the metadata should be a JSON object", attributes)
        return None
    if "ome" not in attributes:
        if whole and log.version.metadata_key is not None:
            log.report("ome-missing", "", "`ome` is missing")
        return JsonValue(log, attributes)
    if not isinstance(attributes["ome"], dict):
        log.report_invalid("ome-type", "", "`ome` should be an object", attributes["ome"])
        return None
    return JsonValue(log, attributes["ome"])


def _validate_ome(ome: JsonValue, kind: str | None) -> None:
    keys = [key for key in _VALIDATORS if key in ome.value]
    added = [(key, validate) for key, validate in RULES.validators(ome.log.version.name) if key in ome.value]
    if kind is not None and kind in _KEYS:
        key, missing = _KEYS[kind]
        ome.require(key, missing=missing)
    elif not keys and not added and not ome.log.has_reported("ome-missing"):
        ome.report("kind-missing", "no key describes an image, plate, well, label, series or scene")
    for key in keys:
        _VALIDATORS[key](ome)
    for _, validate in added:
        validate(ome)
    _validate_versions(ome, labels_only=kind == "labels" or keys == ["labels"])


def _validate_versions(ome: JsonValue, *, labels_only: bool) -> None:
    """Validate that the version is stated, as a string, and everywhere the same."""
    places = list(_version_places(ome))
    stated = [place for place in places if "version" in place.value]
    for place in stated:
        _validate_version(place)
    if stated or ome.log.has_reported("ome-missing"):
        return
    if not ome.log.version.version_keys:
        ome.report("labels-version" if labels_only else "version-missing", "`version` is missing")
    elif places and not ome.log.has_reported(*_VERSION_CODES):
        ome.report("version-missing", "no version is stated")


def _version_places(ome: JsonValue) -> Iterator[JsonValue]:
    """Yield the objects that may state the version."""
    if not ome.log.version.version_keys:
        yield ome
    for place in ome.log.version.version_keys:
        key = place.removesuffix("/*")
        value = ome.value.get(key)
        if key == place and isinstance(value, dict):
            yield JsonValue(ome.log, value, key)
        elif key != place and isinstance(value, list):
            entries = ((index, entry) for index, entry in enumerate(value) if isinstance(entry, dict))
            yield from (JsonValue(ome.log, entry, f"{key}/{index}") for index, entry in entries)


def _validate_version(place: JsonValue) -> None:
    version = place.log.version
    stated = place.get_string("version", invalid="version-type")
    if stated is None or stated in version.spellings:
        return
    if version.find_draft(stated):
        place.report("draft-version", f"{describe(stated)} is a draft of version {version.name}", "version")
    else:
        place.report_invalid("version-value", "version", describe(version.name), stated)


def _validate_format(ome: JsonValue, zarr_format: int | None, *, has_key: bool) -> None:
    """Validate that a version is stored in its Zarr format. has_key: the metadata are below the key `ome`."""
    version = ome.log.version
    if zarr_format is None and has_key:
        zarr_format = _FORMAT_WITH_KEY
    if has_key and zarr_format == version.zarr_format != _FORMAT_WITH_KEY:
        expected = f"metadata below `ome` belong to Zarr format {_FORMAT_WITH_KEY}"
        ome.report("version-format", f"{expected}; found format {zarr_format}")
    elif zarr_format not in (None, version.zarr_format):
        expected = f"version {version.name} belongs to Zarr format {version.zarr_format}"
        ome.report("version-format", f"{expected}; found format {zarr_format}")
