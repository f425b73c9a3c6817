"""A well: the list of its fields of view."""

from __future__ import annotations

import re

from sitegen.validate.json_value import JsonValue, check_different, quote

_NAME = re.compile(r"[A-Za-z0-9]+")
_NAME_OF_6 = re.compile(r"(?!__)(?!\.+$)[A-Za-z0-9_.-]+")  # a Zarr node name


def judge_well(well: JsonValue) -> None:
    """Check a well."""
    images = well.objects("images", wrong="well-images-type", missing="well-images-missing", empty="well-images-empty")
    fits = (_NAME if well.log.minor < 6 else _NAME_OF_6).fullmatch
    for image in images:
        path = image.text("path", wrong="field-path-type", missing="field-path-missing")
        if path is not None and not fits(path):
            image.report("field-path", f"`path` should be one plain name; found {quote(path)}", "path")
        image.whole("acquisition", wrong="field-acquisition-type")
    check_different(images, by="path", equal="well-images-duplicate", same="field-path-duplicate")
    well.has("version", missing="well-version")
