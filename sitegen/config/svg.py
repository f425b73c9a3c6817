"""Whether an SVG can be published: it must be drawn from itself alone.

An `<img>` runs no script and loads nothing, but whoever opens the file by its address gets a document of the
catalog's own site. So scripts, event handlers, embedded pages and references to other files are refused, as are
entities, which can grow without limit. Pure; the parser is expat, which is told to stop at the first fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

_ACTIVE = frozenset(("script", "foreignObject", "iframe", "embed", "object", "handler", "listener", "audio", "video"))
_REFERENCES = frozenset(("href", "src"))
_INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);)", re.IGNORECASE)
"""What a reference may lead to: a part of the same file, or a picture in it."""
_ANIMATIONS = frozenset(("set", "animate"))
_CSS_REFERENCE = re.compile(
    r"""url\(\s*["']?\s*([^"')\s]*)|@import|\\|\b(?:image|image-set|src|expression)\s*\(""", re.IGNORECASE
)
"""What leads out of a style sheet, or could hide that it does; a group holds an address."""
_MOST_ELEMENTS = 20_000
"""More take a browser a second to draw; a usual logo has below 200."""


class _Fault(Exception):
    """What is wrong, as the end of a sentence."""


def describe_svg_fault(body: bytes) -> str | None:
    """Return why an SVG must not be published, as the end of a sentence; None if it may."""
    try:
        _Reader().read(body)
    except _Fault as fault:
        return str(fault)
    except expat.ExpatError as error:
        return f"an SVG that is not well-formed XML (line {error.lineno}: {expat.ErrorString(error.code)})"
    return None


class _Reader:
    """Reads an SVG element by element, and raises _Fault at the first one that is not allowed."""

    def __init__(self) -> None:
        self.elements = 0
        self.style: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.buffer_text = True

    def read(self, body: bytes) -> None:
        """Read a document to its end."""
        self.parser.Parse(body, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self.elements += 1
        if self.elements > _MOST_ELEMENTS:
            raise _Fault(f"an SVG of more than {_MOST_ELEMENTS:,} elements; simplify it")
        target = attributes.get("attributeName", "").rpartition(":")[2].lower() if local in _ANIMATIONS else ""
        if local in _ACTIVE or target in _REFERENCES or target.startswith("on"):
            raise self._refused(f"the element {local}")
        if local == "style":
            self.style = []
        for attribute, value in attributes.items():
            self._attribute(attribute.rpartition(" ")[2], value)

    def _attribute(self, name: str, value: str) -> None:
        if name.lower().startswith("on"):
            raise self._refused(f"the event handler {name}")
        if name in _REFERENCES and not _INSIDE.match(value):
            raise self._refused(f"a reference to {value.strip()[:60]}")
        self._check_style(value)

    def _text(self, text: str) -> None:
        if self.style is not None:
            self.style.append(text)

    def _end(self, name: str) -> None:
        if self.style is not None and name.rpartition(" ")[2] == "style":
            self._check_style("".join(self.style))
            self.style = None

    def _check_style(self, text: str) -> None:
        for found in _CSS_REFERENCE.finditer(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
            if found[1] is None or not _INSIDE.match(found[1]):
                raise self._refused(f"a reference to {(found[1] or found[0])[:60]} in its style")

    def _entity(self, name: str, *_: object) -> None:
        raise self._refused(f"the entity {name}")

    def _instruction(self, target: str, data: str) -> None:
        raise self._refused(f"the processing instruction {target}")

    def _refused(self, what: str) -> _Fault:
        return _Fault(f"an SVG with {what} (line {self.parser.CurrentLineNumber}); save it as a plain SVG without")
