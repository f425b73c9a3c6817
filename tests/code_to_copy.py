"""The code that a dataset's page offers, as a visitor who chooses a resolution copies it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Code:
    """The code of one tool: its texts, each with the slot that it fills or an empty one."""

    name: str
    parts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """The code as the page has it, for the finest level."""
        return "".join(text for text, _ in self.parts)

    def at(self, level: dict[str, str]) -> str:
        """Return the code for a level; what the level does not state is its path."""
        return "".join(level.get(slot, level["path"]) if slot else text for text, slot in self.parts)


class CodeReader(HTMLParser):
    """Reads the section `code` of a page: its snippets, and the levels to choose among."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.codes: list[Code] = []
        self.levels: list[dict[str, str]] = []
        self._slot, self._in_code, self._name = "", False, ""
        self.feed(page[page.index('id="code"') :] if 'id="code"' in page else "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a level, a snippet or a slot."""
        found = {name: value or "" for name, value in attrs}
        if tag == "option":
            slots = {name.removeprefix("data-"): value for name, value in found.items() if name.startswith("data-")}
            self.levels.append({**slots, "path": found["value"], "number": str(len(self.levels))})
        self._name = found.get("data-label", self._name)
        if tag == "pre":
            self.codes.append(Code(self._name))
            self._in_code = True
        if tag == "span":
            self._slot = found.get("data-slot", "")

    def handle_endtag(self, tag: str) -> None:
        """End a slot or a snippet."""
        if tag == "span":
            self._slot = ""
        if tag == "pre":
            self._in_code = False

    def handle_data(self, data: str) -> None:
        """Keep the text of a snippet."""
        if self._in_code:
            self.codes[-1].parts.append((data, self._slot))

    def python(self) -> Iterator[Code]:
        """Yield the snippets that are Python."""
        return (code for code in self.codes if code.name in ("zarr", "dask", "tensorstore", "ome-zarr-py", "Download"))


def run(code: str) -> dict[str, Any]:
    """Run Python as pasted; return its variables."""
    names: dict[str, Any] = {"print": lambda *args: None}
    exec(compile(ast.parse(code), "copied", "exec"), names)
    return names
