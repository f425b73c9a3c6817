"""Compares the sites that two commits build from the same data, so that each difference can be explained.

    python benchmarks/compare_sites.py                          HEAD~1 and HEAD, the demo
    python benchmarks/compare_sites.py main HEAD --lists LISTS --limit 2000 --keep ../compared
    python benchmarks/compare_sites.py old/site new/site        two sites that are built

Each commit is checked out and installed in an environment of its own, and driven by its command line alone. Both
build the demo federation, which the first commit writes and serves, and with `--lists` a site of real rows against
the stand-in for the internet (tests/standin) of this checkout. Ends with 1 if there is a difference that `--allow`
does not explain. With `--keep`, what is built is used again: a commit's sites, and the demo, are built once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from challenge import find_lists, read_addresses
from site_diff import Difference, Group, find_differences, group, is_allowed, read_allowed
from standin import Standin

_REPOSITORY = Path(__file__).parent.parent
_EPOCH = "1790000000"
_FIRST_PORT = 18100
"""Below the ports that systems give away (RFC 6335, section 6), so that both commits find the data at one address."""
_DEMO_PORTS = 40
_SHOWN_CHARACTERS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where everything is: what both commits read, and what each of them built."""

    folder: Path
    first_port: int

    @property
    def demo(self) -> Path:
        """The demo federation."""
        return self.folder / "data" / "demo"

    @property
    def lists(self) -> Path:
        """The lists, their addresses turned to the stand-in."""
        return self.folder / "data" / "lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One commit: its environment, and what it builds."""

    commit: str
    folder: Path

    @property
    def command(self) -> str:
        """Its `sitegen`."""
        return str(self.folder / "venv" / "bin" / "sitegen")

    def site(self, name: str) -> Path:
        """Return where it builds a site."""
        return self.folder / name / "site"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare what the command line names; return the exit code."""
    options = _read_options(arguments)
    allowed = read_allowed(options.allow.read_text(encoding="utf-8")) if options.allow else []
    if Path(options.old).is_dir() and Path(options.new).is_dir():
        return int(
            _print_differences("sites", find_differences(Path(options.old), Path(options.new)), allowed, options)
        )
    with _workplace(options) as place:
        old = _make_side(place, options.old)
        sides = [old, _make_side(place, options.new, beside=old.commit)]
        pairs = [("demo", _build_demo(place, sides))]
        if options.lists:
            pairs.append(("lists", _build_lists(place, sides, options)))
        unexplained = [
            _print_differences(name, find_differences(old, new), allowed, options) for name, (old, new) in pairs
        ]
    return int(any(unexplained))


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", nargs="?", default="HEAD~1", help="a revision, or a built site (HEAD~1)")
    parser.add_argument("new", nargs="?", default="HEAD", help="a revision, or a built site (HEAD)")
    parser.add_argument("--lists", type=Path, metavar="DIR", help="a folder of real lists; their site is compared, too")
    parser.add_argument("--limit", type=int, default=2000, metavar="N", help="of them only the first N datasets (2000)")
    parser.add_argument("--allow", type=Path, metavar="FILE", help="accepted differences, `old → new` on each line")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="use again what was built there, and keep the rest")
    parser.add_argument("--port", type=int, default=_FIRST_PORT, metavar="N", help=f"the first port ({_FIRST_PORT})")
    parser.add_argument("--show", type=int, default=200, metavar="N", help="groups that are printed (200)")
    return parser.parse_args(arguments)


@contextmanager
def _workplace(options: argparse.Namespace) -> Iterator[Workplace]:
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        yield Workplace(folder=options.keep.resolve(), first_port=options.port)
    else:
        with tempfile.TemporaryDirectory(prefix="compare-sites-") as folder:
            yield Workplace(folder=Path(folder), first_port=options.port)


def _make_side(place: Workplace, revision: str, *, beside: str = "") -> Side:
    """Check a commit out and install it; beside itself a second time, to show whether a build is reproducible."""
    commit = _run(["git", "rev-parse", "--verify", f"{revision}^{{commit}}"], cwd=_REPOSITORY).strip()
    side = Side(commit=commit, folder=place.folder / f"{commit[:12]}{'-again' if commit == beside else ''}")
    ready = side.folder / "ready"
    if not ready.is_file():
        _say(f"{side.folder.name} ({revision}): installing")
        source, archive = side.folder / "source", side.folder / "source.tar"
        source.mkdir(parents=True, exist_ok=True)
        _run(["git", "archive", "--output", str(archive), commit], cwd=_REPOSITORY)
        shutil.unpack_archive(archive, source, filter="data")
        archive.unlink()
        _run([sys.executable, "-m", "venv", str(side.folder / "venv")])
        _run(
            [
                str(side.folder / "venv" / "bin" / "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                str(source),
            ]
        )
        ready.touch()
    return side


def _build_demo(place: Workplace, sides: Sequence[Side]) -> tuple[Path, Path]:
    """Build the demo's site with both commits; return the sites."""
    old, new = (side.site("demo") for side in sides)
    missing = [side for side in sides if not side.site("demo").is_dir()]
    if missing:
        with _demo(place, _writer_of_the_demo(place, sides[0])):
            for side in missing:
                _build(side, "demo", place.demo / "sitegen.toml")
    return old, new


