"""`sitegen demo` and `sitegen serve`: a demo federation, and servers on loopback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.serve import run_server


def demo(folder: Path, *, serve: bool, first_port: int, say: Callable[[str], None]) -> None:
    """Write the demo federation; with `serve`, name its datasets by loopback addresses, and serve them."""
    from sitegen import demo as demos  # it needs zarr, whose import would cost every command 0.3 s

    if not serve:
        summary = demos.write_demo(folder)
        say(f"{folder}: {summary}; build its catalog with: sitegen build {folder / 'sitegen.toml'}")
        return
    origins = demos.demo_origins(first_port)
    summary = demos.write_demo(folder, origins=origins)
    folders = [(folder / name, urlsplit(origin).port or 0) for name, origin in origins.items()]
    run_server(
        folders,
        on_ready=lambda _: say(f"{folder}: {summary}, served by {len(folders)} origins, {origins_of(origins)}"),
        cors=True,
    )


def origins_of(origins: Mapping[str, str]) -> str:
    """Return the first and last of some origins, in words."""
    addresses = list(origins.values())
    return f"{addresses[0]} to {addresses[-1]}"


def serve(folder: Path, port: int, *, say: Callable[[str], None]) -> None:
    """Serve a built site on loopback until a signal; prints its address first. Raises UsageError."""
    run_server([(folder, port)], on_ready=lambda addresses: say(addresses[0]))
