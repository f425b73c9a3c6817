"""The server of all hosts of the stand-in, one port for each: HTTP/1.1 on `asyncio.Protocol`.

It behaves like a static host (ETag, Last-Modified, 304, ranges from either end, HEAD, CORS, keep-alive) and counts
requests. `process.Standin` starts it with inherited sockets and controls it by JSON lines on standard input; each is
answered by a JSON line on standard output.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from standin.prototypes import FAMILIES
from standin.stores import Store, make_store

_REASONS = {200: "OK", 204: "No Content", 206: "Partial Content", 304: "Not Modified", 404: "Not Found",
            405: "Method Not Allowed", 416: "Range Not Satisfiable", 503: "Service Unavailable"}  # fmt: skip
_ALWAYS = (
    b"Access-Control-Allow-Origin: *\r\n"
    b"Access-Control-Allow-Headers: Range, If-None-Match\r\n"
    b"Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
    b"Access-Control-Expose-Headers: ETag, Content-Range, Content-Length, Accept-Ranges\r\n"
    b"Accept-Ranges: bytes\r\n"
    b"Date: Sun, 22 Nov 2026 06:00:00 GMT\r\n"
)
_MODIFIED = b"Last-Modified: Sat, 01 Mar 2025 12:00:00 GMT\r\n"


@dataclass(slots=True)
class Host:
    """One host: its content and its requests."""

    name: str
    port: int
    datasets: dict[str, Store] = field(default_factory=dict)
    lists: dict[str, bytes] = field(default_factory=dict)
    requests: int = 0
    sent_bytes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    """Requests that are not answered yet."""
    most_at_once: int = 0
    busy_s: float = 0.0
    """Seconds of all requests together, from the arrival of each to its answer."""
    first_s: float = 0.0
    """When the first request arrived, by the monotonic clock; 0 before it."""
    last_s: float = 0.0
    """When the last request was answered."""
    timeline: dict[int, list[int]] = field(default_factory=dict)
    """Second of the monotonic clock → requests in it, and how many were under way at once at most."""
    connections: set[Connection] = field(default_factory=set)
    server: asyncio.Server | None = None

    def begin(self) -> float:
        """Count a request that arrived; return the time, by the monotonic clock."""
        now = time.monotonic()
        self.first_s = self.first_s or now
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        counted = self.timeline.setdefault(int(now), [0, 0])
        counted[:] = counted[0] + 1, max(counted[1], self.at_once)
        return now

    def end(self, began_s: float) -> None:
        """Count a request that is answered."""
        self.at_once -= 1
        self.last_s = time.monotonic()
        self.busy_s += self.last_s - max(began_s, self.first_s or self.last_s)  # it may have come before a `reset`

    def reset(self) -> None:
        """Count from zero again."""
        self.requests = self.sent_bytes = self.most_at_once = 0
        self.busy_s = self.first_s = self.last_s = 0.0
        for counted in (self.statuses, self.paths, self.missing, self.timeline):
            counted.clear()

    def find(self, path: str) -> bytes | None:
        """Return the body at a decoded path."""
        if (text := self.lists.get(path)) is not None:
            return text
        at = path.find("/", 1)
        while at > 0:
            if (store := self.datasets.get(path[:at])) is not None:
                return store.get(path[at + 1 :])
            at = path.find("/", at + 1)
        return None


class Connection(asyncio.Protocol):
    """The connection of one client; its requests are answered one after the other."""

    def __init__(self, host: Host, settings: Settings) -> None:
        self._host = host
        self._settings = settings
        self._buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._host.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._host.connections.discard(self)
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            began_s = self._host.begin()
            response = respond(self._host, head)
            if self._settings.latency_s:
                asyncio.get_running_loop().call_later(self._settings.latency_s, self._send, response, began_s)
            else:
                self._send(response, began_s)

    def _send(self, response: bytes, began_s: float) -> None:
        self._host.end(began_s)
        if self.transport is not None:
            self.transport.write(response)


@dataclass(slots=True)
class Settings:
    """What can be changed while it runs."""

    latency_s: float = 0.0


def respond(host: Host, head: bytes) -> bytes:
    """Return the whole response to a request's head, and count it."""
    first, _, rest = head.partition(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = _headers(rest)
    path = unquote(target.partition("?")[0])
    status, extra, body = _answer(host, method, path, headers)
    host.requests += 1
    host.statuses[status] += 1
    host.paths[path] += 1
    if status == 404:
        host.missing[path] += 1
    sent = b"" if method == "HEAD" or status in (204, 304) else body
    host.sent_bytes += len(sent)
    length = b"" if status in (204, 304) else b"Content-Length: %d\r\n" % len(body)
    line = b"HTTP/1.1 %d %s\r\n" % (status, _REASONS[status].encode())
    return b"".join([line, _ALWAYS, extra, length, b"\r\n", sent])


def _headers(rest: bytes) -> dict[bytes, str]:
    pairs = (line.partition(b":") for line in rest.split(b"\r\n"))
    return {name.lower(): value.strip().decode("latin-1") for name, _, value in pairs}


def _answer(host: Host, method: str, path: str, headers: dict[bytes, str]) -> tuple[int, bytes, bytes]:
    """Return status, further headers and body."""
    if method == "OPTIONS":
        return 204, b"", b""
    if method not in ("GET", "HEAD"):
        return 405, b"", b""
    body = host.find(path)
    if body is None:
        return 404, b"Content-Type: text/plain\r\n", b"not here\n"
    etag = b'"%x-%x"' % (len(body), hash(path) & 0xFFFFFFFF)
    validators = b"ETag: " + etag + b"\r\n" + _MODIFIED
    if headers.get(b"if-none-match", "").encode() == etag:
        return 304, validators, b""
    validators += b"Content-Type: %s\r\n" % _media_type(path)
    if b"range" not in headers:
        return 200, validators, body
    span = read_range(headers[b"range"], len(body))
    if span is None:
        return 416, b"Content-Range: bytes */%d\r\n" % len(body), b""
    start, stop = span
    return 206, validators + b"Content-Range: bytes %d-%d/%d\r\n" % (start, stop - 1, len(body)), body[start:stop]


def _media_type(path: str) -> bytes:
    if path.endswith((".json", ".zattrs", ".zgroup", ".zarray")):
        return b"application/json"
    return b"text/csv; charset=utf-8" if path.endswith(".csv") else b"application/octet-stream"


def read_range(text: str, size: int) -> tuple[int, int] | None:
    """Return start and stop of a single range, or None where it cannot be satisfied."""
    first, _, last = text.removeprefix("bytes=").partition("-")
    if not first:
        return (max(size - int(last), 0), size) if int(last) and size else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


class Control:
    """Executes the commands on standard input."""

    def __init__(self, hosts: dict[str, Host], settings: Settings) -> None:
        self._hosts = hosts
        self._settings = settings

    async def obey(self, command: dict[str, Any]) -> object:
        """Execute a command and return the answer."""
        name = command["do"]
        if name == "figures":
            return {host.name: _figures(host, paths=command["paths"]) for host in self._hosts.values()}
        if name == "reset":
            for host in self._hosts.values():
                host.reset()
        if name == "latency":
            self._settings.latency_s = command["ms"] / 1000
        if name == "down":
            _take_down(self._hosts[command["host"]])
        if name == "up":
            await self.listen(self._hosts[command["host"]])
        return True

    async def listen(self, host: Host, sock: socket.socket | None = None) -> None:
        """Accept connections to a host: on an inherited socket, or on its port again."""
        loop = asyncio.get_running_loop()
        sock = sock or socket.create_server(("127.0.0.1", host.port), backlog=512)
        host.server = await loop.create_server(lambda: Connection(host, self._settings), sock=sock, backlog=512)


def _take_down(host: Host) -> None:
    if host.server is not None:
        host.server.close()
    for connection in list(host.connections):
        if connection.transport is not None:
            connection.transport.abort()


def _figures(host: Host, *, paths: bool) -> dict[str, object]:
    statuses = {str(status): count for status, count in host.statuses.items()}
    counted = {
        "port": host.port,
        "requests": host.requests,
        "bytes": host.sent_bytes,
        "statuses": statuses,
        "most_at_once": host.most_at_once,
        "busy_s": host.busy_s,
        "seconds": host.last_s - host.first_s,
        "timeline": host.timeline,
    }
    return counted | ({"paths": dict(host.paths), "missing": dict(host.missing)} if paths else {})


def read_plan(path: Path) -> tuple[dict[str, Host], dict[str, int]]:
    """Return the hosts with their content, and the descriptor of each host's socket."""
    plan = json.loads(path.read_text(encoding="utf-8"))
    stores: dict[tuple[str, int, bool], Store] = {}
    hosts, descriptors = {}, {}
    for entry in plan["hosts"]:
        host = Host(entry["name"], entry["port"])
        for dataset, (family, number, crate) in entry["datasets"].items():
            key = (family, number, crate)
            if key not in stores:
                stores[key] = make_store(FAMILIES[family][number], f"{family} {number}", crate=crate)
            host.datasets[dataset] = stores[key]
        host.lists = {address: text.encode("utf-8") for address, text in entry["lists"].items()}
        hosts[host.name], descriptors[host.name] = host, entry["descriptor"]
    return hosts, descriptors


async def serve(path: Path) -> None:
    """Serve the content in the plan at `path` until standard input ends."""
    hosts, descriptors = read_plan(path)
    control = Control(hosts, Settings())
    for name, host in hosts.items():
        await control.listen(host, socket.socket(fileno=descriptors[name]))
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(json.dumps("ready"), flush=True)
    while line := await reader.readline():
        print(json.dumps(await control.obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
