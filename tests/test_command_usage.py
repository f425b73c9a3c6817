"""Every command says what it takes, and refuses what it cannot take with exit code 2, before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen import __version__
from sitegen.cli import main, make_parser

COMMANDS = ("build", "check", "validate", "demo", "serve", "publish")


def exit_code(*arguments: str) -> int:
    """Run a command and return its exit code."""
    try:
        return main(list(arguments))
    except SystemExit as ended:
        return int(ended.code or 0)


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As in the files that it writes."""
    assert exit_code("--version") == 0
    assert capsys.readouterr().out == f"sitegen {__version__}\n"


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with a line of its own."""
    assert exit_code("--help") == 0
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n    {name} " not in shown] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It explains the option that all of them have."""
    assert exit_code(command, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: sitegen {command}")
    assert "--verbose" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "COMMAND"),
        (("paint",), "paint"),
        (("build", "--limit", "0"), "above 0"),
        (("build", "--limit", "-3"), "above 0"),
        (("build", "--limit", "many"), "'many'"),
        (("build", "one.toml", "two.toml"), "two.toml"),
        (("check",), "CSV"),
        (("check", "a.csv", "--format", "xml"), "xml"),
        (("validate",), "TARGET"),
        (("validate", "a.zarr", "--format", "github"), "github"),
        (("demo",), "DIR"),
        (("demo", "folder", "--port", "web"), "web"),
        (("publish", "site"), "TARGET"),
        (("publish", "site", "there", "--force"), "--force"),
    ],
)
def test_wrong_arguments_are_wrong_usage(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says which one; nothing is printed to standard output."""
    assert exit_code(*arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err
    assert "Traceback" not in printed.err


def test_a_build_has_sensible_defaults() -> None:
    """Nothing but the command is needed."""
    options = make_parser().parse_args(["build"])

    assert (options.config, options.out, options.cache) == (None, Path("site"), Path(".sitegen-cache"))
    assert not any((options.offline, options.refresh, options.strict, options.json))
    assert options.limit is None


def test_several_lists_are_checked_at_once() -> None:
    """And several targets validated."""
    assert make_parser().parse_args(["check", "a.csv", "b.csv"]).csv == ["a.csv", "b.csv"]
    assert make_parser().parse_args(["validate", "a.zarr", "b.json"]).targets == ["a.zarr", "b.json"]


@pytest.mark.parametrize(("flags", "level"), [([], 0), (["-v"], 1), (["-vv"], 2), (["-v", "--verbose"], 2)])
def test_details_are_asked_for_by_repetition(flags: list[str], level: int) -> None:
    """After the command, as its other options."""
    assert make_parser().parse_args(["serve", *flags]).verbose == level
