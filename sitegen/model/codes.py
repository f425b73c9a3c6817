"""The codes of what can go wrong when an address is fetched, each with the status it gives a dataset, and a hint.

Codes are public: add, never rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sitegen.model.problems import Status

_LATER = "Nothing to do now: the next build asks again. If it lasts, tell whoever runs the host."

FETCH_PROBLEMS: Mapping[str, tuple[Status, str]] = MappingProxyType(
    {
        # the dataset's host answered, and said no
        "not-found": ("missing", "Correct the address in the list, or delete the line if the dataset is gone."),
        "gone": ("missing", "The host says that it is gone for good; delete the line, or give its new address."),
        "unauthorized": ("forbidden", "A public catalog needs public data: let the host answer without a login."),
        "forbidden": ("forbidden", "Let the host answer everyone, or correct the address: some hosts say 403 for 404."),
        "http-status": ("unreadable", "Open the address in a browser to see what the host objects to."),
        # it answered, but not with what was asked for
        "html-answer": (
            "unreadable",
            "A web page came, not the file: give the address of the .zarr folder itself.",
        ),
        "too-large": ("unreadable", "Larger than we read; make the document or the chunk smaller."),
        "bytes-spent": ("unreadable", "Use smaller chunks or a coarser level, or raise max_bytes_per_dataset."),
        "bad-encoding": ("unreadable", "Let the host send the file as it is, or with a correct gzip Content-Encoding."),
        "bad-range": ("unreadable", "The host's answer to a Range request is wrong; sharded data need correct ranges."),
        "range-ignored": ("unreadable", "The host ignores Range requests; sharded data need them."),
        "range-beyond-end": ("unreadable", "The file is shorter than its metadata say; upload it again."),
        "changed-midway": ("unreadable", "The file changed while it was read; the next build reads it again."),
        "bad-http": ("unreadable", "The host's answer is not correct HTTP; tell whoever runs it."),
        "redirect-loop": ("unreadable", "Give the address that the redirects should lead to."),
        # no answer
        "dns-failure": ("unreachable", "Check the host's name in the list; if it is right, tell whoever runs it."),
        "connect-failed": ("unreachable", _LATER),
        "tls-failure": ("unreachable", "The host's certificate or TLS set-up is wrong; tell whoever runs it."),
        "timeout": ("unreachable", _LATER),
        "time-spent": (
            "unreachable",
            "The host is very slow; the next build asks again. The limit is dataset_deadline_s.",
        ),
        "short-read": ("unreachable", _LATER),
        "rate-limited": ("unreachable", "The host asks for fewer requests: lower per_host; the next build asks again."),
        "server-error": ("unreachable", _LATER),
        "host-down": ("unreachable", _LATER),
        "build-bytes-spent": (
            "unreachable",
            "Build again, which goes on from what the cache holds; or raise max_bytes_per_build.",
        ),
        "offline": ("unreachable", "Build once without --offline, so that the cache holds it."),
        # we would not ask
        "bad-address": ("refused", "Write the address as https://host/path."),
        "scheme-refused": ("refused", "Only http, https, s3, gs and, in local lists, file addresses are read."),
        "credentials-in-url": (
            "refused",
            "Take user name and password out of the address, and change the password.",
        ),
        "private-address": ("refused", "Publish it at a public address, or set allow_private_hosts = true in [crawl]."),
        "local-file": ("refused", "Local files are read below the folder of the local list that names them, only."),
        "driver-missing": ("refused", "Install the driver, then build again."),
    }
)
