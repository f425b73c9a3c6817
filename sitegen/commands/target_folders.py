"""What a TARGET of `sitegen validate` on this machine is, where it is no OME-Zarr: nothing, or another folder.

A message says what is there and what to name instead.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from sitegen.errors import explain_os_error
from sitegen.formatting import plural
from sitegen.model import Problem
from sitegen.model.codes import make_problem

_MAX_ENTRIES = 10_000
"""Entries of a folder that are looked at."""
_NAMED = 3
_ZARR_DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
_CHECK_PATH = "Check the path, and the folder that the command runs in."
_NAME_STORE = "Name the folder that holds `zarr.json` or `.zattrs`."


def find_obstacle(path: Path) -> Problem | None:
    """Return why nothing can be read at a path; None where there is a file or folder."""
    try:
        path.stat()
    except OSError as error:
        return _unreadable(error)
    if path.is_file() or path.is_dir():
        return None
    return make_problem("not-zarr", message="it is neither a file nor a folder", hint=_NAME_STORE)


def describe_folder(path: Path) -> Problem:
    """Return what a folder without Zarr metadata is."""
    try:
        message, hint = _describe_entries(sorted(islice(path.iterdir(), _MAX_ENTRIES)))
    except OSError as error:
        return _unreadable(error)
    return make_problem("not-zarr", message=f"there is no Zarr group, array or metadata document; {message}", hint=hint)


def _unreadable(error: OSError) -> Problem:
    code = "forbidden" if isinstance(error, PermissionError) else "not-found"
    return make_problem(code, message=explain_os_error(error), hint=_CHECK_PATH)


def _describe_entries(entries: list[Path]) -> tuple[str, str]:
    """Return in words what is in a folder, and what to name instead."""
    if not entries:
        return "the folder is empty", _NAME_STORE
    stores = [entry.name for entry in entries if any((entry / name).is_file() for name in _ZARR_DOCUMENTS)]
    if stores:
        return f"Zarr is in {plural(len(stores), 'folder')} below it: {_names(stores)}", "Name one of these folders."
    if any(entry.name == "attributes.json" for entry in entries):
        return "it looks like an N5 container, which is another format", "Convert it to OME-Zarr."
    return f"it holds {_names([entry.name for entry in entries])}", _NAME_STORE


def _names(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
