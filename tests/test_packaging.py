"""What is installed: the command with its completion, and the tools that a checkout must not get in the way of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sitegen.cli import main

REPOSITORY = Path(__file__).parent.parent


def run(*words: str, path: Path) -> str:
    """Run Python in the checkout, with a folder of modules before those that are installed; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(path)}
    run = subprocess.run([sys.executable, *words], cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    return run.stdout + run.stderr


def test_python_m_build_makes_packages_in_a_checkout(tmp_path: Path) -> None:
    """It runs the installed package of this name, with its arguments, and not `build.py` of the checkout."""
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "__init__.py").write_text("")
    (tmp_path / "build" / "__main__.py").write_text("import sys\nprint('PyPA', *sys.argv[1:])\n")

    assert run("-m", "build", "--wheel", path=tmp_path) == "PyPA --wheel\n"
    assert "usage: sitegen build" in run("build.py", "--help", path=tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_completes_commands_and_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script is made from the parser, so it knows each command."""
    with pytest.raises(SystemExit) as ended:
        main(["--print-completion", shell])
    printed = capsys.readouterr().out

    assert ended.value.code == 0
    assert "publish" in printed
    assert "offline" in printed
