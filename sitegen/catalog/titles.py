"""What datasets without a name are called: the part of the address that tells each from all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit


def make_titles(dataset_urls: Sequence[str]) -> list[str]:
    """Return for each address its shortest tail that no other address has; its last segment if that is its own."""
    segments = [_segments(url) for url in dataset_urls]
    titles = ["/".join(parts) for parts in segments]
    pending = list(range(len(dataset_urls)))
    depth = 1
    while pending:
        seen = Counter(tuple(parts[-depth:]) for parts in segments)
        unsolved = []
        for index in pending:
            tail = tuple(segments[index][-depth:])
            if seen[tail] > 1 and depth < len(segments[index]):
                unsolved.append(index)
            else:
                titles[index] = "/".join(tail)
        pending, depth = unsolved, depth + 1
    return titles


def _segments(url: str) -> list[str]:
    parts = urlsplit(url)
    path = [unquote(part) for part in parts.path.split("/") if part]
    return [part for part in (parts.netloc, *path) if part] or [url]
