"""Why a dataset that could be read has no picture: which of its problems is the reason, in words.

A record may have many problems, and most say nothing of its picture: a time-out of the
RO-Crate, a wrong scale. So the codes say what they have to do with pictures (`of_picture`
in CODES); an answer of a host, or a document, counts where it belongs to the picture's
image, levels or chunks. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.model import Problem, PublicFindings
from sitegen.model.codes import CODES, PictureCause

_IMAGE = "image"
"""Where a problem is that ended the reading of the representative image."""
_LABELS = "labels"
"""Group of an image with its label images."""
_MONTAGE = "wells"
"""Where a problem is that belongs to the montage of a plate."""


def explain_missing_picture(found: PublicFindings) -> str:
    """Return in a sentence why a dataset has no picture."""
    problem = find_picture_problem(found)
    if problem is None:
        return "No picture was made."
    row = CODES[problem.code]
    words = problem.message if row.part == "rules" else row.meaning  # the meaning of a rule is what should hold
    return f"No picture: {words[:1].lower()}{words[1:]}"


def find_picture_problem(found: PublicFindings) -> Problem | None:
    """Return the problem that left a dataset without a picture; None where there is none.

    First what says that the pixels could not be read or drawn; then what the host answered for the image, its levels
    or its chunks, and what is wrong with their documents; last what says that there is no image to draw.
    """
    known = [problem for problem in found.problems if problem.code in CODES and not _is_beside(problem, found)]
    ranked = (*_of_picture(known, "pixels"), *_at_picture(known, found), *_of_picture(known, "image"))
    return next(iter(ranked), None)


def _is_beside(problem: Problem, found: PublicFindings) -> bool:
    """Return whether a problem is that of another picture or image: the montage, a label image, another well."""
    image, where = found.image_path or "", problem.where
    labels = f"{image}/{_LABELS}/".lstrip("/")
    if where == _MONTAGE or where.startswith(labels):
        return True
    of_rule = CODES[problem.code].part == "rules"
    return bool(image and where and of_rule) and not where.startswith(f"{image}/")


def _of_picture(problems: list[Problem], cause: PictureCause) -> Iterator[Problem]:
    return (each for each in problems if CODES[each.code].of_picture == cause)


def _at_picture(problems: list[Problem], found: PublicFindings) -> Iterator[Problem]:
    """Yield the problems of reading what the picture is made of."""
    image = found.image_path or ""
    paths = {f"{image}/{level.path}".strip("/") for level in found.levels}
    for problem in problems:
        row = CODES[problem.code]
        here = problem.where == _IMAGE or any(_is_at(problem.where, path) for path in paths)
        if here and (row.part in ("hosts", "documents") or row.of_picture):
            yield problem


def _is_at(where: str, path: str) -> bool:
    """Return whether a place is the array at `path`, or in it; `/c/0/0` is in the array at the root."""
    return where.startswith(f"{path}/") or (bool(path) and where == path)
