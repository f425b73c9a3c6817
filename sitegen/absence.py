"""What hosts send, with a status of success or of a failure, in place of a file that is not there.

A correct host answers 404. Gateways, single-page applications and file services answer 200 with a web page, an error
in XML or JSON, a line of text, or nothing. A metadata document is a JSON object, so most of these are told apart from
one without doubt; pixels may be any bytes, so of them only what spells an error message counts.
"""

from __future__ import annotations

import json
import re

_BLANKS = b"\xef\xbb\xbf \t\r\n"
"""A byte order mark of UTF-8, and white space."""
_MARKUP = re.compile(
    rb"(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!doctype html|<html|<(?:\w{1,20}:)?error)", re.IGNORECASE
)  # object stores: <Error>, <ErrorResponse>; WebDAV (RFC 4918, section 14.5): <d:error>
_TEXT = re.compile(rb"[\w\"'][^{}\x00-\x08\x0e-\x1f]*")
_MAX_TEXT_BYTES = 4_096
_MAX_ERROR_BYTES = 16_384
"""Of a JSON error: some contain a stack trace."""
_MAX_EMPTY_BYTES = 64
_EMPTY_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*\}|\[\s*\])\s*")
_FIRST_KEY = re.compile(rb"\{\s*\"(\w+)\"")
_FAILURE_KEYS = frozenset({
    "code", "detail", "details", "error", "error_description", "errorcode", "errormessage", "errors", "exception",
    "fault", "message", "msg", "reason", "statuscode", "status_code",
})  # fmt: skip
"""Members of JSON errors that say what failed, in lower case (RFC 9457, and what common frameworks send)."""
_OTHER_KEYS = frozenset({
    "data", "documentation_url", "errorid", "hostid", "instance", "key", "messages", "method", "ok", "path",
    "request_id", "requestid", "resource", "result", "servertime", "stack", "status", "statustext", "success",
    "timestamp", "title", "trace", "traceid", "type", "uri", "url",
})  # fmt: skip
"""Members that stand beside them."""
_ABSENT = frozenset({
    "404", "410", "blobnotfound", "containernotfound", "enoent", "entitynotfound", "filenotfound", "filenotfounderror",
    "filenotfoundexception", "itemnotfound", "keynotfound", "nosuchbucket", "nosuchentity", "nosuchfile",
    "nosuchfileexception", "nosuchkey", "nosuchkeyexception", "nosuchobject", "nosuchversion", "notfound",
    "notfoundexception", "objectnotfound", "pathnotfound", "resourcenotfound", "urlnotfound",
})  # fmt: skip
"""Error codes that mean absence, in lower case, letters and digits alone: those of Amazon S3 ("List of error codes"),
Azure Storage ("Status and error codes"), Google Cloud Storage, POSIX, and exceptions of Python and Java."""
_XML_CODE = re.compile(rb"<(?:\w{1,20}:)?(?:code|error|exception)>\s{0,20}([^<>]{1,200})<", re.IGNORECASE)
_CODE_KEYS = frozenset({"code", "error", "errorcode", "exception", "reason", "status", "statuscode", "type"})
_NO_CODE = re.compile(r"[^a-z0-9]")


def says_absent(body: bytes) -> bool:
    """Return whether the body of an answer with a status of failure is an error in XML or JSON whose code says that
    the file is not there. Prose does not count: it may speak of anything that was not found.
    """
    if not is_error_message(body):
        return False
    if body.lstrip(_BLANKS).startswith(b"<"):
        found = _XML_CODE.search(body[:_MAX_ERROR_BYTES])
        return found is not None and _is_absent_code(found[1].decode("utf-8", "replace"))
    value = json.loads(body.decode("utf-8-sig"))
    nested = [member for key, member in value.items() if key.lower() in ("error", "fault") and isinstance(member, dict)]
    codes = (member for each in (value, *nested) for key, member in each.items() if key.lower() in _CODE_KEYS)
    return any(_is_absent_code(str(code)) for code in codes if isinstance(code, str | int))


def _is_absent_code(code: str) -> bool:
    """Return whether a code means absence; the class of an exception may stand before its message."""
    name = code.partition(":")[0].rpartition(".")[2]
    return any(_NO_CODE.sub("", each.lower()) in _ABSENT for each in (code, name))


def is_error_message(body: bytes) -> bool:
    """Return whether a file is a web page, or an error in XML or JSON, as no stored pixels are."""
    text = body[:512].lstrip(_BLANKS)
    if text.startswith(b"<"):
        return _MARKUP.match(text) is not None
    return text.startswith(b"{") and _is_json_error(body)


def is_empty_json(body: bytes) -> bool:
    """Return whether a body is an empty object or list of JSON, as some hosts send for whatever is not there."""
    return len(body) <= _MAX_EMPTY_BYTES and _EMPTY_JSON.fullmatch(body) is not None


def is_stand_in(name: str, body: bytes, *, odd_host: bool = False) -> bool:
    """Return whether a metadata document was sent in place of one that is not there.

    name: of the document. odd_host: whether the host sent such a thing for another document of the node, or for OME-XML
    of the dataset. An empty `.zattrs`, or one of text, is otherwise a damaged document, because a group may well have
    it; so is OME-XML of text.
    """
    if is_error_message(body):
        return True
    text = body.lstrip(_BLANKS) if len(body) <= _MAX_TEXT_BYTES else body[:512].lstrip(_BLANKS)
    is_text = len(body) <= _MAX_TEXT_BYTES and _TEXT.fullmatch(text) is not None
    if name.endswith(".xml"):
        return not body.strip(_BLANKS) or (is_text and odd_host)
    if text.startswith(b"<"):
        return True
    return (is_text or not body.strip(_BLANKS)) and (name != ".zattrs" or odd_host)


def _is_json_error(body: bytes) -> bool:
    """Return whether a body is a JSON object that has only members of an error, one of which says what failed."""
    first = _FIRST_KEY.match(body.lstrip(_BLANKS)) if len(body) <= _MAX_ERROR_BYTES else None
    if first is None or first[1].lower().decode() not in _FAILURE_KEYS | _OTHER_KEYS:
        return False
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict):
        return False
    members = {str(key).lower(): member for key, member in value.items()}
    failed = any(members.get(key) for key in _FAILURE_KEYS) or any(
        members.get(key) is False for key in ("ok", "success")
    )
    return failed and members.keys() <= _FAILURE_KEYS | _OTHER_KEYS
