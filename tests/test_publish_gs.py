"""`sitegen publish` to a server on loopback that speaks the protocol of Google Cloud Storage."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"  # read at import; it asks for credentials of its own
from gcp_storage_emulator.server import Server, create_server  # type: ignore[import-untyped]
from gcsfs import GCSFileSystem  # type: ignore[import-untyped]

from sitegen.commands.progress import Progress
from sitegen.errors import PublishError, UsageError
from sitegen.publish.folder import MARKERS
from sitegen.publish.lease import LEASE
from sitegen.publish.ledger import LEDGER
from sitegen.publish.target import ASK_AGAIN, FOREVER
from sitegen.publish.upload import Published, PublishOptions, publish

SCRIPT = "assets/pages/home-ABCDEFGH.js"
FILES = (*MARKERS, "index.html", "index.json", "feed.xml", "datasets/a/index.html", "thumbs/0123.webp", SCRIPT)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server, with its address in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
        with create_server("127.0.0.1", port, in_memory=True) as running:
            yield running


@pytest.fixture
def bucket(server: Server) -> Iterator[GCSFileSystem]:
    """An empty bucket, `gs://bucket`."""
    GCSFileSystem.clear_instance_cache()
    files = GCSFileSystem(skip_instance_cache=True, use_listings_cache=False)
    files.mkdir("bucket")
    yield files
    server.wipe()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """What `publish` takes for a built site."""
    for path in FILES:
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_text(path)
    return tmp_path / "site"


def upload(site: Path, **options: Any) -> Published:
    """Publish to the bucket without showing progress."""
    options = {"target": "gs://bucket/catalog", **options}
    return asyncio.run(publish(PublishOptions(folder=site, **options), Progress(io.StringIO())))


def test_a_site_is_published_once(site: Path, bucket: GCSFileSystem) -> None:
    """Every file is there, with a ledger that names it; no lease is left, and a second run sends nothing."""
    assert upload(site).sent == len(FILES)
    names = {name.removeprefix("bucket/catalog/") for name in bucket.find("bucket")}
    assert names == {*FILES, LEDGER}
    ledger = json.loads(gzip.decompress(bucket.cat_file(f"bucket/catalog/{LEDGER}")))
    assert set(ledger["files"]) == set(FILES)
    assert upload(site).sent == 0


def test_objects_have_the_headers_of_a_static_host(site: Path, bucket: GCSFileSystem) -> None:
    """Type, how long a browser may keep them, and that pages are compressed."""
    upload(site)
    facts = {path: bucket.info(f"bucket/catalog/{path}") for path in FILES}

    assert {path: each["cacheControl"] for path, each in facts.items()} == {
        path: FOREVER if path.startswith(("thumbs/", "assets/pages/")) else ASK_AGAIN for path in FILES
    }
    assert {path for path, each in facts.items() if each.get("contentEncoding") == "gzip"} == {
        path for path in FILES if path.endswith((".html", ".js"))
    }
    assert facts["feed.xml"]["contentType"] == "application/atom+xml"
    assert gzip.decompress(bucket.cat_file("bucket/catalog/index.html")) == b"index.html"


def test_a_run_continues_what_another_began(site: Path, bucket: GCSFileSystem) -> None:
    """What is there byte for byte, compressed or not, is not sent again where the ledger is lost."""
    upload(site)
    bucket.rm_file(f"bucket/catalog/{LEDGER}")
    (site / "index.html").write_text("new")

    assert upload(site).sent == 1
    (site / "feed.xml").unlink()
    assert upload(site).deleted == 1


def test_objects_of_others_are_not_replaced(site: Path, bucket: GCSFileSystem) -> None:
    """A bucket that holds something else is refused."""
    bucket.pipe_file("bucket/catalog/index.html", b"mine")

    with pytest.raises(UsageError, match=r"holds 1 file that sitegen did not put there \(index.html\)"):
        upload(site)
    assert bucket.cat_file("bucket/catalog/index.html") == b"mine"


def test_a_run_elsewhere_is_not_disturbed(site: Path, bucket: GCSFileSystem) -> None:
    """Nothing is sent while the lease of another machine lasts."""
    held = {"run": "other", "machine": "other", "process": 1, "until_s": 253_402_300_000.0}
    bucket.pipe_file(f"bucket/catalog/{LEASE}", json.dumps(held).encode())

    with pytest.raises(PublishError, match="another run is publishing there"):
        upload(site)
    assert bucket.find("bucket") == [f"bucket/catalog/{LEASE}"]


def test_a_bucket_that_is_not_there_is_one_line(site: Path, bucket: GCSFileSystem) -> None:
    """It is not made: whoever mistypes a name would publish nowhere."""
    with pytest.raises(PublishError, match=r"gs://none/catalog: .*cannot be written"):
        upload(site, target="gs://none/catalog")
