"""A temporary file for what the search files are made of: a million datasets need more of it than memory should hold.

What is added is read by its place in the file. The file has no name that others could open, and is gone when it is
closed or the process ends.
"""

from __future__ import annotations

from tempfile import TemporaryFile
from types import TracebackType


class Spill:
    """Bytes in a temporary file."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `__exit__`
        self._size = 0

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, content: bytes) -> slice:
        """Return where the content is from now on."""
        self._file.seek(self._size)
        view = memoryview(content)
        while view:
            view = view[self._file.write(view) :]
        start, self._size = self._size, self._size + len(content)
        return slice(start, self._size)

    def read(self, place: slice) -> bytes:
        """Return the bytes at a place."""
        self._file.seek(place.start)
        return self._file.read(place.stop - place.start)
