"""What a TARGET of `sitegen validate` on this machine is, where nothing can be read of it."""

from __future__ import annotations

from pathlib import Path

from sitegen.errors import explain_os_error
from sitegen.model import Problem
from sitegen.model.codes import make_problem

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


def _unreadable(error: OSError) -> Problem:
    code = "forbidden" if isinstance(error, PermissionError) else "not-found"
    return make_problem(code, message=explain_os_error(error), hint=_CHECK_PATH)
