"""The command line: parses the arguments, runs a command, prints its result, returns the exit code.

Only this module prints, with `commands.printing`, and configures logging. A `SitegenError` ends here as one line on
standard error; after Ctrl-C or SIGTERM, the line says that the next run continues from the cache. A command is imported
when it runs, so that none costs the others time and memory.
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
from typing import TYPE_CHECKING

import shtab

from sitegen import __version__
from sitegen.commands import parsers
from sitegen.commands.annotations import render_error, render_github, render_json, render_text
from sitegen.commands.printing import check_output, write_line
from sitegen.commands.progress import Progress
from sitegen.errors import SitegenError, UsageError
from sitegen.interrupts import Interrupted, interruptible, run

if TYPE_CHECKING:
    from sitegen.commands.check import CheckResult

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
    for add, run_command in _COMMANDS:
        command = add(subparsers)
        command.set_defaults(run=run_command)
        command.add_argument(
            "-v", "--verbose", action="count", default=0, help="log more details; -vv: even more, for debugging"
        )
    return parser


def _build(options: argparse.Namespace, progress: Progress) -> int:
    from sitegen.commands.build import BuildOptions, build

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
    from sitegen.commands.check import CheckOptions, check

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
        from sitegen.commands.check_summary import render_summary

        return render_summary(result)
    if output_format == "github":
        # https://docs.github.com/en/actions/reference/workflows-and-actions/variables
        return render_github(problems, folder=Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()))
    if not sys.stdout.isatty():
        return render_text(problems)
    color = not os.environ.get("NO_COLOR")  # https://no-color.org
    return render_text(problems, color=color, width=shutil.get_terminal_size().columns)


def _validate(options: argparse.Namespace, progress: Progress) -> int:
    from sitegen.commands import target_reports
    from sitegen.commands.validate import validate_targets

    reports = run(validate_targets(options.targets, progress))
    if options.format == "json":
        write_line(target_reports.render_json(reports))
    else:
        for line in target_reports.render_text(reports):
            write_line(line)
    return 1 if any(report.valid is False for report in reports) else 0


def _list(options: argparse.Namespace, progress: Progress) -> int:
    from sitegen.commands.inventory import ListOptions, list_datasets

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
    from sitegen.commands.thumbnails import ThumbnailOptions, render_results, write_thumbnails

    thumbnail_options = ThumbnailOptions(
        targets=tuple(options.targets),
        out=None if options.in_place else options.out,
        size_px=options.size,
        redraw=options.redraw,
        config=options.config,
    )
    results = run(write_thumbnails(thumbnail_options, progress))
    for line in render_results(results):
        write_line(line)
    return 1 if any(each.failed for each in results) else 0


def _demo(options: argparse.Namespace, progress: Progress) -> int:
    from sitegen.commands import demo as demo_commands

    if options.serve:
        from sitegen.demo import demo_origins
        from sitegen.serve import busy_ports, check_ports

        count = len(demo_origins())
        check_ports(options.port, count=count)
        if busy := busy_ports(range(options.port, options.port + count)):
            raise UsageError(f"port {busy[0]} is in use; {count} free ports are needed, choose the first with --port")
    demo_commands.demo(options.folder, serve=options.serve, first_port=options.port, show=write_line)
    return 0


def _serve(options: argparse.Namespace, progress: Progress) -> int:
    from sitegen.commands import demo as demo_commands

    demo_commands.serve(options.folder, options.port, show=write_line)
    return 0


def _publish(options: argparse.Namespace, progress: Progress) -> int:
    from sitegen.publish.upload import PublishOptions, publish

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


_COMMANDS: tuple[tuple[Callable[[parsers.Commands], argparse.ArgumentParser], _Run], ...] = (
    (parsers.add_build, _build),
    (parsers.add_check, _check),
    (parsers.add_validate, _validate),
    (parsers.add_list, _list),
    (parsers.add_thumbnails, _thumbnails),
    (parsers.add_demo, _demo),
    (parsers.add_serve, _serve),
    (parsers.add_publish, _publish),
)
