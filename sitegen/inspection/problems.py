"""Problems of a dataset and its pictures that are no broken rule of OME-Zarr, and how they are made.

Codes are public: add, never rename.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import replace

from sitegen.errors import FetchError, WorkerDiedError
from sitegen.model import Problem, Severity
from sitegen.ome import Node
from sitegen.urls import redact

VISIT_PROBLEMS: Mapping[str, tuple[Severity, str]] = {
    "internal-error": ("error", "sitegen itself failed on this dataset; please report it."),
    "not-current": ("warning", "The dataset does not answer as it did; what is shown was read earlier."),
    "not-ome-zarr": (
        "warning",
        "A Zarr group without OME-Zarr metadata; shown is what was found below it, if anything.",
    ),
    "no-image": ("error", "No image could be found in it, so it has no picture."),
    "term-unknown": ("warning", "An organism or imaging method is no identifier of a known ontology."),
    "record-cut": ("warning", "Its metadata hold so much that long texts and lists are cut in the catalog."),
    "store-too-large": ("warning", "So many groups and arrays that `sitegen validate` judged only the first of them."),
    "organism-doubtful": ("note", "The stated organism is not the one that name or description speak of."),
    "picture-axes": ("warning", "No level has two axes of space, so there is no plane to show."),
    "picture-budget": ("warning", "A picture would cost its host more than a picture may cost."),
    "picture-codec": ("warning", "The chunks are compressed in a way that is not read."),
    "picture-crash": (
        "error",
        "Decoding the chunks ended the process that did it, or took it over a minute; they are probably damaged.",
    ),
    "chunk-corrupt": ("error", "A chunk is not what its codec writes; it was left out of the picture."),
    "chunk-checksum": ("error", "A chunk's checksum is wrong; it was left out of the picture."),
    "chunk-size": ("error", "A chunk unpacks to another size than its metadata say; it was left out of the picture."),
    "shard-index": ("warning", "A shard's index cannot be read; its chunks were left out of the picture."),
    "thumbnail-unreadable": ("warning", "The thumbnail that the dataset supplies cannot be used."),
}
"""Code → level, meaning."""


def unexpected_failure(error: Exception) -> Problem:
    """Return the problem of a bug in sitegen: the exception, and where it was raised."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return Problem(
        code="internal-error",
        level="error",
        message=f"sitegen failed on this dataset: {type(error).__name__}: {str(error)[:200]} ({where})",
        hint="this is a bug of sitegen, not of the data; please report it with the dataset's address",
    )


def problem_of(error: FetchError, *, where: str = "") -> Problem:
    """Return a failed request as a problem."""
    return Problem(code=error.code, level="error", where=where, message=str(error), hint=error.hint)


def image_below(path: str, outermost: str) -> Problem:
    """Return the problem of a plain Zarr group above the image at `path`."""
    return Problem(
        code="not-ome-zarr",
        level="warning",
        message=f"this is a Zarr group without OME-Zarr metadata; shown is what was found below it, at {path}",
        hint=f"list the address that ends in {outermost} instead",
    )


def no_image(root: Node) -> Problem:
    """Return why a dataset that is Zarr has no picture."""
    if root.kind == "group":
        return Problem(
            code="not-ome-zarr",
            level="warning",
            message="this is a Zarr group without OME-Zarr metadata, so nothing says where its images are",
            hint="name the image below it in the list, or add OME-Zarr metadata",
        )
    return Problem(
        code="no-image",
        level="error",
        message=f"no image could be found in this {root.kind}, so there is no picture",
        hint="see the problems of its parts; the list's column series0 may name the image to show",
    )


def level_missing(path: str) -> Problem:
    """Return the problem of an image none of whose levels has an array that can be drawn."""
    return Problem(
        code="dataset-missing",
        level="error",
        where=path,
        message="the metadata name this level, but no array that can be read is there, so no picture was made",
        hint="write the level, or remove it from the metadata",
    )


def worker_died(where: str, error: WorkerDiedError) -> Problem:
    """Return the problem of a picture whose decoding ended the process that did it."""
    return Problem(
        code="picture-crash",
        level="error",
        where=where,
        message=f"decoding its chunks was given up: {error}",
        hint="the chunks are probably damaged; write the level again",
    )


def thumbnail_unusable(address: str, why: str) -> Problem:
    """Return the problem of a supplied thumbnail that cannot be used."""
    return Problem(
        code="thumbnail-unreadable",
        level="warning",
        where="thumbnails",
        message=f"the supplied thumbnail {redact(address)[:100]} cannot be used: {why}",
        hint="upload it, or remove it from the metadata; a picture was drawn instead",
    )


def thumbnail_not_fetched(address: str, error: FetchError) -> Problem:
    """Return why a supplied thumbnail was not received; what may pass by itself has the code of the request."""
    problem = thumbnail_unusable(address, str(error))
    if error.status != "unreachable" and error.code != "bytes-spent":
        return problem
    message = f"{problem.message}; a picture was drawn instead"
    return replace(problem, code=error.code, message=message, hint=error.hint)
