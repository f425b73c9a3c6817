"""Serves folders on loopback like a static host, to view a built site and to serve the demo's data.

It has what pages and viewers rely on elsewhere: media types, Range, gzip for text, validators, `index.html` for
folders, `404.html` for missing files. Nothing outside the folder is served, not even by symbolic links, and no folder
is listed. It is not a public server: it answers only this machine, and compresses at each first request.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from sitegen.errors import UsageError
from sitegen.interrupts import signals_to
from sitegen.media_types import HTML, media_type

LOOPBACK = "127.0.0.1"
_MOST_HEADER_BYTES = 256 * 1024
"""Of a request's address, or one header: aiohttp's own 8,190 are fewer than a browser sends for a long search, which is
in the address, and in the `Referer` of what the page loads."""
_LAST_PORT = 65_535
"""RFC 9293, section 3.1: sixteen bits."""

_COMPRESSIBLE = frozenset(
    {
        ".atom",
        ".css",
        ".csv",
        ".html",
        ".js",
        ".json",
        ".jsonld",
        ".md",
        ".mjs",
        ".svg",
        ".tsv",
        ".txt",
        ".webmanifest",
        ".xml",
    }
)
_COMPRESSED_FILES_CACHED = 64
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag, Last-Modified",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(folder: Path, port: int = 0, *, cors: bool = False) -> AsyncIterator[str]:
    """Serve a folder while the context lasts; its value is the address, `http://127.0.0.1:N/`.

    port: 0 chooses a free one. cors: let pages of other origins read it, as hosts of data should.

    Raises UsageError if there is no such folder, or the port is in use or invalid.
    """
    check_ports(port)
    runner = web.AppRunner(
        _app(_root(folder), cors=cors),
        access_log=None,
        shutdown_timeout=1.0,
        max_line_size=_MOST_HEADER_BYTES,
        max_field_size=_MOST_HEADER_BYTES,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        try:
            await site.start()
        except OSError as error:
            raise UsageError(f"port {port} cannot be used: {error.strerror}; choose another with --port") from None
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def check_ports(first: int, count: int = 1) -> None:
    """Raise UsageError unless `count` ports exist from the first on; a single port may be 0: any free one."""
    least, most = (0 if count == 1 else 1), _LAST_PORT + 1 - count
    if not least <= first <= most:
        reason = f"; {count} ports are needed, this one and those after it" if count > 1 else ""
        raise UsageError(f"--port: expected a number from {least} to {most}, found {first}{reason}")


def busy_ports(ports: Iterable[int]) -> list[int]:
    """Return the ports that cannot be used together, so that long work need not end at one of them.

    A port of another user, one that is in use, and one that is named twice are among them.
    """
    busy = []
    with ExitStack() as stack:
        for port in ports:
            try:
                stack.enter_context(socket.create_server((LOOPBACK, port)))
            except (OSError, OverflowError):
                busy.append(port)
    return busy


def run_server(
    folders: Sequence[tuple[Path, int]], on_ready: Callable[[Sequence[str]], None], *, cors: bool = False
) -> None:
    """Serve folders, each at its port, until Ctrl-C or SIGTERM; call `on_ready` with their addresses, in order."""
    asyncio.run(_serve_until_signal(folders, on_ready, cors=cors))


async def _serve_until_signal(
    folders: Sequence[tuple[Path, int]], on_ready: Callable[[Sequence[str]], None], *, cors: bool
) -> None:
    ended = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(signals_to(lambda _: ended.set()))
        on_ready([await stack.enter_async_context(serving(folder, port, cors=cors)) for folder, port in folders])
        await ended.wait()


def _root(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; build the site first, or name its folder")
    return folder.resolve()


def _app(root: Path, *, cors: bool) -> web.Application:
    async def respond(request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS" and cors:
            return web.Response(status=204)
        if request.method not in ("GET", "HEAD"):
            raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD"))
        return await _respond(root, request)

    async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_CORS if cors else {})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    app.on_response_prepare.append(add_headers)
    return app


async def _respond(root: Path, request: web.Request) -> web.StreamResponse:
    """Return the response for a path: a file, the index of a folder, a redirect, or 404."""
    path = _path_below(root, request.path)
    if path is not None and path.is_dir():
        if not request.path.endswith("/"):
            return _redirect_to_folder(request)
        path = _path_below(root, f"{request.path}index.html")
    elif path is not None and request.path.endswith("/"):
        path = None  # a slash after a name is for folders only
    if path is not None and path.is_file():
        return await _file_response(path, request)
    return _not_found(root)


def _path_below(root: Path, address: str) -> Path | None:
    """Return the file or folder of an address, with symbolic links resolved; None if it is outside, or impossible."""
    try:
        path = (root / address.lstrip("/")).resolve()
    except (ValueError, OSError, RuntimeError):  # a zero byte, a name too long, symbolic links in a loop
        return None
    return path if path.is_relative_to(root) else None


def _redirect_to_folder(request: web.Request) -> web.Response:
    target = "/" + request.rel_url.raw_path.lstrip("/") + "/"  # `//name` would lead to another host
    query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
    return web.Response(status=301, headers={"Location": target + query})


async def _file_response(path: Path, request: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": media_type(path.name)}
    if path.suffix.lower() in _COMPRESSIBLE:
        headers["Vary"] = "Accept-Encoding"
        if _accepts_gzip(request):
            return await asyncio.to_thread(_compressed_response, path, request, headers)
    return web.FileResponse(path, headers=headers)


def _accepts_gzip(request: web.Request) -> bool:
    """Return whether the client accepts gzip; ranges are never compressed, because they are parts of the file."""
    accepted = request.headers.get("Accept-Encoding", "").replace(" ", "").lower().split(",")
    names = {name.partition(";")[0] for name in accepted if not name.endswith((";q=0", ";q=0.0"))}
    return "Range" not in request.headers and not names.isdisjoint({"gzip", "*"})


def _compressed_response(path: Path, request: web.Request, headers: dict[str, str]) -> web.Response:
    stat = path.stat()
    etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}-gz"
    if any(known.value in (etag, "*") for known in request.if_none_match or ()):
        response = web.Response(status=304, headers={"Vary": headers["Vary"]})
    else:
        body = _compress(path, stat.st_mtime_ns, stat.st_size)
        response = web.Response(body=body, headers={**headers, "Content-Encoding": "gzip"})
    response.etag = etag
    response.last_modified = stat.st_mtime
    return response


@lru_cache(maxsize=_COMPRESSED_FILES_CACHED)
def _compress(path: Path, mtime_ns: int, size_bytes: int) -> bytes:
    """Return the file compressed; time and size are part of the cache's key, so that a changed file is read again."""
    del mtime_ns, size_bytes
    return gzip.compress(path.read_bytes(), 6, mtime=0)


def _not_found(root: Path) -> web.Response:
    page = root / "404.html"
    if page.is_file():
        return web.Response(status=404, body=page.read_bytes(), headers={"Content-Type": HTML})
    return web.Response(status=404, text="404: there is no such file\n")
