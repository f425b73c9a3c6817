"""The exceptions of aiohttp and the libraries below it → FetchErrors, without their texts, which may hold secrets."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from sitegen.errors import FetchError, RetryableError, SitegenError, fetch_error
from sitegen.urls import redact

log = logging.getLogger(__name__)

_KNOWN_ERRORS = (aiohttp.ClientError, OSError, ValueError)
"""What aiohttp and the libraries below it are known to raise; time-outs and TLS errors are OSErrors."""


@contextmanager
def as_fetch_errors(url: str) -> Iterator[None]:
    """Raise FetchError for every exception of the block.

    Unknown exceptions are included, because strangers write the headers that aiohttp parses: a bug of aiohttp that one
    host triggers must not end the build, and neither lists nor term look-ups pass `inspection.failures.survive`. The
    text of the exception is dropped, because it may quote an address with its secrets.
    """
    try:
        yield
    except SitegenError:
        raise
    except Exception as error:  # noqa: BLE001  # see the docstring
        if not isinstance(error, _KNOWN_ERRORS):
            log.warning("%s: aiohttp failed unexpectedly (%s)", redact(url), type(error).__name__)
        raise _make_fetch_error(error, url) from None


def _make_fetch_error(error: Exception, url: str) -> FetchError:
    """Return the FetchError for an exception, without the exception's text, which may quote headers and addresses."""
    where = redact(url)
    match error:
        case aiohttp.ClientConnectorDNSError():
            return _dns_error(where, error.os_error)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return fetch_error("tls-failure", f"{where}: no secure connection: {_tls_reason(error)}")
        case TimeoutError():
            return RetryableError(f"{where}: no answer in time ({_stage(error)})", code="timeout", overloaded=True)
        case aiohttp.ClientPayloadError():
            return RetryableError(f"{where}: the body is shorter than its stated length", code="short-read")
        case aiohttp.ServerDisconnectedError():
            return RetryableError(f"{where}: the host closed the connection without an answer", code="connect-failed")
        case OSError():
            return RetryableError(f"{where}: {error.strerror or 'the connection failed'}", code="connect-failed")
        case aiohttp.InvalidURL():
            return fetch_error("bad-address", f"{where}: this is not a valid address")
    return fetch_error("bad-http", f"{where}: the answer is not valid HTTP")


def _dns_error(where: str, error: OSError) -> FetchError:
    if error.errno == socket.EAI_AGAIN:
        return RetryableError(f"{where}: the name service gives no answer for this host", code="dns-failure")
    return fetch_error("dns-failure", f"{where}: no host has this name")


def _tls_reason(error: Exception) -> str:
    """Return why a TLS connection failed, from the innermost exception that says so."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or "its certificate is invalid"


def _stage(error: TimeoutError) -> str:
    """Return what was waited for."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "while connecting"
    return "while waiting for the next bytes" if isinstance(error, aiohttp.SocketTimeoutError) else "as a whole"
