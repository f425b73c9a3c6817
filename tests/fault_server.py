"""A web server on loopback that injects the faults of real hosts.

Each path has a list of acts: the first request to it runs the first, and the last act is repeated. An act writes any
bytes to the connection. Requests are recorded. A path without acts is answered from a folder, if there is one, as a
correct server would.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was received."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""


Act = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
ROBOTS = "/robots.txt"
OPEN = {"Access_Control_Allow_Origin": "*", "Access_Control_Allow_Headers": "Range"}
"""CORS headers that let all web pages read the data."""


@dataclass(slots=True)
class FaultServer:
    """The server; an async context manager."""

    scripts: dict[str, list[Act]] = field(default_factory=dict)
    folder: Path | None = None
    preflight: Act | None = None
    """Answers OPTIONS requests to any path."""
    absent: Act | None = None
    """Answers requests for what is not in the folder; None: with 404."""
    down: bool = False
    """Break every connection."""
    delay_s: float = 0.0
    """Before each response."""
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    """All requests but those for `/robots.txt`, which a build makes once for each host, whatever it reads there."""
    asked_for_robots: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}{path}"

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(asked.path == path for asked in self.asked)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while asked := await _read_request(reader):
                await self._act(asked, writer)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _act(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        (self.asked_for_robots if asked.path == ROBOTS else self.asked).append(asked)
        script = self.scripts.get(asked.path) or [self._usual(asked)]
        if self.preflight and asked.method == "OPTIONS":
            script = [self.preflight]
        if self.down:
            script = [reset()]
        act = script[min(self.count(asked.path) or len(self.asked_for_robots), len(script)) - 1]
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.delay_s)
            await act(asked, writer)
            await writer.drain()
        finally:
            self._at_once -= 1

    def _usual(self, asked: Asked) -> Act:
        """Return the answer from the folder."""
        if asked.method == "OPTIONS":
            return answer(204, **OPEN)
        file = self.folder / unquote(asked.path).lstrip("/") if self.folder else None
        if file is None or not file.is_file():
            return self.absent or answer(404, **OPEN)
        body = file.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == etag:
            return answer(304, ETag=etag, **OPEN)
        return ranges(body, ETag=etag, **OPEN)


@contextmanager
def serving(folder: Path | None = None) -> Iterator[FaultServer]:
    """Run a server in a thread, for code under test that blocks this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = FaultServer(folder=folder)
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _read_request(reader: asyncio.StreamReader) -> Asked | None:
    """Return the next request; None if the client speaks TLS."""
    begin = await reader.readexactly(1)
    if begin == b"\x16":
        return None
    head = (begin + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *fields = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in fields)}
    return Asked(method, path, headers)


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Act:
    """Answer correctly; `_` in the name of a header means `-`."""
    fields = {"Content-Length": str(len(body))} | {name.replace("_", "-"): text for name, text in headers.items()}
    head = "".join(f"{name}: {text}\r\n" for name, text in fields.items())

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(
            f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode()
            + (b"" if status == 304 or asked.method == "HEAD" else body)
        )

    return act


def ranges(body: bytes, **headers: str) -> Act:
    """Answer range requests correctly, and others with the whole body."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        first, _, last = asked.headers.get("range", "").removeprefix("bytes=").partition("-")
        if not first and not last:
            return await answer(200, body, **headers)(asked, writer)
        start = int(first) if first else max(0, len(body) - int(last))
        stop = min(int(last) + 1, len(body)) if first and last else len(body)
        if start >= stop:
            return await answer(416, Content_Range=f"bytes */{len(body)}")(asked, writer)
        where = f"bytes {start}-{stop - 1}/{len(body)}"
        await answer(206, body[start:stop], Content_Range=where, **headers)(asked, writer)

    return act


def validated(body: bytes, etag: str) -> Act:
    """Answer 304 to a request with this ETag."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        known = asked.headers.get("if-none-match") == etag
        await answer(304 if known else 200, b"" if known else body, ETag=etag)(asked, writer)

    return act


def raw(text: bytes) -> Act:
    """Write these bytes, then close the connection."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        writer.close()
        raise ConnectionAbortedError

    return act


def reset() -> Act:
    """Break the connection without an answer."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        handle: socket.socket = writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        raise ConnectionAbortedError

    return act


def silence(first: bytes = b"") -> Act:
    """Write these bytes, then nothing more, and keep the connection open."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        await writer.drain()
        await asyncio.Event().wait()

    return act


def drip(size_bytes: int, pause_s: float) -> Act:
    """Write a body byte by byte, with pauses that are shorter than the time-out."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {size_bytes}\r\n\r\n".encode())
        for _ in range(size_bytes):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(pause_s)

    return act


def endless(first: bytes, then: bytes, pause_s: float) -> Act:
    """Write these bytes, then the others without end."""

    async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(then)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return act
