"""Pictures that workers leave in a store: the same site, nothing left behind, a clear message where that fails."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import build_site, write_config
from fault_server import OPEN, Asked, FaultServer, ranges, serving
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem  # type: ignore[import-untyped]
from stores import tree, write_image, write_list

from sitegen.errors import BuildError, UsageError

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

NAMES = [f"{number}.zarr" for number in range(4)]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Serve some images, all with the same pictures."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    for name in NAMES:
        write_image(tmp_path / "data" / name)
    with serving(tmp_path / "data") as server:
        yield server


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3FileSystem]:
    """A store with the bucket `pictures`, which its driver finds by the environment."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    S3FileSystem.clear_instance_cache()  # drivers of other tests know other addresses
    files = S3FileSystem(skip_instance_cache=True)
    files.makedirs("pictures", exist_ok=True)
    yield files
    files.rm("pictures", recursive=True)
    server.stop()
    S3FileSystem.clear_instance_cache()


def config_of(folder: Path, host: FaultServer, pictures: str | None = None) -> Path:
    """Write the configuration of a catalog."""
    rows = write_list(folder / "all.csv", "url", *(host.url(f"/{name}") for name in NAMES))
    config = write_config(folder / "sitegen.toml", rows)
    if pictures:
        config.write_text(config.read_text() + f'[engine]\npictures = "{pictures}"\n')
    return config


def test_pictures_by_a_store(host: FaultServer, s3: S3FileSystem, tmp_path: Path) -> None:
    """The site is the same, and the store is as it was."""
    s3.pipe_file("pictures/of/others", b"stays")
    here = build_site(config_of(tmp_path, host), tmp_path / "here")
    there = build_site(config_of(tmp_path, host, "s3://pictures/of"), tmp_path / "there", processes=2)
    s3.invalidate_cache()

    assert all(record["thumbnail"] for record in there.index())
    assert tree(here.folder) == tree(there.folder)
    assert s3.find("pictures") == ["pictures/of/others"]


def test_a_store_without_rights(host: FaultServer, s3: S3FileSystem, tmp_path: Path) -> None:
    """It ends the build before a dataset is requested."""
    config = config_of(tmp_path, host, "s3://absent/pictures")

    message = r"engine\.pictures: s3://absent/\S+: probe cannot be written .*grant the right"
    with pytest.raises(BuildError, match=message):
        build_site(config, tmp_path, processes=2)
    assert not host.asked


def test_a_store_that_fails_later(host: FaultServer, tmp_path: Path) -> None:
    """It ends the build; what was read is in the cache."""
    store = tmp_path / "store"
    store.mkdir()

    async def break_store(asked: Asked, writer: asyncio.StreamWriter) -> None:
        for folder in store.iterdir():
            shutil.rmtree(folder)
            folder.write_text("a file, no folder")
        await ranges((tmp_path / "data/0.zarr/zarr.json").read_bytes(), **OPEN)(asked, writer)

    host.scripts["/0.zarr/zarr.json"] = [break_store]
    with pytest.raises(BuildError, match=r"engine\.pictures: .* cannot be written .*What was inspected is kept"):
        build_site(config_of(tmp_path, host, store.as_uri()), tmp_path, processes=2)


def test_a_store_without_a_driver(host: FaultServer, tmp_path: Path) -> None:
    """The message names the key."""
    with pytest.raises(UsageError, match=r"engine\.pictures: nothing://\S+: "):
        build_site(config_of(tmp_path, host, "nothing://here"), tmp_path, processes=2)
