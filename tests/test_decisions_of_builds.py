"""What a second build requests of a dataset that the first has read: nothing, its root, or all of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, answer, serving
from stores import write_image, write_list, write_plate

ROOT = "/a.zarr/zarr.json"
CHUNK = "/a.zarr/0/c/0/0/0"


@dataclass(slots=True, kw_only=True)
class Catalog:
    """A catalog of one dataset, `a.zarr`, that is built again and again with one cache."""

    folder: Path
    host: FaultServer
    columns: dict[str, str] = field(default_factory=dict)
    """Columns of the list beside `url`, and the dataset's values."""

    @property
    def data(self) -> Path:
        """The dataset's folder on the host."""
        return self.folder / "data" / "a.zarr"

    def build(self, *, pixels: int = 64, crawl: dict[str, object] | None = None, **options: Any) -> Site:
        """Build the site; the host forgets the requests of earlier builds."""
        self.host.asked.clear()
        rows = [",".join(["url", *self.columns]), ",".join([self.host.url("/a.zarr"), *self.columns.values()])]
        config = write_config(self.folder / "c.toml", write_list(self.folder / "r.csv", *rows), **(crawl or {}))
        config.write_text(config.read_text().replace("thumbnail_px = 64", f"thumbnail_px = {pixels}"))
        return build_site(config, self.folder, **options)

    def asked(self) -> list[str]:
        """Return the paths that the latest build requested with GET, in order."""
        return [asked.path for asked in self.host.asked if asked.method == "GET"]

    def record(self, site: Site) -> dict[str, Any]:
        """Return the dataset's record."""
        return site.records()["a.zarr"]

    def edit_root(self, **ome: object) -> None:
        """Change keys of the root's metadata."""
        path = self.data / "zarr.json"
        document = json.loads(path.read_text())
        document["attributes"]["ome"] |= ome
        path.write_text(json.dumps(document))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """A catalog of one image of two levels."""
    write_image(tmp_path / "data" / "a.zarr")
    with serving(tmp_path / "data") as host:
        yield Catalog(folder=tmp_path, host=host)


def test_first_build_reads_root_and_pixels(catalog: Catalog) -> None:
    """A dataset that was never read is inspected."""
    site = catalog.build()

    assert catalog.record(site)["status"] == "ok"
    assert {ROOT, "/a.zarr/0/zarr.json"} <= set(catalog.asked())
    assert any("/c/" in path for path in catalog.asked())


def test_root_is_compared_with_a_conditional_request(catalog: Catalog) -> None:
    """The host need not send a root that it has sent before."""
    catalog.build()
    catalog.build(refresh=True)

    (asked,) = (asked for asked in catalog.host.asked if asked.method == "GET")
    assert asked.headers["if-none-match"].startswith('"')


def test_host_without_etags_is_compared_by_content(catalog: Catalog) -> None:
    """A root that is sent again and has the same bytes is unchanged."""
    body = (catalog.data / "zarr.json").read_bytes()
    catalog.host.scripts[ROOT] = [answer(200, body)]
    catalog.build()
    site = catalog.build(refresh=True)

    assert catalog.asked() == [ROOT]
    assert catalog.record(site)["status"] == "ok"


def test_old_record_costs_its_root(catalog: Catalog) -> None:
    """A record older than max_age_days is compared, without a refresh."""
    catalog.build()
    catalog.build(crawl={"max_age_days": 1e-9})

    assert catalog.asked() == [ROOT]


def test_changed_root_is_inspected(catalog: Catalog) -> None:
    """The record says what the new root says, and the picture is rendered anew."""
    before = catalog.record(catalog.build())
    catalog.edit_root(omero={"channels": [{"label": "red", "color": "FF0000"}, {"label": "blue", "color": "0000FF"}]})
    after = catalog.record(catalog.build(refresh=True))

    assert [channel["label"] for channel in after["channels"]] == ["red", "blue"]
    assert after["thumbnail"]["path"] != before["thumbnail"]["path"]


def test_changed_root_of_a_young_record_waits(catalog: Catalog) -> None:
    """Until the record is due, its change is not noticed."""
    before = catalog.record(catalog.build())
    catalog.edit_root(name="another")
    after = catalog.record(catalog.build())

    assert (catalog.asked(), after) == ([], before)


def test_image_that_became_a_plate(catalog: Catalog) -> None:
    """Nothing of the old image remains in the record."""
    catalog.build()
    shutil.rmtree(catalog.data)
    write_plate(catalog.data, ["A/1", "B/2"])
    after = catalog.record(catalog.build(refresh=True))

    assert (after["kind"], after["image_path"], after["images"]) == ("plate", "A/1/1", 2)
    assert after["plate"]["present"] == [[0, 0], [1, 1]]


@pytest.mark.parametrize("pixels", [32, 48])
def test_new_size_of_pictures(catalog: Catalog, pixels: int) -> None:
    """New settings render the pictures again; the documents come from the cache."""
    catalog.build()
    site = catalog.build(pixels=pixels)

    assert catalog.record(site)["thumbnail"]["width"] == pixels
    assert not [path for path in catalog.asked() if path.endswith("zarr.json")]
    assert [path for path in catalog.asked() if "/c/" in path]


