"""Code to copy: how to open a dataset, at any of its resolutions, in the tools that people use.

Each snippet works when pasted. What differs from one resolution to another is in parts with a slot, which a page fills
anew when the visitor chooses another one; the rest is the same for all. Texts of the data stand inside literals of the
language (`literals`), so that an address or path can never end a string and become code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sitegen import formatting, urls
from sitegen.model import Level, Record
from sitegen.ome.versions import VERSIONS, AxesForm
from sitegen.site.literals import inside_double_quotes, inside_matlab, inside_shell
from sitegen.site.measures import array_bytes
from sitegen.site.viewers import image_url
from sitegen.urls import tail, to_path

MAX_LEVELS = 16
"""Resolutions to choose among; the coarser ones of a deeper pyramid are smaller than a screen."""

# Virtual-hosted and path style addresses of Amazon S3; other hosts speak S3 at addresses of their own.
_VIRTUAL = re.compile(r"^(?P<bucket>[a-z0-9.-]+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$")
_PATH_STYLE = re.compile(r"^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$")

_DRIVERS = {"http": "http", "https": "http", "s3": "s3", "gs": "gs"}
"""Scheme of an address → the extra of fsspec that reads it (https://filesystem-spec.readthedocs.io/en/latest/)."""
_ZARR, _DASK = '"zarr>=3.1"', '"dask[array]"'
_READ_BY_OME_ZARR = frozenset(("image", "plate", "series", "well", "labels"))
_MATLAB_DTYPES = frozenset(
    ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetPart:
    """A part of a snippet."""

    text: str
    slot: str = ""
    """Which of the values of a resolution it is; empty for what is the same at all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Lines to copy, and what they are for."""

    name: str
    language: str
    """`python`, `shell`, `matlab` or `text`."""
    parts: tuple[SnippetPart, ...]

    @property
    def code(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def has_levels(self) -> bool:
        """Whether it differs from one resolution to another."""
        return any(part.slot for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLevel:
    """A resolution that code can be made for."""

    words: str
    """`1 · 1,024 × 1,024 × 31 · 5.2 GB uncompressed`."""
    slots: Mapping[str, str]
    """Slot → text: `path` in a Python string, `url` in one that is an address, `shell`, `matlab`, `number`, `about`."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """The place of a value of the resolution."""

    name: str


_PATH, _URL, _SHELL, _MATLAB = _Slot("path"), _Slot("url"), _Slot("shell"), _Slot("matlab")
_NUMBER, _ABOUT = _Slot("number"), _Slot("about")


def level_choices(record: Record) -> tuple[CodeLevel, ...]:
    """Return the resolutions that code can be made for, finest first."""
    found = record.found
    return tuple(
        CodeLevel(words=_level_words(record, number, level), slots=_make_slots(record, number, level))
        for number, level in enumerate(found.levels[:MAX_LEVELS])
    )


def snippets(record: Record, number: int = 0) -> tuple[Snippet, ...]:
    """Return what can be copied to open a resolution of this dataset; nothing for one that could not be read."""
    found = record.found
    if found.kind is None:
        return ()
    level = found.levels[number] if found.levels else Level(path="")
    make = _Maker(record, _make_slots(record, number, level))
    return tuple(make.of_archive() if found.zipped else make.of_folder())


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


def _level_words(record: Record, number: int, level: Level) -> str:
    size = formatting.size(array_bytes(level.shape, record.found.dtype))
    pixels = formatting.pixels(record.found.axes, level.shape)
    return " · ".join(part for part in (str(number), pixels, size and f"{size} uncompressed") if part)


def _make_slots(record: Record, number: int, level: Level) -> dict[str, str]:
    encoded = urls.below("", level.path).lstrip("/")
    in_web = record.url.startswith("http")
    return {
        "path": inside_double_quotes(level.path),
        "url": inside_double_quotes(encoded),
        "shell": inside_shell(level.path),
        "matlab": inside_matlab(encoded if in_web else level.path),
        "number": str(number),
        "about": _about(record, level),
    }


def _about(record: Record, level: Level) -> str:
    """Return what a comment says of a resolution: its shape with the names of the axes, its data type and its size."""
    found = record.found
    if not level.shape:
        return ""
    shape = " × ".join(map(str, level.shape))
    names = ", ".join(axis.name if axis.name.isidentifier() else "?" for axis in found.axes or ())
    dtype = found.dtype if (found.dtype or "").isidentifier() else ""
    size = formatting.size(array_bytes(level.shape, found.dtype))
    parts = (f"{shape} ({names})" if names else shape, dtype, size and f"{size} uncompressed")
    return "  # " + ", ".join(part for part in parts if part)


def _matlab_can(record: Record) -> bool:
    """Return whether the library of MathWorks reads the format and the data type."""
    return record.found.zarr_format == 2 and record.found.dtype in _MATLAB_DTYPES


def _is_local(record: Record) -> bool:
    return record.url.startswith("file:")


def _location(url: str) -> str:
    """Return what a tool is given: the address, or the path of a local folder; object stores do not decode keys."""
    if url.startswith("file:"):
        return str(to_path(url))
    return unquote(url) if url.startswith(("s3:", "gs:")) else url


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the snippets of one resolution."""

    record: Record
    slots: Mapping[str, str]

    def of_folder(self) -> Iterator[Snippet]:
        """Yield what opens a hierarchy of files."""
        found, bucket = self.record.found, s3_address(self.record.url)
        yield self._zarr()
        if found.levels:
            yield self._dask()
            yield self._tensorstore()
        if found.kind in _READ_BY_OME_ZARR:
            yield self._ome_zarr()
            yield self._napari()
        version = VERSIONS.get(found.ome_zarr_version or "")
        readable = version is not None and version.axes is AxesForm.OBJECTS  # by BigDataViewer
        if found.kind != "array" and readable:
            yield self._fiji()
        if (
            found.levels
            and found.zarr_format == 2
            and found.dtype in _MATLAB_DTYPES
            and (bucket or _is_local(self.record))
        ):
            yield self._matlab()
        if bucket:
            yield self._aws(bucket)
        elif found.levels and not _is_local(self.record):
            yield self._download_level()

    def of_archive(self) -> Iterator[Snippet]:
        """Yield what opens zipped OME-Zarr; other tools do not read it."""
        bucket = s3_address(self.record.url)
        yield self._zarr_of_archive()
        if self.record.found.levels and not self.record.url.startswith(("s3:", "gs:")):
            yield self._tensorstore()
        if bucket:
            yield self._make("aws s3", "shell", f"aws s3 cp --no-sign-request '{inside_shell(bucket)}' .")
        elif self.record.url.startswith("http"):
            name, url = inside_shell(f"./{tail(self.record.url)}"), inside_shell(self.record.url)
            yield self._make("curl", "shell", f"curl --location --output '{name}' '{url}'")

    def _make(self, name: str, language: str, *texts: str | _Slot) -> Snippet:
        parts = (
            SnippetPart(text=self.slots[text.name], slot=text.name)
            if isinstance(text, _Slot)
            else SnippetPart(text=text)
            for text in texts
        )
        return Snippet(name=name, language=language, parts=tuple(part for part in parts if part.text or part.slot))

    @property
    def _image(self) -> str:
        """Address of the representative image, inside a string of Python."""
        return inside_double_quotes(_location(image_url(self.record)).rstrip("/"))

    @property
    def _is_array(self) -> bool:
        """Whether the array of the resolution is the dataset itself."""
        return not (self.record.found.levels and self.slots["path"])

    @property
    def _anonymous(self) -> str:
        """Argument that reads S3 without credentials, as the dataset was read for the catalog."""
        return ', storage_options={"anon": True}' if self.record.url.startswith("s3:") else ""

    def _install(self, *packages: str) -> str:
        """Return the comment that says what to install.

        The extra `remote` of zarr brings no driver for addresses of the web or of object stores; those of fsspec do.
        From its release 2024.12 on zarr can use drivers that are not asynchronous, such as that of zip archives.
        """
        extra = _DRIVERS.get(urlsplit(self.record.url).scheme)
        driver = (f'"fsspec[{extra}]>=2024.12"',) if extra else ()
        return f"# pip install {' '.join((*packages, *driver))}\n"

    def _zarr(self) -> Snippet:
        head = f"{self._install(_ZARR)}import zarr\n\n"
        if self._is_array:
            return self._make(
                "zarr", "python", f'{head}node = zarr.open("{self._image}", mode="r"{self._anonymous})\nprint(node)'
            )
        opened = f'{head}image = zarr.open_group("{self._image}", mode="r"{self._anonymous})\npixels = image["'
        return self._make("zarr", "python", opened, _PATH, '"]', _ABOUT, "\nprint(pixels.shape, pixels.dtype)")

    def _zarr_of_archive(self) -> Snippet:
        """Return code that reads an archive where it is: a local one as a ZipStore, others by fsspec."""
        record = self.record
        lines = [self._install(_ZARR) + "import zarr", ""]
        if _is_local(record):
            lines += [f'store = zarr.storage.ZipStore("{inside_double_quotes(_location(record.url))}", mode="r")']
        else:
            options = ', storage_options={"s3": {"anon": True}}' if record.url.startswith("s3:") else ""
            lines += [
                "absent = (FileNotFoundError, KeyError)  # releases of fsspec say so of a file that the archive lacks",
                f'url = "{inside_double_quotes(f"zip::{_location(record.url)}")}"',
                f"store = zarr.storage.FsspecStore.from_url(url, read_only=True, allowed_exceptions=absent{options})",
            ]
        lines.append('root = zarr.open(store, mode="r")\n')
        above = inside_double_quotes("".join(f"{part}/" for part in (record.found.image_path,) if part))
        head = "\n".join(lines)
        if record.found.kind == "array" or not (above or self.slots["path"]):
            return self._make("zarr", "python", f"{head}print(root)")
        return self._make(
            "zarr",
            "python",
            f'{head}pixels = root["{above}',
            _PATH,
            '"]',
            _ABOUT,
            "\nprint(pixels.shape, pixels.dtype)",
        )

    def _dask(self) -> Snippet:
        component = () if self._is_array else (', component="', _PATH, '"')
        return self._make(
            "dask",
            "python",
            f'{self._install(_DASK, _ZARR)}import dask.array\n\npixels = dask.array.from_zarr("{self._image}"',
            *component,
            f"{self._anonymous})",
            _ABOUT,
            "\nprint(pixels)  # nothing is read until you call .compute()",
        )

    def _tensorstore(self) -> Snippet:
        driver = "zarr3" if self.record.found.zarr_format == 3 else "zarr"
        return self._make(
            "tensorstore",
            "python",
            f'# pip install tensorstore\nimport tensorstore\n\nspec = {{"driver": "{driver}", "kvstore": {{',
            *self._kvstore(),
            "}}\npixels = tensorstore.open(spec, open=True, read=True).result()",
            _ABOUT,
            "\nprint(pixels.shape, pixels.dtype)",
        )

    def _kvstore(self) -> Iterator[str | _Slot]:
        """Yield where tensorstore finds the array (https://google.github.io/tensorstore/kvstore/)."""
        record, parts = self.record, urlsplit(self.record.url)
        slash = "" if self._is_array else "/"
        if record.found.zipped:
            path = inside_double_quotes(f"{record.found.image_path or ''}/".lstrip("/"))
            where = "path" if _is_local(record) else "base_url"
            kind = "file" if _is_local(record) else "http"
            location = inside_double_quotes(_location(record.url))
            yield f'\n    "driver": "zip", "base": {{"driver": "{kind}", "{where}": "{location}"}},\n'
            yield from (f'    "path": "{path}', _PATH, f'{slash}"\n')
        elif parts.scheme in ("s3", "gs"):
            key = inside_double_quotes(unquote(urlsplit(image_url(record)).path).lstrip("/"))
            kind = '"s3", "aws_credentials": {"type": "anonymous"}' if parts.scheme == "s3" else '"gcs"'
            yield f'\n    "driver": {kind},\n    "bucket": "{inside_double_quotes(parts.netloc)}",'
            yield from (f' "path": "{key}{slash}', _PATH, '/"\n')
        elif _is_local(record):
            yield f'"driver": "file", "path": "{self._image}{slash}'
            yield from (_PATH, '/"')
        else:
            yield f'"driver": "http", "base_url": "{self._image}{slash}'
            yield from (_URL, '/"')

    def _ome_zarr(self) -> Snippet:
        return self._make(
            "ome-zarr-py",
            "python",
            "# pip install ome-zarr\nfrom ome_zarr.io import parse_url\nfrom ome_zarr.reader import Reader\n\n"
            f'location = parse_url("{self._image}")\nimage = next(iter(Reader(location)()))\npixels = image.data[',
            _NUMBER,
            "]",
            _ABOUT,
            "\nprint(pixels)  # a dask array: nothing is read until you call .compute()",
        )

    def _napari(self) -> Snippet:
        root = self.record.url if self.record.found.kind == "plate" else image_url(self.record)
        address = inside_shell(_location(root))
        head = '# pip install "napari[all]" napari-ome-zarr\n# napari reads the resolution that the view needs\n'
        return self._make("napari", "shell", f"{head}napari --plugin napari-ome-zarr '{address}'")

    def _fiji(self) -> Snippet:
        steps = "In Fiji with the update site MoBIE:\nPlugins › BigDataViewer › OME-Zarr › Open OME-Zarr from S3…\n"
        return self._make("Fiji", "text", steps + image_url(self.record))

    def _matlab(self) -> Snippet:
        """Return code for the library of MathWorks, which reads Zarr v2, local or on Amazon S3."""
        address = inside_matlab(_location(image_url(self.record)).rstrip("/"))
        slash = "" if self._is_array else "/"
        return self._make(
            "MATLAB",
            "matlab",
            "% needs https://github.com/mathworks/MATLAB-support-for-Zarr-files and Python with tensorstore\n"
            f'pixels = zarrread("{address}{slash}',
            _MATLAB,
            '");\nsize(pixels)',
        )

    def _aws(self, bucket: str) -> Snippet:
        folder = inside_shell(unquote(urlsplit(self.record.url).path.rstrip("/").rpartition("/")[2]) or "dataset")
        if self._is_array:
            code = f"aws s3 sync --no-sign-request '{inside_shell(bucket)}/' '{folder}/'"
            return self._make("aws s3", "shell", code)
        above = inside_shell("".join(f"/{part}" for part in (self.record.found.image_path,) if part))
        return self._make(
            "aws s3",
            "shell",
            f"# this resolution\naws s3 sync --no-sign-request '{inside_shell(bucket)}{above}/",
            _SHELL,
            f"/' '{folder}{above}/",
            _SHELL,
            f"/'\n# everything\naws s3 sync --no-sign-request '{inside_shell(bucket)}/' '{folder}/'",
        )

    def _download_level(self) -> Snippet:
        """Return code that saves a resolution, chunk by chunk: hosts of the web have no list of files."""
        name = inside_double_quotes(re.sub(r"(\.ome)?\.zarr$", "", unquote(tail(self.record.url))) or "dataset")
        component = () if self._is_array else (', component="', _PATH, '"')
        return self._make(
            "Download",
            "python",
            f'{self._install(_DASK, _ZARR)}import dask.array\n\npixels = dask.array.from_zarr("{self._image}"',
            *component,
            f"{self._anonymous})",
            _ABOUT,
            f'\npixels.to_zarr("{name}-',
            _NUMBER,
            '.zarr")',
        )
