"""The checks of configuration values: what each accepts, as text for messages and as a function.

A check gets a value as `tomllib` reads it and the folder of the file, and returns the value for the program. It raises
ValueError for a value that it does not accept; the error's text, if any, says what was found, where the value alone is
not clear. `constrained` makes a check from a type with constraints of msgspec. No check uses the network, so a
configuration can be read offline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import msgspec

from sitegen import urls
from sitegen.config.colors import MIN_RATIO, Scheme, accent_colors, nearest_readable, parse_color
from sitegen.config.footer import MAX_CHARACTERS, parse_footer
from sitegen.config.logos import CATALOG_LOGO, FAVICON, LOGO, MAX_LOGO_BYTES, PictureUse, describe_fault
from sitegen.model import Footer
from sitegen.spellings import find_spelling

T = TypeVar("T")
ENGINES = ("local", "dask")
"""Where inspections can run (`sitegen.engine`)."""
_PAGE = re.compile(r"\.(?:html?|xhtml|php|aspx?|jsp)$", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w.~-]+|\[[0-9a-f:.]+\])(?::\d+)?", re.ASCII)
_MAX_SITE_ADDRESS = 1_500
"""Characters. An address in a sitemap has fewer than 2,048 (sitemaps.org, protocol 0.9)."""
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[T]):
    """What a key's value must be."""

    expected: str
    """What it accepts, as messages and the documentation say it."""
    read: Callable[[object, Path], T]
    """Value as `tomllib` reads it, folder of the file → value for the program. Raises ValueError."""


def one_of(choices: Sequence[T]) -> Check[T]:
    """Return the check of a text that is one of some."""

    def read(value: object, folder: Path) -> T:
        for each in choices:
            if each == value:
                return each
        raise ValueError

    return Check(expected=" or ".join(map(str, choices)), read=read)


