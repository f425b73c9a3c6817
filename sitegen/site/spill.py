"""A temporary file for what search files and tables are made of: a million datasets need more than memory should hold.

What is added is read by its place in the file. The file has no name that others could open, and is gone when it is
closed or the process ends.
"""

from __future__ import annotations

from tempfile import TemporaryFile, gettempdir
from types import TracebackType

from sitegen.errors import BuildError, explain_os_error


class Spill:
    """Bytes in a temporary file. Raises BuildError where there is no space for it."""

    def __init__(self) -> None:
        try:
            self._file = TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `__exit__`
        except OSError as error:
            raise _not_written(error) from None
        self._size = 0

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the file."""
        self._file.close()

    def add(self, content: bytes) -> slice:
        """Return where the content is from now on."""
        self._file.seek(self._size)
        view = memoryview(content)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise _not_written(error) from None
        start, self._size = self._size, self._size + len(content)
        return slice(start, self._size)

    def read(self, place: slice) -> bytes:
        """Return the bytes at a place."""
        self._file.seek(place.start)
        return self._file.read(place.stop - place.start)


def _not_written(error: OSError) -> BuildError:
    return BuildError(
        f"{gettempdir()}: a temporary file cannot be written: {explain_os_error(error)}; "
        "free some space there, or name another folder in the variable TMPDIR"
    )
