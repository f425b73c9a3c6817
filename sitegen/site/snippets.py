"""Code to copy: how to open a dataset in the tools that people use.

Each snippet works when pasted. Addresses are quoted as literals of the language (JSON strings are Python
strings; the shell gets `shlex.quote`), so that a dataset's address or path can never end a string and become
code.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sitegen.model import Record
from sitegen.ome.versions import VERSIONS, AxesForm
from sitegen.site.viewers import image_url
from sitegen.urls import tail, to_path

# Virtual-hosted and path style addresses of Amazon S3; other hosts speak S3 at addresses of their own.
_VIRTUAL = re.compile(r"^(?P<bucket>[a-z0-9.-]+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$")
_PATH_STYLE = re.compile(r"^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$")

_DRIVERS = {"http": "http", "https": "http", "s3": "s3", "gs": "gs"}
"""Scheme of an address → the extra of fsspec that reads it (https://filesystem-spec.readthedocs.io/en/latest/)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Lines to copy, and what they are for."""

    name: str
    language: str
    """`python`, `shell` or `text`."""
    code: str


def snippets(record: Record) -> tuple[Snippet, ...]:
    """Return what can be copied to open this dataset; nothing for one that could not be read."""
    if record.found.kind is None:
        return ()
    if record.found.zipped:
        return _of_archive(record)
    made = [_zarr(record)]
    if record.found.kind in ("image", "plate", "series", "well", "labels"):
        made += [_ome_zarr(record), _napari(record)]
    version = VERSIONS.get(record.found.ome_zarr_version or "")
    readable = version is not None and version.axes is AxesForm.OBJECTS  # by BigDataViewer
    if record.found.kind != "array" and readable:
        made.append(_fiji(record))
    bucket = s3_address(record.url)
    if bucket:
        made.append(_aws(bucket, record))
    return tuple(made)


def _of_archive(record: Record) -> tuple[Snippet, ...]:
    """Return what can be copied to open zipped OME-Zarr: other tools do not read it."""
    made = [_zarr_of_archive(record)]
    bucket = s3_address(record.url)
    if bucket:
        code = f"aws s3 cp --no-sign-request {shlex.quote(bucket)} ."
        made.append(Snippet(name="aws s3", language="shell", code=code))
    elif record.url.startswith("http"):
        made.append(Snippet(name="curl", language="shell", code=_download(record.url)))
    return tuple(made)


def _download(url: str) -> str:
    name = tail(url)
    return f"curl --location --output {shlex.quote(f'./{name}')} {shlex.quote(url)}"


def _zarr_of_archive(record: Record) -> Snippet:
    """Return code that reads an archive where it is: zarr-python opens a local one as a ZipStore, others by fsspec."""
    path = "/".join(filter(None, (record.found.image_path, record.found.levels[0].path if record.found.levels else "")))
    lines = [_install(record.url), "import zarr", ""]
    if record.url.startswith("file:"):
        lines += [f'store = zarr.storage.ZipStore({_literal(_location(record.url))}, mode="r")']
    else:
        options = ', storage_options={"s3": {"anon": True}}' if record.url.startswith("s3:") else ""
        lines += [
            "absent = (FileNotFoundError, KeyError)  # how releases of fsspec say that a file is not in the archive",
            f"url = {_literal(f'zip::{record.url}')}",
            f"store = zarr.storage.FsspecStore.from_url(url, read_only=True, allowed_exceptions=absent{options})",
        ]
    lines.append('root = zarr.open(store, mode="r")')
    if record.found.kind == "array" or not path:
        lines.append("print(root)")
    else:
        lines += [f"pixels = root[{_literal(path)}]", "print(pixels.shape, pixels.dtype)"]
    return Snippet(name="zarr", language="python", code="\n".join(lines))


def s3_address(url: str) -> str | None:
    """Return the `s3://bucket/key` form of an address on S3, or None."""
    parts = urlsplit(url)
    key = unquote(parts.path).lstrip("/")
    if parts.scheme == "s3":
        return f"s3://{parts.netloc}/{key}"
    virtual = _VIRTUAL.match(parts.hostname or "")
    if virtual:
        return f"s3://{virtual['bucket']}/{key}"
    return f"s3://{key}" if _PATH_STYLE.match(parts.hostname or "") and "/" in key else None


def _location(url: str) -> str:
    """Return what a tool is given: the address, or the path of a local folder."""
    return str(to_path(url)) if url.startswith("file:") else url


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _zarr(record: Record) -> Snippet:
    path = record.found.levels[0].path if record.found.levels else ""
    address = _literal(_location(image_url(record)))
    if record.url.startswith("s3:"):
        address += ', storage_options={"anon": True}'
    lines = [_install(record.url), "import zarr", ""]
    if record.found.kind == "array" or not path:
        lines += [f'node = zarr.open({address}, mode="r")', "print(node)"]
    else:
        shape = f"  # {_axes(record)}" if record.found.shape and record.found.axes else ""
        lines += [
            f'image = zarr.open_group({address}, mode="r")',
            f"pixels = image[{_literal(path)}]{shape}",
            "print(pixels.shape, pixels.dtype)",
        ]
    return Snippet(name="zarr", language="python", code="\n".join(lines))


def _install(url: str) -> str:
    """Return the comment that says what to install.

    The extra `remote` of zarr brings no driver for addresses of the web or of object stores; the extras of fsspec do.
    From its release 2024.12 on zarr can use drivers that are not asynchronous, such as that of zip archives.
    """
    extra = _DRIVERS.get(urlsplit(url).scheme)
    driver = f' "fsspec[{extra}]>=2024.12"' if extra else ""
    return f'# pip install "zarr>=3.1"{driver}'


def _axes(record: Record) -> str:
    names = "".join(axis.name if axis.name.isidentifier() else "?" for axis in record.found.axes or ())
    return f"axes {', '.join(names)}; {record.found.dtype or ''}".rstrip("; ")


def _ome_zarr(record: Record) -> Snippet:
    code = f"""# pip install ome-zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader

location = parse_url({_literal(_location(image_url(record)))})
image = next(iter(Reader(location)()))
print([level.shape for level in image.data])  # dask arrays, finest first"""
    return Snippet(name="ome-zarr-py", language="python", code=code)


def _napari(record: Record) -> Snippet:
    address = shlex.quote(_location(record.url if record.found.kind == "plate" else image_url(record)))
    code = f'# pip install "napari[all]" napari-ome-zarr\nnapari --plugin napari-ome-zarr {address}'
    return Snippet(name="napari", language="shell", code=code)


def _fiji(record: Record) -> Snippet:
    code = f"""In Fiji with the update site MoBIE:
Plugins › BigDataViewer › OME-Zarr › Open OME-Zarr from S3…
{image_url(record)}"""
    return Snippet(name="Fiji", language="text", code=code)


def _aws(bucket: str, record: Record) -> Snippet:
    folder = urlsplit(record.url).path.rstrip("/").rpartition("/")[2]
    target = shlex.quote(f"{unquote(folder) or 'dataset'}/")
    code = f"aws s3 sync --no-sign-request {shlex.quote(bucket + '/')} {target}"
    return Snippet(name="aws s3", language="shell", code=code)
