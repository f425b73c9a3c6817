"""A port that is in use ends a command before its long work, with what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.cli import main
from sitegen.serve import busy_ports

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def busy() -> Iterator[int]:
    """A port of this machine that another program uses."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_ports_that_cannot_be_used_together(busy: int) -> None:
    """One that is in use, one that is named twice, and one that does not exist."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        free = other.getsockname()[1]

    assert busy_ports([free]) == []
    assert busy_ports([free, busy, free, 70_000]) == [busy, free, 70_000]


def test_the_demo_is_not_written_for_a_busy_port(busy: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the port, how many are needed, and the option."""
    code = main(["demo", str(tmp_path / "demo"), "--serve", "--port", str(busy - 1)])
    said = capsys.readouterr().err

    assert code == 2
    assert "is in use; 8 free ports are needed, choose the first with --port" in said
    assert not (tmp_path / "demo").exists()


@pytest.mark.skipif(os.name != "posix", reason="the Makefile is for POSIX shells")
@pytest.mark.parametrize("variable", ["PORT", "DATA_PORT"])
def test_make_site_ends_before_the_build(busy: int, variable: str, tmp_path: Path) -> None:
    """It names the port and the variables; nothing is written, and no server is left."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "ready").touch()
    done = subprocess.run(
        ["make", "site", f"ENV={tmp_path}", f"{variable}={busy}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert f"port {busy}" in done.stderr
    assert "make site PORT=8010 DATA_PORT=8201" in done.stderr
    assert "Writing" not in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"bin", "ready"}
