"""Text of strangers inside string literals of the languages of code to copy. Pure functions.

Each function returns what stands between the quotes. All of them work character by character, so that the literal of a
text is that of its parts, one behind the other.
"""

from __future__ import annotations

import json


def inside_double_quotes(text: str) -> str:
    """Return text inside `"…"` of Python and JSON, whose escapes are the same."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def inside_shell(text: str) -> str:
    """Return text inside `'…'` of a POSIX shell; line ends, which a terminal takes for the end of a command, are left
    out."""
    return "".join(each for each in text if each.isprintable()).replace("'", "'\"'\"'")


def inside_matlab(text: str) -> str:
    """Return text inside `"…"` of MATLAB, which has no escapes but the doubled quote."""
    return "".join(each for each in text if each.isprintable()).replace('"', '""')
