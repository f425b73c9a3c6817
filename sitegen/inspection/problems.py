"""What can be said of a dataset and its pictures beyond its metadata: each code with its level and meaning.

One table, for the README, the rules page and the tests; the messages are made where the
problems arise, because only there it is known what was found. Codes are promises to
those who link to them: add, never rename.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping

from sitegen.model import Problem, Severity

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


def our_fault(error: Exception) -> Problem:
    """Return what there is to say of a bug of ours: the exception, and where it came from."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return Problem(
        code="internal-error",
        level="error",
        message=f"sitegen failed on this dataset: {type(error).__name__}: {str(error)[:200]} ({where})",
        hint="this is a fault of sitegen, not of the data; please report it with the dataset's address",
    )
