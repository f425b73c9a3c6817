"""The command line: arguments in, words and an exit code out.

Only this module prints and configures logging. What the commands do is in `commands`;
every `SitegenError` ends here as one clear line, every signal with what it leaves behind.
"""

from __future__ import annotations

import argparse
import errno
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sitegen import __version__
from sitegen.commands import demo as demo_commands
from sitegen.commands import validate as reports
from sitegen.commands.annotations import render_github, render_json, render_text
from sitegen.commands.build import BuildOptions, build
from sitegen.commands.check import CheckOptions, CheckResult, check
from sitegen.commands.progress import Progress
from sitegen.commands.targets import validate_typed
from sitegen.errors import SitegenError
from sitegen.interrupts import Interrupted, interruptible, run
from sitegen.publish.upload import publish
from sitegen.serve import check_ports

_BROKEN_PIPE = 141
_Run = Callable[[argparse.Namespace, Progress], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = make_parser().parse_args(arguments)
    command: _Run = options.run
    try:
        _check_output()
        with interruptible(), Progress() as progress, _logging(progress, options.verbose):
            return command(options, progress)
    except SitegenError as error:
        print(f"sitegen: {error}" + (f"\n  {hint}" if (hint := getattr(error, "hint", "")) else ""), file=sys.stderr)
        return error.exit_code
    except Interrupted as signal:
        cache = getattr(options, "cache", None)  # not every command has one
        kept = f"; what was finished is in {cache}, the next run goes on from there" if cache else ""
        print(f"sitegen: stopped by {signal}{kept}", file=sys.stderr)
        return signal.exit_code
    except BrokenPipeError:  # `sitegen check … | head`: nobody reads on, and nobody is to be told
        return _BROKEN_PIPE


def _check_output() -> None:
    """Raise SitegenError where standard output is closed: the next file that is opened would take its place."""
    if sys.stdout is None:
        raise SitegenError("standard output is closed; expected a terminal, a pipe or a file, such as /dev/null")


@contextmanager
def _logging(progress: Progress, verbosity: int) -> Iterator[None]:
    """Let the log stand above the progress while this lasts."""
    handler = logging.StreamHandler(progress)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel([logging.WARNING, logging.INFO, logging.DEBUG][min(verbosity, 2)])
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="sitegen", description="Publish one static catalog of OME-Zarr images.")
    parser.add_argument("--version", action="version", version=f"sitegen {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_build, _add_check, _add_validate, _add_demo, _add_serve, _add_publish):
        command = add(subparsers)
        command.add_argument("-v", "--verbose", action="count", default=0, help="say more; twice: each request")
    return parser


if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_build(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("build", help="crawl everything that the lists name, write the site")
    parser.add_argument("config", nargs="?", metavar="CONFIG", help="sitegen.toml, or a CSV file or address")
    parser.add_argument("--out", type=_folder, default=Path("site"), metavar="DIR", help="the site's folder (site)")
    _add_crawl_options(parser)
    parser.add_argument("--base-url", metavar="URL", help="where the site will stand")
    parser.add_argument("--strict", action="store_true", help="exit 1 if any dataset has an error")
    parser.add_argument("--json", action="store_true", help="print a summary for machines")
    parser.set_defaults(run=_build)
    return parser


def _add_crawl_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache",
        type=_folder,
        default=Path(".sitegen-cache"),
        metavar="DIR",
        help="what was read before (.sitegen-cache)",
    )
    parser.add_argument("--offline", action="store_true", help="answer everything from the cache")
    parser.add_argument("--refresh", action="store_true", help="ask every host again whether its data changed")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N datasets")


def _folder(text: str) -> Path:
    try:
        os.stat(text)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise argparse.ArgumentTypeError(f"expected a folder, found links in a circle: {text}") from None
    return Path(text)  # one that is not there yet, or cannot be used, is told where it is used


def _positive(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number above 0, found {text!r}")


def _add_check(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("check", help="tell what is wrong with lists and their datasets, by file:line")
    parser.add_argument("csv", nargs="+", metavar="CSV", help="lists, by path or address")
    _add_crawl_options(parser)
    parser.add_argument("--format", choices=("text", "github", "json"), default="text", help="how to print problems")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors, too")
    parser.add_argument(
        "--since", type=Path, metavar="FILE", help="only rows that this earlier version of the list does not have"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="a sitegen.toml, for its [crawl] settings")
    parser.set_defaults(run=_check)
    return parser


def _add_validate(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("validate", help="judge OME-Zarr metadata alone")
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="a store (address or folder), or a .json document")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print verdicts")
    parser.set_defaults(run=_validate)
    return parser


def _add_demo(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("demo", help="write a small federation to try things on")
    parser.add_argument("folder", type=_folder, metavar="DIR", help="where to write it")
    parser.add_argument("--serve", action="store_true", help="then serve it, each institution on a port of its own")
    parser.add_argument("--port", type=int, default=8101, metavar="N", help="the first of those ports (8101)")
    parser.set_defaults(run=_demo)
    return parser


def _add_serve(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("serve", help="serve a built site on this machine alone")
    parser.add_argument("folder", nargs="?", type=_folder, default=Path("site"), metavar="DIR", help="the site (site)")
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="port; 0 takes a free one (8000)")
    parser.set_defaults(run=_serve)
    return parser


def _add_publish(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("publish", help="upload a built site to object storage or a folder")
    parser.add_argument("folder", type=_folder, metavar="DIR", help="the site")
    parser.add_argument(
        "target", metavar="TARGET", help="a folder, s3://…, gs://…, or any address that fsspec can write"
    )
    parser.set_defaults(run=_publish)
    return parser


def _build(options: argparse.Namespace, progress: Progress) -> int:
    build_options = BuildOptions(
        config=options.config,
        out=options.out,
        base_url=options.base_url,
        cache=options.cache,
        offline=options.offline,
        refresh=options.refresh,
        limit=options.limit,
    )
    summary = build(build_options, progress)
    _say(json.dumps(summary.as_json(), indent=1) if options.json else summary.as_text())
    return 1 if options.strict and summary.errors else 0


def _check(options: argparse.Namespace, progress: Progress) -> int:
    check_options = CheckOptions(
        csv=tuple(options.csv),
        config=options.config,
        since=options.since,
        cache=options.cache,
        offline=options.offline,
        refresh=options.refresh,
        limit=options.limit,
    )
    checked = check(check_options, progress)
    for line in _render(checked, options.format):
        _say(line)
    if options.format == "json":
        print(checked.as_text(), file=sys.stderr)
    else:
        _say(checked.as_text())
    return 1 if checked.errors or (options.strict and checked.warnings) else 0


def _render(checked: CheckResult, form: str) -> Iterable[str]:
    if form == "json":
        return [render_json(checked.problems)]
    if form == "github":
        return render_github(checked.problems, folder=Path.cwd())
    if not sys.stdout.isatty():
        return render_text(checked.problems)
    colour = not os.environ.get("NO_COLOR")  # https://no-color.org
    return render_text(checked.problems, colour=colour, width=shutil.get_terminal_size().columns)


def _validate(options: argparse.Namespace, progress: Progress) -> int:
    verdicts = run(validate_typed(options.targets, progress))
    for line in [reports.render_json(verdicts)] if options.format == "json" else reports.render_text(verdicts):
        _say(line)
    return 1 if any(verdict.valid is False for verdict in verdicts) else 0


def _demo(options: argparse.Namespace, progress: Progress) -> int:
    if options.serve:
        from sitegen.demo import demo_origins  # it needs zarr, which would cost every command 0.3 s

        check_ports(options.port, count=len(demo_origins()))
    demo_commands.demo(options.folder, serve=options.serve, first_port=options.port, say=_say)
    return 0


def _serve(options: argparse.Namespace, progress: Progress) -> int:
    demo_commands.serve(options.folder, options.port, say=_say)
    return 0


def _publish(options: argparse.Namespace, progress: Progress) -> int:
    _say(run(publish(options.folder, options.target, progress)).as_text())
    return 0


def _say(words: str) -> None:
    """Print words, and see that they arrive."""
    try:
        print(_encodable(words), flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left has nowhere to go
        if isinstance(error, BrokenPipeError):
            raise
        raise SitegenError(
            f"standard output cannot be written: {error.strerror}; make room, or lead it elsewhere"
        ) from None


def _encodable(words: str) -> str:
    """Return the words as far as standard output's encoding has them; what it lacks is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    return words.encode(encoding, "backslashreplace").decode(encoding)
