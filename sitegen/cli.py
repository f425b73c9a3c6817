"""The command line: arguments in, words and an exit code out.

Only this module prints and configures logging. What the commands do is in `commands`;
every `SitegenError` ends here as one clear line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sitegen import __version__, commands
from sitegen.commands import BuildOptions
from sitegen.errors import SitegenError, UsageError
from sitegen.progress import Progress

_INTERRUPTED = 130
_Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = make_parser().parse_args(arguments)
    logging.basicConfig(
        level=[logging.WARNING, logging.INFO, logging.DEBUG][min(options.verbose, 2)],
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    run: _Run = options.run
    try:
        return run(options)
    except SitegenError as error:
        print(f"sitegen: {error}" + (f"\n  {hint}" if (hint := getattr(error, "hint", "")) else ""), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "sitegen: interrupted; what was finished is in the cache, the next run goes on from there", file=sys.stderr
        )
        return _INTERRUPTED


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
    parser.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="the site's folder (site)")
    _add_crawl_options(parser)
    parser.add_argument("--base-url", metavar="URL", help="where the site will stand")
    parser.add_argument("--strict", action="store_true", help="exit 1 if any dataset has an error")
    parser.add_argument("--json", action="store_true", help="print a summary for machines")
    parser.set_defaults(run=_build)
    return parser


def _add_crawl_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(".sitegen-cache"),
        metavar="DIR",
        help="what was read before (.sitegen-cache)",
    )
    parser.add_argument("--offline", action="store_true", help="answer everything from the cache")
    parser.add_argument("--refresh", action="store_true", help="ask every host again whether its data changed")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only the first N datasets")


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
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write it")
    parser.add_argument("--serve", action="store_true", help="then serve it, each institution on a port of its own")
    parser.add_argument("--port", type=int, default=8101, metavar="N", help="the first of those ports (8101)")
    parser.set_defaults(run=_demo)
    return parser


def _add_serve(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("serve", help="serve a built site on this machine alone")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("site"), metavar="DIR", help="the site (site)")
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="port; 0 takes a free one (8000)")
    parser.set_defaults(run=_serve)
    return parser


def _add_publish(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("publish", help="upload a built site to object storage or a folder")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the site")
    parser.add_argument("target", metavar="TARGET", help="s3://…, or any address that fsspec knows")
    parser.set_defaults(run=_publish)
    return parser


def _build(options: argparse.Namespace) -> int:
    summary = asyncio.run(commands.build(_build_options(options), Progress()))
    if options.json:
        print(json.dumps(summary.as_json(), indent=1))
    else:
        print(summary.as_text())
    return 1 if options.strict and summary.errors else 0


def _build_options(options: argparse.Namespace) -> BuildOptions:
    return BuildOptions(
        config=options.config,
        out=options.out,
        base_url=options.base_url,
        cache=options.cache,
        offline=options.offline,
        refresh=options.refresh,
        limit=options.limit,
    )


def _check(options: argparse.Namespace) -> int:
    raise UsageError("`sitegen check` is not there yet; `sitegen build` writes what it finds into report.json")


def _validate(options: argparse.Namespace) -> int:
    raise UsageError("`sitegen validate` is not there yet; a built site's report.json holds what a crawl found")


def _demo(options: argparse.Namespace) -> int:
    commands.demo(options.folder, serve=options.serve, first_port=options.port, say=_say)
    return 0


def _serve(options: argparse.Namespace) -> int:
    commands.serve(options.folder, options.port, say=_say)
    return 0


def _publish(options: argparse.Namespace) -> int:
    raise UsageError("`sitegen publish` is not there yet; copy the site's folder to your host")


def _say(words: str) -> None:
    print(words, flush=True)