def test_old_size_of_pictures_again(catalog: Catalog) -> None:
    """Settings that are taken back give the pictures of before."""
    first = catalog.record(catalog.build())
    catalog.build(pixels=48)
    again = catalog.record(catalog.build())

    assert again["thumbnail"] == first["thumbnail"]


def test_stated_bytes_are_used(catalog: Catalog) -> None:
    """The list's stored bytes are the record's, in the build that first reads them."""
    catalog.build()
    catalog.columns = {"written": "12345"}
    record = catalog.record(catalog.build())

    assert record["bytes"] == 12345
    assert record["status"] == "ok"


def test_well_that_was_uploaded_with_a_new_layout(catalog: Catalog) -> None:
    """A plate that lists a further well is read again, and the new well represents it."""
    shutil.rmtree(catalog.data)
    write_plate(catalog.data, ["B/2"])
    before = catalog.record(catalog.build())
    shutil.rmtree(catalog.data)
    write_plate(catalog.data, ["A/1", "B/2"])
    after = catalog.record(catalog.build(refresh=True))

    assert [record["image_path"] for record in (before, after)] == ["B/2/1", "A/1/1"]
    assert [record["plate"]["wells"] for record in (before, after)] == [1, 2]


def test_offline_build_of_a_dataset_added_to_the_list(catalog: Catalog) -> None:
    """The cache's copy of the list is used, so that the old catalog is built again."""
    catalog.build()
    write_image(catalog.folder / "data" / "b.zarr")
    rows = write_list(catalog.folder / "data" / "list.csv", "url", catalog.host.url("/a.zarr"))
    config = write_config(catalog.folder / "d.toml", catalog.host.url("/list.csv"))
    first = build_site(config, catalog.folder).records()
    write_list(rows, "url", catalog.host.url("/a.zarr"), catalog.host.url("/b.zarr"))
    second = build_site(config, catalog.folder, offline=True).records()
    third = build_site(config, catalog.folder, refresh=True).records()

    assert [sorted(records) for records in (first, second, third)] == [["a.zarr"], ["a.zarr"], ["a.zarr", "b.zarr"]]


@pytest.mark.parametrize("body", [b"<html>sorry</html>", b"{", b'{"answer": 42}', b"[]", b""])
def test_root_that_is_not_zarr_is_unreadable(catalog: Catalog, body: bytes) -> None:
    """A host that answers 200 with something else has no dataset there; when it has one, it is read."""
    catalog.host.scripts[ROOT] = [answer(200, body)]
    before = catalog.record(catalog.build())
    catalog.host.scripts.clear()
    after = catalog.record(catalog.build(refresh=True))

    assert (before["status"], before["kind"]) == ("unreadable", None)
    assert after["status"] == "ok"


def test_lost_dataset_that_was_read_is_stale(catalog: Catalog) -> None:
    """It keeps what was read, and says what happened now; the date is that of the good build."""
    good = catalog.record(catalog.build())
    catalog.host.down = True
    stale = catalog.record(catalog.build(refresh=True))

    assert (stale["status"], stale["thumbnail"], stale["levels"]) == ("stale", good["thumbnail"], good["levels"])
    assert stale["checked_at"] == good["checked_at"]
    assert "not-current" in [problem["code"] for problem in stale["problems"]]


def test_stale_dataset_is_requested_in_each_build(catalog: Catalog) -> None:
    """One conditional request brings it back where its root is unchanged."""
    good = catalog.record(catalog.build())
    catalog.host.down = True
    catalog.build(refresh=True)
    catalog.host.down = False
    back = catalog.record(catalog.build())

    assert (back["status"], back["thumbnail"], catalog.asked()) == ("ok", good["thumbnail"], [ROOT])


def test_private_host_is_refused(catalog: Catalog) -> None:
    """A host of the local network is not requested unless the configuration allows it; then it is, at once."""
    config = write_config(
        catalog.folder / "d.toml", write_list(catalog.folder / "r.csv", "url", catalog.host.url("/a.zarr"))
    )
    config.write_text(config.read_text().replace("allow_private_hosts = true", "allow_private_hosts = false"))
    refused = catalog.record(build_site(config, catalog.folder))
    requests = list(catalog.host.asked)
    allowed = catalog.record(catalog.build())

    assert (refused["status"], requests, allowed["status"]) == ("refused", [], "ok")


def test_corrupt_chunk_is_read_again_until_it_is_repaired(catalog: Catalog) -> None:
    """A picture that could not be decoded is a reason to read all of a dataset that is due."""
    catalog.host.scripts = {path: [answer(200, b"rubbish")] for path in (CHUNK, CHUNK.replace("/0/c", "/1/c"))}
    first = catalog.record(catalog.build())
    second = catalog.record(catalog.build(refresh=True))
    tried = [path for path in catalog.asked() if "/c/" in path]
    catalog.host.scripts.clear()
    third = catalog.record(catalog.build(refresh=True))

    assert (first["thumbnail"], second["thumbnail"], bool(tried)) == (None, None, True)
    assert third["thumbnail"] is not None
