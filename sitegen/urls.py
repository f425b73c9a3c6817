"""Addresses: how they are normalized, joined and shown, and what is named after them.

One dataset has one address, however lists write it: spellings that RFC 3986, 6.2.2 and
6.2.3, calls equivalent become one. It is percent-encoded once, as a viewer must receive
it: the real lists hold 1,136 raw spaces and 10 `%20`. Local folders are `file:` addresses,
so that everything after the lists sees one form. Pure functions; whether a request may be
made to an address is decided in `net`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from os.path import normpath
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import idna

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
SCHEMES = ("http", "https", "s3", "gs", "file")
"""Schemes of the addresses of lists and datasets."""
_AUTHORITY = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]+:[/\\]*|[/\\]{2,})([^/?#]*)")
_USUAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9.:_-]*)(/[!-\"$->@-~]*)?")
"""Addresses of printable ASCII without user, query and fragment: authority and path."""
_PORTS = {"http": 80, "https": 443}
# RFC 3986, 3.3: the characters of a path; `%` is left as it is, so that nothing is encoded twice.
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_PARENT = re.compile(r" *\.[. ]*\.[. ]*(;|$)")
_MAX_PATH_CHARS = 1_024
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ARCHIVE_SUFFIXES = (".ozx", ".zip")
"""Of zipped OME-Zarr: that of RFC-9, and what was usual before it (`.zarr.zip`)."""
_ENDING = re.compile(r"(\.ome)?\.zarr$", re.IGNORECASE)
_NOT_READABLE = re.compile(r"[^a-z0-9]+")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_ENCODED_NON_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_MAX_HOST_CHARS = 253
"""RFC 1035, 2.3.4."""
# RFC 3986, 2.3: encoded or not, these characters mean the same.
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LIST_SUFFIXES = (".csv", ".tsv", ".json")
ZARR_DOCUMENT = "zarr.json"
# Often the address of a metadata document is listed in place of its dataset's.
_DOCUMENTS = (f"/{ZARR_DOCUMENT}", "/.zattrs", "/.zgroup", "/.zmetadata")


def has_scheme(address: str) -> bool:
    """Return whether the address names a scheme, such as `https:` or `s3:`; a drive letter is not one."""
    return bool(_SCHEME.match(address))


def scheme(address: str) -> str:
    """Return the scheme in lower case, empty for a path."""
    return address.partition(":")[0].lower() if has_scheme(address) else ""


def has_credentials(address: str) -> bool:
    """Return whether the address holds a user name or password, which no message may repeat.

    A backslash does not end the host: parsers differ, and some find a password in `user\\:password@host`.
    """
    authority = _AUTHORITY.match(address)
    return authority is not None and "@" in unquote(authority[1])


def is_remote(address: str) -> bool:
    """Return whether the address has a scheme other than `file:`."""
    return has_scheme(address) and not address.lower().startswith("file:")


def is_list(address: str) -> bool:
    """Return whether the address is that of a list: its path ends in `.csv`, `.tsv` or `.json`.

    Case and query are ignored. A `zarr.json` is the metadata document of a dataset.
    """
    path = urlsplit(address).path if has_scheme(address) else address.split("?")[0].split("#")[0]
    path = path.lower().rstrip()
    return path.endswith(_LIST_SUFFIXES) and path.rpartition("/")[2] != ZARR_DOCUMENT


def is_archive(url: str) -> bool:
    """Return whether the address is that of zipped OME-Zarr, by its ending; case and query are ignored."""
    return split(url)[1].lower().endswith(_ARCHIVE_SUFFIXES)


def encode(text: str) -> str:
    """Return a path percent-encoded once, whether it is encoded already or not."""
    return _unify_escapes(quote(_STRAY_PERCENT.sub("%25", text), safe=_PATH_SAFE))


def _unify_escapes(text: str) -> str:
    """Return encoded text with escapes of unreserved characters decoded, others in upper case (RFC 3986, 6.2.2)."""
    return _ENCODED.sub(_unify_escape, text) if "%" in text else text


def _unify_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def normalize(address: str, *, whole: bool = False) -> str:
    """Return the one address of what several spellings name.

    Its path is encoded once, without dot segments and trailing slash; its host is in lower case, without the dot of
    the DNS root and a default port; its fragment is left out. In an object store, dot segments are part of a name.
    A metadata document at its end is left out, too, unless the address is wanted `whole`. Raises ValueError for an
    invalid port or an unpaired bracket.
    """
    parts = urlsplit(address.strip())
    scheme_ = parts.scheme.lower()
    host = _host(_unify_escapes(parts.hostname or "").lower(), parts.port, scheme_)
    userinfo = parts.netloc.rpartition("@")[0]
    netloc = f"{userinfo}@{host}" if userinfo else host
    raw_hash = f"{parts.path}%23{parts.fragment}" if _is_name(parts.fragment) else parts.path
    path = encode(raw_hash)
    path = (_without_dot_segments(path) if scheme_ in _PORTS else path).rstrip("/")
    for document in () if whole else _DOCUMENTS:
        path = path.removesuffix(document)
    query = quote(parts.query, safe="%/?:@!$&'()*+,;=-._~")
    return urlunsplit((scheme_, netloc, path.rstrip("/"), _unify_escapes(query), ""))


def without_fragment(address: str) -> str:
    """Return a relative address without its fragment, as `normalize` leaves it out."""
    path, _, fragment = address.partition("#")
    return address if _is_name(fragment) else path


def _is_name(fragment: str) -> bool:
    """Return whether a `#` belongs to the name of a dataset, because the end of the name comes after it."""
    return any(ending in fragment.lower() for ending in (".zarr", ".ozx"))


def _without_dot_segments(path: str) -> str:
    """Return an absolute path without `.` and `..` (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def ascii_name(name: str) -> str:
    """Return the name of a host as DNS and HTTP know it: `münchen.example` → `xn--mnchen-3ya.example`.

    Source: RFC 3986, 3.2.2; UTS #46, as browsers apply it. A name that cannot be encoded is left as it is.
    """
    decoded = _ENCODED_NON_ASCII.sub(lambda found: unquote(found[0]), name)
    if decoded.isascii() or len(decoded) > _MAX_HOST_CHARS:
        return name
    try:
        return idna.encode(decoded, uts46=True).decode("ascii")
    except UnicodeError:
        return name


def _host(name: str, port: int | None, scheme: str) -> str:
    name = ascii_name(name) if scheme in _PORTS else name
    name = name.removesuffix(".") if scheme in _PORTS else name
    shown = f"[{name}]" if ":" in name else name
    return shown if port is None or _PORTS.get(scheme) == port else f"{shown}:{port}"


def from_path(path: Path, *, whole: bool = False) -> str:
    """Return the `file:` address of a local path; `whole` as for `normalize`."""
    return normalize(path.absolute().as_uri(), whole=whole)


def to_path(address: str) -> Path:
    """Return the local path of a `file:` address."""
    return Path(unquote(urlsplit(address).path))


def resolve(base: str, address: str) -> str:
    """Return an absolute address; a relative one begins at the folder of `base`, the address or path of a list."""
    if has_scheme(address):
        return address
    if is_remote(base):
        # urljoin knows the schemes that have paths, and s3: is not among them.
        scheme_, _, rest = base.partition(":")
        path, mark, query = address.partition("?")
        return scheme_ + urljoin(f"http:{rest}", encode(path) + mark + query).removeprefix("http")
    folder = to_path(base).parent if has_scheme(base) else Path(base).absolute().parent
    return from_path(Path(normpath(folder / address)))  # as text: links are not followed


def below(url: str, *parts: str) -> str:
    """Return the address of a file below a dataset; a part, not encoded, may hold several segments of a path."""
    split = urlsplit(url)
    tail = "/".join(quote(part.strip("/"), safe="/!$&'()*+,;=-._~:@") for part in parts if part.strip("/"))
    return urlunsplit(split._replace(path=f"{split.path.rstrip('/')}/{tail}" if tail else split.path))


def is_subpath(path: str) -> bool:
    """Return whether a relative path stays below where it starts, however often a server decodes it.

    False where it holds `..` as a segment, in the spellings that some servers take for it, too (`.. `, `..;`); a
    backslash, a colon, or a character that cannot be printed; or a slash that is percent-encoded. False for a path
    above 1,024 characters, too.
    """
    if len(path) > _MAX_PATH_CHARS:
        return False
    decoded = path
    while (once := unquote(decoded)) != decoded:
        decoded = once
    if decoded.count("/") != path.count("/") or not decoded.isprintable() or set(decoded) & set(":\\"):
        return False
    return not any(map(_PARENT.match, decoded.split("/")))


def split(url: str) -> tuple[str, str]:
    """Return the authority and the path, as `urlsplit` does; in a quarter of its time for most addresses."""
    if usual := _USUAL.fullmatch(url):
        return usual[1], usual[2] or ""
    parts = urlsplit(url)
    return parts.netloc, parts.path


def host(url: str) -> str:
    """Return the host with its port, the bucket of an `s3:` address, or `local files`."""
    return split(url)[0].rpartition("@")[2] or "local files"


def tail(url: str, count: int = 1) -> str:
    """Return the last `count` segments of the path, decoded."""
    path = split(url)[1]
    segments = [part for part in path.split("/") if part][-count:]
    return "/".join(map(unquote, segments) if "%" in path else segments) or host(url)


def stem(url: str) -> str:
    """Return the last segment without `.ome.zarr` or `.zarr`."""
    last = unquote(split(url)[1].rstrip("/").rpartition("/")[2]) or host(url)
    return _ENDING.sub("", last) or last


def slug(text: str) -> str:
    """Return a name for files and addresses: lower-case letters and digits, joined by `-`, then a short hash.

    The hash distinguishes texts that differ in other characters alone, such as `Göttingen` and `G ttingen`.
    """
    return f"{_readable(text)}-{_digest(text)[:6]}"


def dataset_id(url: str) -> str:
    """Return the permanent id: a readable stem, then 60 bits of the address's SHA-256 in base 32.

    Among a million datasets the probability that two hashes are equal is below one in a million.
    """
    readable = _readable(stem(url))
    return f"{readable}-{_digest(url)[:12]}" if readable else _digest(url)[:12]


def _readable(text: str) -> str:
    return _NOT_READABLE.sub("-", text.lower()).strip("-")[:48].strip("-")


def _digest(text: str) -> str:
    """Return the first 80 bits of a text's SHA-256 in base 32."""
    return base64.b32encode(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:10]).decode().lower()


def redact(url: str) -> str:
    """Return the address as a message may show it: without user, password, query and fragment."""
    if url.startswith(("http://", "https://")) and _USUAL.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    host = parts.netloc.replace("%40", "@").rpartition("@")[2]
    if not host and parts.scheme != "file" and has_credentials(url):  # they are in what was taken for a path
        return "the address"
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))
