"""The footer of a catalog: paragraphs of plain text with links, written as in Markdown: `[Imprint](https://…)`.

Nothing else of Markdown is understood, and no HTML, so that whatever the text is, it can only become words and links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sitegen.model import Footer, FooterText

MAX_CHARACTERS = 2000
"""A choice: every page has it; 2,000 characters are 300 words."""
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]*)\)")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_LINES = re.compile(r"\n\s*\n")


def parse_footer(text: str) -> Footer:
    """Return the paragraphs of a footer. Raises ValueError, whose text is what was found, for what it must not have."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"a text of {len(text):,} characters")
    if tag := _TAG.search(text):
        raise ValueError(f"{tag[0][:60]}, which is HTML; write links as [words](https://…), and an empty line between "
                         "paragraphs")  # fmt: skip
    paragraphs = (" ".join(each.split()) for each in _LINES.split(text))
    return tuple(tuple(_pieces(each)) for each in paragraphs if each)


def _pieces(paragraph: str) -> Iterator[FooterText]:
    end = 0
    for link in _LINK.finditer(paragraph):
        if link.start() > end:
            yield FooterText(text=paragraph[end : link.start()])
        yield FooterText(text=link[1].strip() or link[2], href=_address(link[2]))
        end = link.end()
    if end < len(paragraph):
        yield FooterText(text=paragraph[end:])


def _address(text: str) -> str:
    """Return an address that a link may lead to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    is_mail = parts.scheme == "mailto" and "@" in parts.path
    if not text.isprintable() or not (is_web or is_mail):
        raise ValueError(
            f"a link to {text or 'nothing'}; give an address that begins with https://, http:// or mailto:"
        )
    return text
