"""The documentation as tests read it: its pages, links and examples, and the codes and references in the source."""

from __future__ import annotations

import re
from pathlib import Path

from reference_tables import PACKAGE

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"
OUTSIDE = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
"""Pages that are not below `docs/`."""
PAGES = (
    *(REPOSITORY / name for name in OUTSIDE),
    *sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts),
    *sorted((REPOSITORY / ".github").rglob("*.md")),
)
SHELL = frozenset({"", "sh"})
"""Languages of fenced blocks that hold commands."""
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_GENERATED = re.compile(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_REFERENCE = re.compile(r"(?<![\w/.-])docs/[\w/-]+\.md(?:#[\w-]+)?")
_ELSEWHERE = re.compile(
    r"\b[A-Z]{4,}(?: §|,\s+section )|\b(?:CONTRACT|CONVENTIONS|DESIGN)\b|\b[A-Z]+(?:-[A-Z]+)*\.md\b"
    r"|OME-Zarr digest|\b[Ii]ssue \d"
)
"""What looks like a reference to a document: `NAME §2`, `NAME, section 2`, `NAME.md`; and names that were in use."""


def name_of(path: Path) -> str:
    """Return a file's path in the repository, or in the installed package."""
    root = REPOSITORY if path.is_relative_to(REPOSITORY) else PACKAGE.parent
    return path.relative_to(root).as_posix()


def by_hand(page: Path) -> str:
    """Return a page without its generated tables."""
    return _GENERATED.sub("", page.read_text(encoding="utf-8"))


def prose(page: Path) -> str:
    """Return a page without its generated tables and fenced blocks."""
    return _FENCE.sub("", by_hand(page))


def fenced(page: Path) -> list[tuple[str, str]]:
    """Return language and content of each fenced block."""
    return _FENCE.findall(page.read_text(encoding="utf-8"))


def spans(page: Path) -> set[str]:
    """Return what is written as code within the prose."""
    return set(re.findall(r"`([^`\n]+)`", prose(page)))


def commands_shown() -> list[str]:
    """Return the commands of sitegen in blocks and prose of all pages."""
    blocks = (content for page in PAGES for language, content in fenced(page) if language in SHELL)
    lines = (part for block in blocks for line in block.splitlines() for part in line.partition("#")[0].split("&&"))
    found = (re.sub(r"^(- run: |\.venv/bin/|python )", "", part.strip()) for part in (*lines, *sorted(_all_spans())))
    return sorted({part for part in found if part.startswith(("sitegen ", "build.py ")) and "…" not in part})


def _all_spans() -> set[str]:
    return {span for page in PAGES for span in spans(page)}


def links(page: Path) -> list[str]:
    """Return the links of a page that lead into the repository."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def missing(link: str, folder: Path) -> str | None:
    """Return what a link into the repository lacks, None where it leads somewhere."""
    name, _, anchor = link.partition("#")
    target = folder / name if name else None
    if target is None or not target.exists():
        return f"there is no file {name}" if name else None
    if anchor and anchor not in anchors(target):
        return f"{name} has no heading #{anchor}; it has {', '.join(sorted(anchors(target)))}"
    return None


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


def doc_references(path: Path) -> list[str]:
    """Return what a source file refers to below `docs/`, such as `docs/lists.md#addresses`."""
    return _REFERENCE.findall(path.read_text(encoding="utf-8"))


def references_elsewhere(path: Path) -> list[str]:
    """Return what a source file refers to that is no file at the top of the repository."""
    found = _ELSEWHERE.findall(path.read_text(encoding="utf-8"))
    return [each for each in found if not (REPOSITORY / each).is_file()]