def _text(value: object, folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _texts(value: object, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(dict.fromkeys(_text(each, folder) for each in value))


def constrained(kind: Any) -> Check[Any]:
    """Return the check for a type, such as `Annotated[int, Meta(ge=1, le=16)]`; it strips white space around text."""

    def read(value: object, folder: Path) -> Any:
        try:
            found = msgspec.convert(value, kind)
        except msgspec.ValidationError:
            raise ValueError from None
        return found.strip() if isinstance(found, str) else found

    return Check(expected=_expected(msgspec.inspect.type_info(kind)), read=read)


def _expected(kind: msgspec.inspect.Type) -> str:
    """Return what a type and its constraints accept, as text. Raises TypeError for a type that no key has yet."""
    match kind:
        case msgspec.inspect.Metadata(type=inner, extra={"unit": unit}):
            return f"{_expected(inner)}, in {unit}"
        case msgspec.inspect.IntType(ge=int(low), le=int(high)):
            return f"a whole number from {low} to {high}"
        case msgspec.inspect.FloatType(gt=low, le=high) if low is not None and high is not None:
            return f"a number above {low:g}, at most {high:g}"
        case msgspec.inspect.FloatType(ge=low, le=high) if low is not None and high is not None:
            return f"a number from {low:g} to {high:g}"
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.StrType(pattern=pattern):
            return "text that is not empty" if pattern else "text"
    raise TypeError(f"{kind}: add a case with a text that says what it accepts")


def _web_address(value: object, folder: Path) -> str:
    text = _text(value, folder)
    parts = urlsplit(text)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError
    return text


def _contact(value: object, folder: Path) -> str:
    """Return an address that a link can have: of a page, or of mail."""
    text = _text(value, folder)
    address = text.removeprefix("mailto:")
    return f"mailto:{address}" if _MAIL.fullmatch(address) else _web_address(text, folder)


def _site_address(value: object, folder: Path) -> str:
    text = _web_address(value, folder)
    if "?" in text or "#" in text:
        raise ValueError(f"{json.dumps(text)}; leave out what begins with ? or #")
    folder_address, _, page = text.rpartition("/")
    if _PAGE.search(page):
        raise ValueError(f"{json.dumps(text)}, a page; give the address of its folder, {folder_address}/")
    address = urls.normalize(text, whole=True) + "/"
    if not _HOST.fullmatch(urlsplit(address).netloc):
        raise ValueError(f"{json.dumps(text)}, whose host no browser can reach")
    if len(address) > _MAX_SITE_ADDRESS:
        raise ValueError(f"an address of {len(address):,} characters; give one of at most {_MAX_SITE_ADDRESS:,}")
    return address


def _viewer_address(value: object, folder: Path) -> str:
    text = _web_address(value, folder)
    if set(re.findall(r"\{[^}]*\}", text)) != {"{url}"}:
        raise ValueError
    return text


def _picture(use: PictureUse) -> Check[Path]:
    """Return the check for the path of a picture."""

    def read(value: object, folder: Path) -> Path:
        path = folder / _text(value, folder)
        if path.suffix.lower() not in use.suffixes:
            raise ValueError
        path = find_spelling(path)
        if not path.is_file():
            raise ValueError(f"{json.dumps(value)}, but there is no file {path}")
        try:
            fault = describe_fault(path, use)
        except OSError as error:
            fault = f"a file that cannot be read: {error.strerror}"
        if fault:
            raise ValueError(f"{json.dumps(value)}, {fault}")
        return path

    square = "square " if use.square_px else ""
    most = f"of at most {MAX_LOGO_BYTES // 1_000_000} MB, relative to this file"
    return Check(expected=f"the path of a {square}picture ({', '.join(use.suffixes)}) {most}", read=read)


def _color(scheme: Scheme) -> Check[str]:
    """Return the check for an accent that must be readable on the grounds of a scheme."""

    def read(value: object, folder: Path) -> str:
        color = parse_color(_text(value, folder))
        if color is None:
            raise ValueError
        ratio, other = accent_colors(color, scheme).least_contrast(scheme)
        if ratio < MIN_RATIO:
            raise ValueError(
                f"{json.dumps(value)}, whose contrast with {other} is {int(100 * ratio) / 100:.2f} to 1; the nearest "
                f"color that passes is {nearest_readable(color, scheme)}"
            )
        return color

    contrast = f"contrast of at least {MIN_RATIO} to 1 in {scheme} pages (WCAG 2.2)"
    return Check(expected=f"a color, such as #0d6675, with a {contrast}", read=read)


def _footer(value: object, folder: Path) -> Footer:
    return parse_footer(_text(value, folder))


def _lists(value: object, folder: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return tuple(dict.fromkeys(_list_address(_text(each, folder), folder) for each in value))


def _list_address(text: str, folder: Path) -> str:
    """Return the address of a list, or its path relative to the working folder; a local list must exist."""
    if urls.has_credentials(text):
        raise ValueError("an address that contains a user name or password")
    if urls.has_scheme(text) and urls.scheme(text) not in urls.SCHEMES:
        raise ValueError(f"an address that begins with {urls.scheme(text)}:")
    if urls.is_remote(text):
        return text
    path = urls.to_path(text) if urls.has_scheme(text) else folder / text
    if not find_spelling(path).is_file():
        plain, bar, adapter = text.partition("|")
        instead = f"; give {plain.rstrip('/')} alone, without the URL pipeline" if bar and ":" in adapter else ""
        raise ValueError(f"{json.dumps(text)}, but there is no file {path}{instead}")
    return text if urls.has_scheme(text) else str(path)


def _study_match(value: object, folder: Path) -> str:
    """Return what addresses of datasets begin with, or what places name a list by."""
    text = _text(value, folder)
    if urls.has_credentials(text):
        raise ValueError("an address that contains a user name or password")
    if urls.has_scheme(text):
        whole = urls.is_list(text) or not text.endswith("/")
        return text if urls.is_list(text) else urls.normalize(text) + ("" if whole else "/")
    if urls.is_list(text):
        return normpath(folder / text) if "/" in text else text
    return urls.from_path(folder / text) + ("/" if text.endswith("/") else "")


ENGINE: Check[str] = one_of(ENGINES)
TEXT = Check(expected="text that is not empty", read=_text)
STUDY_MATCH = Check(
    expected="the beginning of the addresses of datasets, or a list, such as lists/ours.csv", read=_study_match
)
TEXTS = Check(expected='a list of texts, such as ["tissue"]', read=_texts)
WEB_ADDRESS = Check(expected="an address that begins with https:// or http://", read=_web_address)
CONTACT = Check(
    expected="an e-mail address, or an address that begins with https:// or http://",
    read=_contact,
)
SITE_ADDRESS = Check(
    expected="the address at which the site will be published, with https:// or http://", read=_site_address
)
VIEWER_ADDRESS = Check(expected="an https:// or http:// address with {url} in it", read=_viewer_address)
SOURCE_LOGO = _picture(LOGO)
SITE_LOGO = _picture(CATALOG_LOGO)
SITE_ICON = _picture(FAVICON)
LIGHT_COLOR = _color("light")
DARK_COLOR = _color("dark")
FOOTER = Check(
    expected=f"text of at most {MAX_CHARACTERS:,} characters, with links as [words](https://…)", read=_footer
)
LISTS = Check(expected='a list of CSVs, by address or path, such as ["lists/ours.csv"]', read=_lists)
