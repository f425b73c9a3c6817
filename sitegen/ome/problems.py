"""Problems of reading: one table of codes.

These are not rules of OME-Zarr: they report what could not be read, and what may be
wrong in what was read. Codes are promises to those who link to them: add, never
rename. `doc-type`, `both-formats` and `ome-xml` are the names that the rules use, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model import Problem, Severity

PROBLEMS: Mapping[str, tuple[Severity, str]] = {
    # code: (level, hint)
    "not-json": ("error", "The server should answer 404 for a file that is not there; check the address."),
    "json-invalid": ("error", "Write the document again with a Zarr library, or mend it with a JSON checker."),
    "json-too-large": ("error", "Metadata this large cannot be read by browsers either; move bulk values into arrays."),
    "json-too-deep": ("error", "Flatten the document; metadata need only a few levels."),
    "json-encoding": ("warning", "Save the document as UTF-8, without a byte order mark."),
    "json-nan": (
        "warning",
        'JSON has no NaN or Infinity; leave the value out, or in fill_value write it as text: "NaN".',
    ),
    "json-number": ("warning", "Write a number that fits 64 bits."),
    "json-surrogate": ("warning", "Write characters beyond U+FFFF as UTF-8, or as a complete pair of \\u escapes."),
    "duplicate-key": ("warning", "Keep one of them; readers disagree which one counts."),
    "doc-type": ("error", "The document must be a JSON object: { … }."),
    "not-zarr": ("error", "Give the address of the .zarr folder itself."),
    "both-formats": ("note", "Delete the documents of one format, so that all readers see the same."),
    "zarr-format": ("warning", "Write zarr_format as a number, 2 or 3; Zarr libraries refuse to open anything else."),
    "version-unknown": ("note", "It is shown as far as it can be read, and not validated."),
    "array-unreadable": ("error", "Write the array's metadata again with a Zarr library."),
    "list-too-long": ("note", "Only the first entries are shown; nothing is wrong unless the list is."),
    "path-unsafe": ("error", "Give a path below the group, without `..`, a scheme, or a leading slash."),
    "crate-unreadable": ("note", "Write ro-crate-metadata.json again; it must be JSON."),
    "ome-xml": ("warning", "Write OME/METADATA.ome.xml again with Bio-Formats; it must be OME-XML without a DTD."),
    "ome-xml-too-large": ("note", "It was not read; name the images in the OME group's `series`."),
}
_MOST = 50  # enough to correct a document that is wrong throughout


def make_problem(code: str, where: str, message: str) -> Problem:
    """Return the problem `code` of the table, at `where`."""
    level, hint = PROBLEMS[code]
    return Problem(code=code, level=level, where=where, message=message, hint=hint)


@dataclass(slots=True)
class ProblemLog:
    """Collects problems while one node is read; not more than 50."""

    where: str = ""
    """Path of the node below the dataset."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, at: str, message: str) -> None:
        """Add a problem at a place inside the node."""
        if len(self.problems) < _MOST:
            place = f"{self.where}/{at}" if self.where and at else self.where or at
            self.problems.append(make_problem(code, place, message))
