"""The command line: parses the arguments, runs a command, prints its result, returns the exit code.

Only this module prints, with `commands.printing`, and configures logging. A `SitegenError` ends here as one line on
standard error; after Ctrl-C or SIGTERM, the line says that the next run continues from the cache.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import shtab

from sitegen import __version__
from sitegen.commands import demo as demo_commands
from sitegen.commands import target_reports
from sitegen.commands.annotations import render_error, render_github, render_json, render_text
from sitegen.commands.arguments import (
    read_column,
    read_days,
    read_folder,
    read_positive,
    read_share,
    read_thumbnail_size,
)
from sitegen.commands.build import BuildOptions, build
from sitegen.commands.check import CheckOptions, CheckResult, check
from sitegen.commands.check_summary import render_summary
from sitegen.commands.inventory import ListOptions, list_datasets
from sitegen.commands.printing import check_output, write_line
from sitegen.commands.progress import Progress
from sitegen.commands.thumbnails import ThumbnailOptions, render_results, write_thumbnails
from sitegen.commands.validate import validate_targets
from sitegen.config.checks import ENGINES
from sitegen.errors import SitegenError, UsageError
from sitegen.interrupts import Interrupted, interruptible, run
from sitegen.publish.upload import PublishOptions, publish
from sitegen.serve import busy_ports, check_ports

_BROKEN_PIPE = 141
_Run = Callable[[argparse.Namespace, Progress], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = make_parser().parse_args(arguments)
    command: _Run = options.run
    try:
        check_output()
        with interruptible(), Progress() as progress, _logging(progress, options.verbose):
            return command(options, progress)
    except SitegenError as error:
        if getattr(options, "format", "") == "github":
            print(render_error(str(error)))
        print(f"sitegen: {error}" + (f"\n  {hint}" if (hint := getattr(error, "hint", "")) else ""), file=sys.stderr)
        return error.exit_code
    except Interrupted as signal:
        cache = getattr(options, "cache", None)  # not every command has one
        kept = f"; finished datasets are kept in {cache}, and the next run continues from there" if cache else ""
        print(f"sitegen: stopped by {signal}{kept}", file=sys.stderr)
        return signal.exit_code
    except BrokenPipeError:  # `sitegen check … | head`: the reader has closed the pipe, as it wanted
        return _BROKEN_PIPE


@contextmanager
def _logging(progress: Progress, verbosity: int) -> Iterator[None]:
    """Write the log above the progress display while the context lasts."""
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
    parser = argparse.ArgumentParser(
        prog="sitegen", description="Build a static website that catalogs OME-Zarr images from CSV lists."
    )
    parser.add_argument("--version", action="version", version=f"sitegen {__version__}")
    shtab.add_argument_to(parser, "--print-completion", help="print a script that completes commands in a shell")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_build, _add_check, _add_validate, _add_list, _add_thumbnails, _add_demo, _add_serve, _add_publish):
        command = add(subparsers)
        command.add_argument(
            "-v", "--verbose", action="count", default=0, help="log more details; -vv: even more, for debugging"
        )
    return parser


if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_build(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("build", help="read the datasets in the lists and write the site")
    parser.add_argument(
        "config",
        nargs="?",
        metavar="CONFIG",
        help="a sitegen.toml, or one CSV list by path or address (default: sitegen.toml)",
    )
    parser.add_argument(
        "--out",
        type=read_folder,
        default=Path("site"),
        metavar="DIR",
        help="folder to write the site to (default: site)",
    )
    _add_crawl_options(parser)
    parser.add_argument("--base-url", metavar="URL", help="address at which the site will be published")
    parser.add_argument(
        "--since",
        metavar="VERSION",
        help="build only what is new or changed since an earlier version of the lists: a file, folder, or git revision",
    )
    parser.add_argument(
        "--if-lists-changed", action="store_true", help="build only if a list has changed since the last build"
    )
    parser.add_argument(
        "--max-loss",
        type=read_share,
        metavar="SHARE",
        help="fail if more than this share of the datasets shown before is lost, from 0 to 1 (default: max_loss of "
        "the configuration)",
    )
    parser.add_argument("--engine", choices=ENGINES, help="where datasets are inspected")
    parser.add_argument("--scheduler", metavar="URL", help="address of a Dask scheduler, for --engine dask")
    parser.add_argument("--processes", type=read_positive, metavar="N", help="processes of this machine that crawl")
    parser.add_argument("--strict", action="store_true", help="exit 1 if any dataset has an error")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.set_defaults(run=_build)
    return parser


def _add_crawl_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache",
        type=read_folder,
        default=Path(".sitegen-cache"),
        metavar="DIR",
        help="folder that keeps what was read, for the next run (default: .sitegen-cache)",
    )
    parser.add_argument("--offline", action="store_true", help="use only the cache; send no requests")
    parser.add_argument(
        "--refresh", action="store_true", help="check every dataset for changes, even recently read ones"
    )
    parser.add_argument("--limit", type=read_positive, metavar="N", help="read only the first N datasets")


def _add_check(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("check", help="report problems of lists and their datasets, line by line")
    parser.add_argument(
        "csv", nargs="+", metavar="CSV", help="a list, by path or address; or a sitegen.toml, for all of its lists"
    )
    _add_crawl_options(parser)
    parser.add_argument(
        "--format",
        choices=("text", "github", "json", "summary"),
        default="text",
        help="how to print problems; github: as annotations of a pull request; summary: as Markdown (default: text)",
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 for warnings, too, not only for errors")
    parser.add_argument(
        "--since",
        metavar="VERSION",
        help="check only what is new or changed since an earlier version of the lists: a file, folder, or git revision",
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="a sitegen.toml whose [crawl] settings are used; its lists are not"
    )
    parser.set_defaults(run=_check)
    return parser


def _add_validate(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("validate", help="validate the metadata of OME-Zarr stores or documents")
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="a store (address or folder), or a metadata document such as zarr.json",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print the reports (default: text)"
    )
    parser.set_defaults(run=_validate)
    return parser


def _add_list(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("list", help="print a list of the datasets in a bucket or folder")
    parser.add_argument(
        "address", metavar="ADDRESS", help="s3://…, gs://…, a folder, or a web page that lists a folder"
    )
    parser.add_argument("--web", metavar="URL", help="address under which visitors find the folder, for the rows")
    parser.add_argument(
        "--endpoint", metavar="URL", help="address of an S3 store that is not Amazon's; rows begin with it"
    )
    parser.add_argument(
        "--depth", type=read_positive, default=5, metavar="N", help="levels of folders to look into (default: 5)"
    )
    parser.add_argument(
        "--column",
        type=read_column,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a further column with one value, such as source=IDR; may be repeated",
    )
    parser.set_defaults(run=_list)
    return parser


def _add_thumbnails(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("thumbnails", help="write thumbnails for owners to put into their own stores")
    parser.add_argument(
        "targets", nargs="+", metavar="TARGET", help="a store, by path or address, or a list (CSV) of stores"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--out",
        type=read_folder,
        default=Path("thumbnails"),
        metavar="DIR",
        help="folder that mirrors the stores, to be copied over them (default: thumbnails)",
    )
    where.add_argument("--in-place", action="store_true", help="change the stores themselves, on this machine only")
    parser.add_argument(
        "--size", type=read_thumbnail_size, default=512, metavar="PX", help="longer edge, 128 to 512 (default: 512)"
    )
    parser.add_argument("--redraw", action="store_true", help="draw those anew that an earlier run wrote")
    parser.set_defaults(run=_thumbnails)
    return parser


def _add_demo(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("demo", help="write demo data: small images and lists of several institutions")
    parser.add_argument("folder", type=read_folder, metavar="DIR", help="folder to write the demo to")
    parser.add_argument(
        "--serve", action="store_true", help="then serve it until Ctrl-C, each institution on its own port"
    )
    parser.add_argument("--port", type=int, default=8101, metavar="N", help="first of these ports (default: 8101)")
    parser.set_defaults(run=_demo)
    return parser


def _add_serve(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("serve", help="serve a built site, for this machine only")
    parser.add_argument(
        "folder",
        nargs="?",
        type=read_folder,
        default=Path("site"),
        metavar="DIR",
        help="folder of the site (default: site)",
    )
    parser.add_argument(
        "--port", type=int, default=8000, metavar="N", help="port; 0 chooses a free one (default: 8000)"
    )
    parser.set_defaults(run=_serve)
    return parser


def _add_publish(subparsers: _Commands) -> argparse.ArgumentParser:
    parser = subparsers.add_parser("publish", help="upload a built site to object storage or a folder")
    parser.add_argument("folder", type=read_folder, metavar="DIR", help="folder of the site")
    parser.add_argument("target", metavar="TARGET", help="a folder, s3://…, gs://…, or another address of fsspec")
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent and deleted, and change nothing")
    parser.add_argument(
        "--max-delete",
        type=read_share,
        default=0.5,
        metavar="SHARE",
        help="share of the files there that may be deleted, from 0 to 1 (default: 0.5)",
    )
    parser.add_argument(
        "--keep-days",
        type=read_days,
        default=7.0,
        metavar="DAYS",
        help="how long scripts, search files and pictures stay there after the site has replaced them (default: 7)",
    )
    parser.add_argument(
        "--no-gzip", dest="gzip", action="store_false", help="do not compress pages for s3:// and gs://"
    )
    parser.set_defaults(run=_publish)
    return parser


def _build(options: argparse.Namespace, progress: Progress) -> int:
    build_options = BuildOptions(
        config=options.config,
        out=options.out,
        base_url=options.base_url,
        since=options.since,
        if_lists_changed=options.if_lists_changed,
        max_loss=options.max_loss,
        cache=options.cache,
        offline=options.offline,
        refresh=options.refresh,
        limit=options.limit,
        engine=options.engine,
        scheduler=options.scheduler,
        processes=options.processes,
    )
    summary = build(build_options, progress)
    write_line(json.dumps(summary.as_json(), indent=1) if options.json else summary.as_text())
    return 1 if options.strict and summary.catalog.totals.with_errors else 0


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
    result = check(check_options, progress)
    for line in _render_check(result, options.format):
        write_line(line)
    if options.format in ("json", "summary"):
        print(result.as_text(), file=sys.stderr)
    else:
        write_line(result.as_text())
    return 1 if result.errors or (options.strict and result.warnings) else 0


def _render_check(result: CheckResult, output_format: str) -> Iterable[str]:
    problems = result.problems
    if output_format == "json":
        return [render_json(problems)]
    if output_format == "summary":
        return render_summary(result)
    if output_format == "github":
        # https://docs.github.com/en/actions/reference/workflows-and-actions/variables
        return render_github(problems, folder=Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()))
    if not sys.stdout.isatty():
        return render_text(problems)
    color = not os.environ.get("NO_COLOR")  # https://no-color.org
    return render_text(problems, color=color, width=shutil.get_terminal_size().columns)


def _validate(options: argparse.Namespace, progress: Progress) -> int:
    reports = run(validate_targets(options.targets, progress))
    if options.format == "json":
        write_line(target_reports.render_json(reports))
    else:
        for line in target_reports.render_text(reports):
            write_line(line)
    return 1 if any(report.valid is False for report in reports) else 0


def _list(options: argparse.Namespace, progress: Progress) -> int:
    list_options = ListOptions(
        address=options.address,
        web=options.web,
        endpoint=options.endpoint,
        depth=options.depth,
        columns=tuple(options.column),
    )
    for line in list_datasets(list_options, progress):
        write_line(line)
    return 0


def _thumbnails(options: argparse.Namespace, progress: Progress) -> int:
    thumbnail_options = ThumbnailOptions(
        targets=tuple(options.targets),
        out=None if options.in_place else options.out,
        size_px=options.size,
        redraw=options.redraw,
    )
    results = run(write_thumbnails(thumbnail_options, progress))
    for line in render_results(results):
        write_line(line)
    return 1 if any(each.failed for each in results) else 0


def _demo(options: argparse.Namespace, progress: Progress) -> int:
    if options.serve:
        from sitegen.demo import demo_origins  # it needs zarr, which would cost every command 0.3 s

        count = len(demo_origins())
        check_ports(options.port, count=count)
        if busy := busy_ports(range(options.port, options.port + count)):
            raise UsageError(f"port {busy[0]} is in use; {count} free ports are needed, choose the first with --port")
    demo_commands.demo(options.folder, serve=options.serve, first_port=options.port, show=write_line)
    return 0


def _serve(options: argparse.Namespace, progress: Progress) -> int:
    demo_commands.serve(options.folder, options.port, show=write_line)
    return 0


def _publish(options: argparse.Namespace, progress: Progress) -> int:
    publish_options = PublishOptions(
        folder=options.folder,
        target=options.target,
        dry_run=options.dry_run,
        max_delete=options.max_delete,
        gzip=options.gzip,
        keep_days=options.keep_days,
    )
    published = run(publish(publish_options, progress))
    write_line(f"{'Would change: ' if options.dry_run else ''}{published.as_text()}")
    return 0
