"""Starts the stand-in as a process of its own, and reads which requests it received."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from standin.prototypes import choose
from standin.rewriting import hosts_of, path_of, read_hints, rewrite, spread_host


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFigures:
    """The requests to one host."""

    requests: int = 0
    bytes: int = 0
    """Sent in bodies."""
    statuses: Mapping[int, int] = field(default_factory=dict)
    paths: Mapping[str, int] = field(default_factory=dict)
    """Decoded path → number of requests; empty unless `figures` is called with `paths`."""
    missing: Mapping[str, int] = field(default_factory=dict)
    """The same for requests that were answered with 404."""
    port: int = 0
    most_at_once: int = 0
    """Requests under way at once at most."""
    busy_s: float = 0.0
    """Seconds of all requests together, from the arrival of each to its answer."""
    seconds: float = 0.0
    """From the first request to the last answer."""
    timeline: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Second of a monotonic clock → requests in it, and how many were under way at once at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The requests to all hosts."""

    hosts: Mapping[str, HostFigures]

    @property
    def requests(self) -> int:
        """Requests to all hosts."""
        return sum(host.requests for host in self.hosts.values())

    @property
    def bytes(self) -> int:
        """Bytes of all bodies sent."""
        return sum(host.bytes for host in self.hosts.values())

    @property
    def most_at_once(self) -> int:
        """Requests under way at once at most at one host."""
        return max((host.most_at_once for host in self.hosts.values()), default=0)

    def status(self, code: int) -> int:
        """Return the number of responses with this status."""
        return sum(host.statuses.get(code, 0) for host in self.hosts.values())


class Standin:
    """The hosts of some lists, on loopback ports; a context manager that deletes its copies of the lists at the end.

    Parameters
    ----------
    lists
        Paths of the lists. Their copies, with addresses on loopback, are in `folder`.
    published_at
        Address at which a list is published → its path or file name, so that lists can name one another.
        Other lists are not served; they are read from `folder`.
    latency_ms
        The delay of each response.
    spread
        None: one port for each real host. A number: datasets are spread evenly over so many hosts.
    first_port
        None: free ports. A number: this port and those after it, so that the addresses are always the same.
    """

    def __init__(
        self,
        lists: Sequence[Path],
        published_at: Mapping[str, str] | None = None,
        *,
        latency_ms: float = 0,
        spread: int | None = None,
        first_port: int | None = None,
    ) -> None:
        self._texts = {path.name: path.read_text(encoding="utf-8-sig") for path in lists}
        self._addresses = {address: Path(name).name for address, name in (published_at or {}).items()}
        self._latency_ms = latency_ms
        self._spread = spread
        self._sockets = {
            name: _listening(0 if first_port is None else first_port + number)
            for number, name in enumerate(self._host_names())
        }
        self.origins: Mapping[str, str] = {
            name: f"http://127.0.0.1:{sock.getsockname()[1]}" for name, sock in self._sockets.items()
        }
        """Real host (or `host-00`, … when spread) → origin on loopback."""
        self.folder = Path(tempfile.mkdtemp(prefix="standin-"))
        """Where the copies of the lists are."""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Standin:
        copies = {name: rewrite(text, self.origins, self._spread) for name, text in self._texts.items()}
        for name, text in copies.items():
            (self.folder / name).write_text(text, encoding="utf-8", newline="")
        plan = self.folder / "plan.json"
        plan.write_text(json.dumps({"hosts": self._plan(copies)}), encoding="utf-8")
        self._process = self._start(plan)
        for sock in self._sockets.values():
            sock.close()
        self._read()
        self.set_latency(self._latency_ms)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Return the copy of a list, to build from."""
        return self.folder / name

    def figures(self, *, paths: bool = False) -> Figures:
        """Return the requests so far; with `paths`, also for each path."""
        answer = self._ask({"do": "figures", "paths": paths})
        return Figures(hosts={name: _read_figures(host) for name, host in answer.items()})

    def reset(self) -> None:
        """Count from zero again."""
        self._ask({"do": "reset"})

    def set_latency(self, milliseconds: float) -> None:
        """Delay each response from now on."""
        self._ask({"do": "latency", "ms": milliseconds})

    def take_down(self, host: str) -> None:
        """Let a host refuse connections and close those that are open."""
        self._ask({"do": "down", "host": host})

    def bring_up(self, host: str) -> None:
        """Let a host accept connections again, on the same port."""
        self._ask({"do": "up", "host": host})

    def _host_names(self) -> list[str]:
        real = {host for text in self._texts.values() for host in hosts_of(text)}
        lists = {urlsplit(address).netloc for address in self._addresses}
        spread = {f"host-{number:02d}" for number in range(self._spread or 0)}
        return sorted(real | lists | spread)

    def _plan(self, copies: Mapping[str, str]) -> list[dict[str, object]]:
        datasets: dict[str, dict[str, tuple[str, int, bool]]] = {name: {} for name in self._sockets}
        for text in self._texts.values():
            for hints in read_hints(text):
                host = spread_host(hints.path, self._spread) if self._spread else hints.host
                datasets[host].setdefault(hints.path, choose(hints))
        lists: dict[str, dict[str, str]] = {name: {} for name in self._sockets}
        for address, name in self._addresses.items():
            if name in copies:
                lists[urlsplit(address).netloc][path_of(address)] = copies[name]
        return [
            {
                "name": name,
                "port": sock.getsockname()[1],
                "descriptor": sock.fileno(),
                "datasets": datasets[name],
                "lists": lists[name],
            }
            for name, sock in self._sockets.items()
        ]

    def _start(self, plan: Path) -> subprocess.Popen[str]:
        here = str(Path(__file__).parent.parent)
        environment = {**os.environ, "PYTHONPATH": here, "PYTHONHASHSEED": "0"}  # its ETags come from `hash`
        return subprocess.Popen(
            [sys.executable, "-m", "standin.server", str(plan)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            pass_fds=[sock.fileno() for sock in self._sockets.values()],
        )

    def _ask(self, command: Mapping[str, object]) -> Any:  # decoded JSON
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:  # decoded JSON
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the stand-in has ended; its message is above")
        return json.loads(line)


def _listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=512)


def _read_figures(host: Mapping[str, Any]) -> HostFigures:
    statuses = {int(status): count for status, count in host["statuses"].items()}
    return HostFigures(
        port=host["port"],
        requests=host["requests"],
        bytes=host["bytes"],
        statuses=statuses,
        paths=host.get("paths", {}),
        missing=host.get("missing", {}),
        most_at_once=host["most_at_once"],
        busy_s=host["busy_s"],
        seconds=host["seconds"],
        timeline={int(second): (requests, most) for second, (requests, most) in host["timeline"].items()},
    )
