"""A dataset whose host redirects to another address for good: a note says which."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, answer, serving
from stores import tree, write_image, write_list


class _Redirects(dict[str, list[Act]]):
    """Redirects each path below `/old/` to that below `/new/`. files: folder of what has a query in its address."""

    def __init__(self, status: int, target: str = "/new/{}", files: Path = Path()) -> None:
        self.status, self.target, self.files = status, target, files

    def get(self, path: str, default: Any = None) -> Any:
        """Return the acts of a path."""
        file = self.files / path.lstrip("/").partition("?")[0]
        if "?" in path:
            return [answer(200, file.read_bytes()) if file.is_file() else answer(404)]
        if not path.startswith("/old/"):
            return default
        return [answer(self.status, Location=self.target.format(path.removeprefix("/old/")))]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FaultServer]:
    """A host with an image at `/new/a.zarr`."""
    write_image(tmp_path / "data" / "new" / "a.zarr")
    with serving(folder=tmp_path / "data") as server:
        yield server


def build(host: FaultServer, folder: Path, **options: Any) -> Site:
    """Build a catalog of the image by its old address."""
    rows = write_list(folder / "rows.csv", "url", host.url("/old/a.zarr"))
    return build_site(write_config(folder / "sitegen.toml", rows), folder, **options)


def messages(site: Site) -> list[str]:
    """Return the messages that the dataset has moved."""
    (record,) = site.index()
    assert record["status"] == "ok"
    return [each["message"] for each in record["problems"] if each["code"] == "address-moved"]


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_noted_with_the_new_address(status: int, host: FaultServer, tmp_path: Path) -> None:
    """Also by later builds, which ask nothing, or get it again from the cache of documents."""
    host.scripts = _Redirects(status)
    expected = [f"the host says that this address has moved for good, to {host.url('/new/a.zarr')}"]

    assert messages(build(host, tmp_path)) == expected
    assert messages(build(host, tmp_path)) == expected
    with closing(sqlite3.connect(tmp_path / "cache" / "cache.sqlite3")) as database:
        database.execute("DELETE FROM findings")
        database.commit()
    assert messages(build(host, tmp_path)) == expected


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_for_now_is_not_noted(status: int, host: FaultServer, tmp_path: Path) -> None:
    """The old address stays the right one (RFC 9110, section 15.4)."""
    host.scripts = _Redirects(status)

    assert messages(build(host, tmp_path)) == []


def test_a_signed_address_is_not_shown(host: FaultServer, tmp_path: Path) -> None:
    """What its query holds may be a secret."""
    host.scripts = _Redirects(301, "/new/{}?signature=secret", tmp_path / "data")
    site = build(host, tmp_path)

    assert messages(site) == []
    assert not [path for path, body in tree(site.folder).items() if b"signature=secret" in body]


def test_a_redirect_that_begins_later_is_noted(host: FaultServer, tmp_path: Path) -> None:
    """Though the document is the same."""
    (tmp_path / "data" / "old").symlink_to(tmp_path / "data" / "new")
    first = messages(build(host, tmp_path))
    host.scripts = _Redirects(301)

    assert first == []
    assert len(messages(build(host, tmp_path, refresh=True))) == 1


def test_a_cache_of_an_earlier_version_is_used(host: FaultServer, tmp_path: Path) -> None:
    """Its documents are not requested again."""
    host.scripts = _Redirects(302)
    build(host, tmp_path)
    with closing(sqlite3.connect(tmp_path / "cache" / "cache.sqlite3")) as database:
        database.execute("ALTER TABLE documents DROP COLUMN moved_to")
        database.commit()
    host.asked.clear()

    assert messages(build(host, tmp_path)) == []
    assert host.asked == []
    assert not (tmp_path / "cache" / "cache.aside.sqlite3").exists()


@pytest.mark.parametrize(("row", "lines"), [("a.zarr", []), ("{}", [("l.csv", 2)])])
def test_a_list_that_moved_is_noted_at_the_row_that_names_it(
    row: str, lines: list[tuple[str, int]], host: FaultServer, tmp_path: Path
) -> None:
    """A dataset that is relative to it needs no new row; one that the list names by its old address does."""
    write_list(tmp_path / "data" / "new" / "l.csv", "url", row.format(host.url("/old/a.zarr")))
    host.scripts = _Redirects(301)
    root = write_list(tmp_path / "rows.csv", "url", host.url("/old/l.csv"))
    site = build_site(write_config(tmp_path / "sitegen.toml", root), tmp_path)
    report = json.loads((site.folder / "report.json").read_text(encoding="utf-8"))
    found = [each for each in report["problems"] if each["code"] == "address-moved"]

    assert [(each["csv"].rpartition("/")[2], each["line"]) for each in found] == [("rows.csv", 2), *lines]
    assert found[0]["message"].endswith(f"has moved for good, to {host.url('/new/l.csv')}")


def test_a_list_of_the_configuration_that_moved(host: FaultServer, tmp_path: Path) -> None:
    """It is noted at its own first line."""
    write_list(tmp_path / "data" / "new" / "l.csv", "url", "a.zarr")
    host.scripts = _Redirects(301)
    site = build_site(write_config(tmp_path / "sitegen.toml", host.url("/old/l.csv")), tmp_path)
    report = json.loads((site.folder / "report.json").read_text(encoding="utf-8"))

    assert [(each["csv"], each["line"]) for each in report["problems"] if each["code"] == "address-moved"] == [
        (host.url("/old/l.csv"), 1)
    ]
