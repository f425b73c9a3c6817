"""`sitegen demo` and `sitegen serve`: demo data of several institutions, and servers on loopback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.serve import run_server


def demo(folder: Path, *, serve: bool, first_port: int, show: Callable[[str], None]) -> None:
    """Write the demo; with `serve`, its lists name datasets by loopback addresses, which are served until a signal."""
    from sitegen import demo as demos  # it needs zarr, whose import would cost every command 0.3 s

    if not serve:
        summary = demos.write_demo(folder)
        show(f"{folder}: {summary}; build its catalog with: sitegen build {folder / 'sitegen.toml'}")
        return
    origins = demos.demo_origins(first_port)
    summary = demos.write_demo(folder, origins=origins)
    folders = [(folder / name, urlsplit(origin).port or 0) for name, origin in origins.items()]
    run_server(
        folders,
        on_ready=lambda _: show(f"{folder}: {summary}, served at {_address_range(origins)}"),
        cors=True,
    )


def _address_range(origins: Mapping[str, str]) -> str:
    """Return how many addresses there are, with the first and the last."""
    addresses = list(origins.values())
    return f"{len(addresses)} addresses, {addresses[0]} to {addresses[-1]}"


def serve(folder: Path, port: int, *, show: Callable[[str], None]) -> None:
    """Serve a built site on loopback until a signal; its address is shown first. Raises UsageError."""
    run_server([(folder, port)], on_ready=lambda addresses: show(addresses[0]))
