"""An S3 server on loopback: moto's, with answers of failing stores put in between.

With `SITEGEN_TEST_S3=http://127.0.0.1:9000`, tests run with the server at that address (MinIO, Ceph, s3rver; see
CONTRIBUTING.md), with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. Its bucket `bucket` is made, and emptied before
and after each test.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from wsgiref.types import StartResponse, WSGIEnvironment

import fsspec  # type: ignore[import-untyped]
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from s3fs import S3FileSystem  # type: ignore[import-untyped]
from werkzeug.serving import WSGIRequestHandler, make_server

OTHER_SERVER = os.environ.get("SITEGEN_TEST_S3")


class Forwarding:
    """Passes requests on to another server, with their headers, which are signed."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name not in ("HTTP_EXPECT", "HTTP_CONNECTION")
        }
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if environ.get(name):
                headers[name.replace("_", "-")] = environ[name]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        connection = HTTPConnection(self._host, timeout=60)
        connection.request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], body or None, headers)
        answer = connection.getresponse()
        found = answer.read()
        kept = [each for each in answer.getheaders() if each[0].lower() not in ("connection", "transfer-encoding")]
        start_response(f"{answer.status} {answer.reason}", kept)
        connection.close()
        return [found]


class Store:
    """An S3 server; `fault` may answer in its place."""

    def __init__(self) -> None:
        self.fault: Callable[[str, str], str | None] = lambda method, path: None
        # moto's by itself: a third of the time is the search for the service
        self._s3 = Forwarding(OTHER_SERVER) if OTHER_SERVER else create_backend_app("s3")
        self._all = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = self.fault(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if status is None:
            app = self._all if environ["PATH_INFO"].startswith("/moto-api/") else self._s3
            answer: Iterable[bytes] = app(environ, start_response)
            return answer
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        code = {"503": "SlowDown", "404": "NoSuchBucket"}.get(status[:3], "AccessDenied")
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body]


class _Quiet(WSGIRequestHandler):
    """Logs no requests: there are thousands."""

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


@contextmanager
def serving_s3() -> Iterator[tuple[Store, str]]:
    """Run a store; yield it and its address."""
    store = Store()
    with make_server("127.0.0.1", 0, store, threaded=True, request_handler=_Quiet) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield store, f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


@contextmanager
def empty_bucket(address: str) -> Iterator[Any]:
    """Yield the driver of a store that has an empty bucket, `s3://bucket`; the environment says where it is."""
    keys = {} if OTHER_SERVER else {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {"AWS_ENDPOINT_URL": address, "AWS_DEFAULT_REGION": "us-east-1", **keys}.items():
            environment.setenv(name, value)
        S3FileSystem.clear_instance_cache()  # drivers of other tests know other addresses
        files = fsspec.filesystem("s3", skip_instance_cache=True)
        if not OTHER_SERVER:
            files.mkdir("bucket")
            yield files
            urlopen(Request(f"{address}/moto-api/reset", method="POST")).read()
        else:
            _empty(files)
            yield files
            _empty(files)
        S3FileSystem.clear_instance_cache()


def _empty(files: Any) -> None:
    """Make the bucket of another server, or delete what it holds."""
    files.invalidate_cache()
    if not files.exists("bucket"):
        files.mkdir("bucket")
    for name in files.find("bucket"):
        files.rm_file(name)
