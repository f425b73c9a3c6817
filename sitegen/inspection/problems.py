"""Makes the problems of a dataset and its pictures that are not violations of a rule of OME-Zarr."""

from __future__ import annotations

import re
import traceback
from dataclasses import replace

from sitegen.errors import FetchError, WorkerDiedError, find_error
from sitegen.formatting import printable
from sitegen.model import Problem
from sitegen.model.codes import CODES, make_problem
from sitegen.ome import Node
from sitegen.urls import redact

_MEMORY = re.compile(r"0x[0-9a-f]{6,}", re.IGNORECASE)


def unexpected_failure(error: Exception, what: str = "failed on this dataset") -> Problem:
    """Return the problem of a bug in sitegen: what it did, the exception, and where it was raised.

    Its words are the same each time: addresses of memory are left out of them.
    """
    error = find_error(error, Exception) or error
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    said = printable(_MEMORY.sub("0x…", str(error)[:200]))
    return make_problem("internal-error", message=f"sitegen {what}: {type(error).__name__}: {said} ({where})")


def located(path: str, problem: Problem) -> Problem:
    """Return a problem of the node at `path` with its place below the dataset, not below the node."""
    return replace(problem, where=f"{path}/{problem.where.strip('/')}".rstrip("/")) if path else problem


def problem_of(error: FetchError, *, where: str = "") -> Problem:
    """Return a failed request as a problem."""
    return make_problem(error.code, where, str(error), hint=error.hint)


def address_moved(address: str) -> Problem:
    """Return the note of a dataset whose host redirects to another address for good."""
    return make_problem("address-moved", message=f"the host says that this address has moved for good, to {address}")


def image_below(path: str, outermost: str) -> Problem:
    """Return the problem of a plain Zarr group above the image at `path`."""
    return make_problem(
        "not-ome-zarr",
        message=f"this is a Zarr group without OME-Zarr metadata; shown is what was found below it, at {path}",
        hint=f"List the address that ends in {outermost} instead.",
    )


def no_image(root: Node, requested: str = "") -> Problem:
    """Return why a dataset that is Zarr has no picture; requested: in words how much of what it lists was requested."""
    if root.kind == "group":
        return make_problem(
            "not-ome-zarr",
            message="this is a Zarr group without OME-Zarr metadata, so nothing says where its images are",
        )
    asked = f" ({requested})" if requested else ""
    message = f"no image could be found in this {root.kind}{asked}, so there is no picture"
    return make_problem("no-image", message=message)


def level_missing(path: str) -> Problem:
    """Return the problem of an image none of whose levels has an array that can be drawn."""
    return make_problem(
        "dataset-missing",
        path,
        "the metadata name this level, but no array that can be read is there, so no picture was made",
    )


def worker_died(where: str, error: WorkerDiedError) -> Problem:
    """Return the problem of a picture whose decoding ended the process that did it."""
    return make_problem("picture-crash", where, f"its chunks could not be decoded: {error}")


def thumbnail_unusable(address: str, why: str) -> Problem:
    """Return the problem of a supplied thumbnail that cannot be used."""
    return make_problem(
        "thumbnail-unreadable",
        "thumbnails",
        f"the supplied thumbnail {redact(address)[:100]} cannot be used: {why}",
        hint="Upload it, or remove it from the metadata; a picture was drawn instead.",
    )


def thumbnail_not_fetched(address: str, error: FetchError) -> Problem:
    """Return why a supplied thumbnail was not received; with the code of the request where it may pass by itself."""
    problem = thumbnail_unusable(address, str(error))
    if not (CODES[error.code].transient or CODES[error.code].limited_by):
        return problem
    message = f"{problem.message}; a picture was drawn instead"
    return replace(problem, code=error.code, message=message, hint=error.hint)
