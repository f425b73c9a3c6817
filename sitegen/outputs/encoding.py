"""How outputs write JSON and XML, whatever characters the data hold."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from sitegen.formatting import without_controls

XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def to_json(value: object) -> bytes:
    """Return JSON in UTF-8; half a surrogate pair, which the data's own JSON may hold, becomes `?`."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(msgspec.to_builtins(value)))


def xml_text(text: str) -> str:
    """Return text as the content of an element."""
    return escape(without_controls(text))


def xml_attribute(text: str) -> str:
    """Return text as the value of an attribute, in its quotes."""
    return quoteattr(without_controls(text))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(each) for key, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list | tuple) else value
