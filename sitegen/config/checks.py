"""What the value of a configuration's key must be: a table of checks, in words and as code.

A check takes the value as TOML holds it and the folder of its file, and gives the value
as the program wants it, or raises ValueError; the error's text, if any, says what was
found where the value alone would not tell. A type with constraints, as msgspec declares
them, is a check already (`constrained`). Whether a host answers is not asked here: a
configuration can be read without a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import msgspec

from sitegen import urls

T = TypeVar("T")
_PICTURES = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".gif", ".avif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[T]):
    """What a key's value must be."""

    expected: str
    """In words."""
    read: Callable[[object, Path], T]
    """Value as TOML holds it, folder of the file → value. Raises ValueError; its text, if any, says what was found."""


def _text(value: object, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _texts(value: object, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(dict.fromkeys(_text(each, folder) for each in value))


def constrained(kind: Any) -> Check[Any]:
    """Return the check of a type, such as `Annotated[int, Meta(ge=1, le=16)]`; white space around texts goes."""

    def read(value: object, folder: Path) -> Any:
        try:
            found = msgspec.convert(value, kind)
        except msgspec.ValidationError:
            raise ValueError from None
        return found.strip() if isinstance(found, str) else found

    return Check(expected=_in_words(msgspec.inspect.type_info(kind)), read=read)


def _in_words(kind: msgspec.inspect.Type) -> str:
    """Return what a type and its constraints accept. Raises TypeError for a kind that no key has yet."""
    match kind:
        case msgspec.inspect.Metadata(type=inner, extra={"unit": unit}):
            return f"{_in_words(inner)}, of {unit}"
        case msgspec.inspect.IntType(ge=int(low), le=int(high)):
            return f"a whole number from {low} to {high}"
        case msgspec.inspect.FloatType(gt=low, le=high) if low is not None and high is not None:
            return f"a number above {low:g}, at most {high:g}"
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.StrType(pattern=pattern):
            return "text that is not empty" if pattern else "text"
    raise TypeError(f"{kind}: say in words here what it accepts")


def _web_address(value: object, folder: Path) -> str:
    text = _text(value, folder)
    parts = urlsplit(text)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError
    return text


def _site_address(value: object, folder: Path) -> str:
    text = _web_address(value, folder)
    if urlsplit(text).query or urlsplit(text).fragment:
        raise ValueError
    return text.rstrip("/") + "/"


def _viewer_address(value: object, folder: Path) -> str:
    text = _web_address(value, folder)
    if set(re.findall(r"\{[^}]*\}", text)) != {"{url}"}:
        raise ValueError
    return text


def _logo(value: object, folder: Path) -> Path:
    path = folder / _text(value, folder)
    if path.suffix.lower() not in _PICTURES:
        raise ValueError
    if not path.is_file():
        raise ValueError(f"{json.dumps(value)}, and there is no file {path}")
    return path


def _lists(value: object, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return tuple(dict.fromkeys(_list_address(_text(each, folder), folder) for each in value))


def _list_address(text: str, folder: Path) -> str:
    """Return a list's address as it is, or its path as seen from the working folder; a local list must be there."""
    if urls.has_credentials(text):
        raise ValueError("an address that holds a user name or password")
    if urls.has_scheme(text) and urls.scheme(text) not in urls.SCHEMES:
        raise ValueError(f"an address that begins with {urls.scheme(text)}:")
    if urls.is_remote(text):
        return text
    path = urls.to_path(text) if urls.has_scheme(text) else folder / text
    if not path.is_file():
        raise ValueError(f"{json.dumps(text)}, and there is no file {path}")
    return text if urls.has_scheme(text) else str(path)


TEXTS = Check(expected="a list of texts", read=_texts)
WEB_ADDRESS = Check(expected="an address that begins with https:// or http://", read=_web_address)
SITE_ADDRESS = Check(expected="the address where the site will stand, with https:// or http://", read=_site_address)
VIEWER_ADDRESS = Check(expected="an https:// or http:// address with {url} in it", read=_viewer_address)
LOGO = Check(expected=f"the path of a picture ({', '.join(_PICTURES)}), relative to this file", read=_logo)
LISTS = Check(expected='a list of CSVs, by address or path, such as ["lists/ours.csv"]', read=_lists)