def _writer_of_the_demo(place: Workplace, first: Side) -> Side:
    """Return the commit that writes the demo for all that are compared here: the first that ever was."""
    named = place.folder / "demo-by"
    if not named.is_file():
        named.write_text(first.commit, encoding="utf-8")
    return _make_side(place, named.read_text(encoding="utf-8"))


@contextmanager
def _demo(place: Workplace, side: Side) -> Iterator[None]:
    """Write the demo and serve it while this lasts."""
    _say(f"demo: written and served by {side.commit[:12]}")
    command = [side.command, "demo", str(place.demo), "--serve", "--port", str(place.first_port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():  # it says when it serves
                sys.exit(f"the demo was not served: {' '.join(command)}")
            yield
        finally:
            process.terminate()


def _build_lists(place: Workplace, sides: Sequence[Side], options: argparse.Namespace) -> tuple[Path, Path]:
    """Build the site of the real rows with both commits; return the sites."""
    lists, roots = find_lists([options.lists])
    name = f"lists-{_fingerprint(place, lists, options.limit)}"
    missing = [side for side in sides if not side.site(name).is_dir()]
    if missing:
        first_port = place.first_port + _DEMO_PORTS
        with Standin(lists, read_addresses(lists[0]), first_port=first_port) as standin:
            shutil.rmtree(place.lists, ignore_errors=True)
            place.lists.mkdir(parents=True)
            for path in lists:
                shutil.copy(standin.path(path.name), place.lists)
            config = place.lists / "sitegen.toml"
            csv = json.dumps([root.name for root in roots])
            config.write_text(f'title = "Real rows"\ncsv = {csv}\n\n[crawl]\nallow_private_hosts = true\n')
            for side in missing:
                _build(side, name, config, "--limit", str(options.limit))
    return sides[0].site(name), sides[1].site(name)


def _fingerprint(place: Workplace, lists: Sequence[Path], limit: int) -> str:
    """Return what tells one stand-in from another: its code, its lists, the limit and the ports."""
    digest = hashlib.sha256(f"{limit} {place.first_port}".encode())
    for path in [*sorted((_REPOSITORY / "tests" / "standin").glob("*.py")), *lists]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _build(side: Side, name: str, config: Path, *options: str) -> None:
    _say(f"{name}: built by {side.folder.name}")
    site, unfinished = side.site(name), side.folder / name / "unfinished"
    shutil.rmtree(site.parent, ignore_errors=True)
    site.parent.mkdir(parents=True)
    places = ["--out", str(unfinished), "--cache", str(site.parent / "cache")]
    _run([side.command, "build", str(config), *places, *options], cwd=config.parent)
    unfinished.rename(site)


def _run(command: Sequence[str], cwd: Path | None = None) -> str:
    """Run a command; return what it printed. Ends the script where it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": _EPOCH, "PYTHONPATH": ""}


def _print_differences(
    name: str, differences: Sequence[Difference], allowed: Sequence[tuple[str, str]], options: argparse.Namespace
) -> bool:
    """Print what differs between two sites; return whether something is left to explain."""
    groups = group(differences)
    unexplained = [each for each in groups if not is_allowed(each, allowed)]
    files = {each.file for each in differences}
    _say(
        f"{name}: {len(differences):,} differences in {len(files):,} files, in {len(groups):,} groups; "
        f"{len(unexplained):,} groups are not explained"
    )
    for each in unexplained[: options.show]:
        _say(_line(each))
    if len(unexplained) > options.show:
        _say(f"  and {len(unexplained) - options.show:,} more groups")
    return bool(unexplained)


def _line(each: Group) -> str:
    place = f"{each.files[0]}{f' and {len(each.files) - 1:,} more' if len(each.files) > 1 else ''}"
    return f"  {each.count:,} × {each.key and f'{each.key}: '}{_cut(each.old)} → {_cut(each.new)}  [{place}]"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}*"


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
