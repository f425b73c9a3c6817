"""`croissant.json`: the tables of the index for machine learning (Croissant 1.0), with types, meanings and checksums.

The format demands an address, a license and creators; where the configuration states none of these, there is no such
file. Records are read from `index.parquet`, where lists are lists; without it from `index.csv`, where they are texts.
The pixels are not a part of it: each record has the address of its dataset.

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html, "Dataset-level information", "Resources".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sitegen import formatting
from sitegen.model import Catalog, Page
from sitegen.outputs.checksums import DataFile
from sitegen.outputs.encoding import to_json
from sitegen.outputs.flat import Column, ColumnType, columns
from sitegen.site.structured import describe_catalog, license_ld, name_of_catalog, web_uri
from sitegen.site.values import last_change

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        term: f"cr:{term}"
        for term in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet"),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
}
"""That of the specification, whole, as readers compare it."""
_TYPES: Mapping[ColumnType, str] = {
    "text": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "time": "sc:Date",
    "map": "sc:Text",
}
"""Type of a column → that of a field; Croissant 1.0 has one type for dates and times."""
_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/x-parquet", "gz": "application/gzip"}
"""Ending of a table → its media type, as Croissant spells it."""
_READ_FIRST = ("parquet", "csv")


def is_describable(catalog: Catalog) -> bool:
    """Return whether the configuration and the lists state what Croissant demands."""
    return bool(license_ld(catalog.license) and (catalog.publisher or catalog.sources))


def croissant_files(catalog: Catalog, files: Iterable[DataFile]) -> Iterator[Page]:
    """Give `croissant.json`. files: those of the site for programs; the tables among them are described."""
    tables = [each for each in files if each.path.startswith("index") and _ending(each) in _MEDIA_TYPES]
    read = next((kind for kind in _READ_FIRST if any(_ending(each) == kind for each in tables)), None)
    full: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name_of_catalog(catalog),
        "description": describe_catalog(catalog),
        "url": catalog.base_url,
        "license": license_ld(catalog.license),
        "creator": _creators(catalog),
        "publisher": _organization(catalog.publisher) if catalog.publisher else None,
        "datePublished": (last_change(catalog.records) or catalog.built_at)[:10],
        "keywords": ["OME-Zarr", "bioimaging", "microscopy"],
        "distribution": [_file_object(each, catalog) for each in tables],
        "recordSet": [_record_set(each) for each in tables if _ending(each) == read],
    }
    stated = {key: value for key, value in full.items() if value is not None}
    yield Page(path="croissant.json", content=to_json(stated) + b"\n")


def _ending(file: DataFile) -> str:
    return file.path.rpartition(".")[2]


def _creators(catalog: Catalog) -> list[dict[str, object]]:
    """Return who made the index: the institutions whose lists it is made of, else who runs the catalog."""
    made = [_organization(each.name, each.url) for each in catalog.sources]
    return made or ([_organization(catalog.publisher)] if catalog.publisher else [])


def _organization(name: str, url: str | None = None) -> dict[str, object]:
    address = web_uri(url)
    found = {"@type": "sc:Organization", "name": formatting.plain(name, 300)}
    return {**found, "url": address} if address else {**found}


def _file_object(file: DataFile, catalog: Catalog) -> dict[str, object]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": file.description,
        "contentUrl": f"{catalog.base_url or ''}{file.path}",
        "contentSize": f"{file.size_bytes} B",
        "encodingFormat": _MEDIA_TYPES[_ending(file)],
        "sha256": file.sha256,
    }


def _record_set(file: DataFile) -> dict[str, object]:
    name = file.path.partition(".")[0].replace("index", "datasets")
    has_types = _ending(file) == "parquet"
    fields = [_field(each, name, file, has_types) for each in columns() if not (has_types and each.type == "map")]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": "One record a dataset; `url` is the address of its pixels.",
        "key": {"@id": f"{name}/id"},
        "field": fields,
    }


def _field(column: Column, record_set: str, file: DataFile, has_types: bool) -> dict[str, object]:
    """Return a field; a list is one only where the file has types, and a text elsewhere."""
    is_text = bool(column.depth) and not has_types
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": "sc:Text" if is_text else _TYPES[column.type],
        **({"repeated": True} if column.depth and has_types else {}),
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": column.name}},
    }
