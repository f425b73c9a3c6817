"""Each status of a dataset, from what its host answers to the record, the page and the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, answer, raw, reset, serving
from stores import write_image, write_list

DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
HTML = answer(200, b"<!DOCTYPE html><html><body>Not found</body></html>", Content_Type="text/html")

CASES: dict[str, tuple[Act, str, str]] = {
    "404": (answer(404), "missing", "not-found"),
    "410": (answer(410), "missing", "gone"),
    "401": (answer(401), "forbidden", "unauthorized"),
    "403": (answer(403), "forbidden", "forbidden"),
    "451": (answer(451), "forbidden", "forbidden"),
    "400": (answer(400), "unreadable", "http-status"),
    "418": (answer(418), "unreadable", "http-status"),
    "a web page": (HTML, "unreadable", "html-answer"),
    "no JSON": (answer(200, b"{zarr_format: 3}"), "unreadable", "json-invalid"),
    "no object": (answer(200, b"[3]"), "unreadable", "doc-type"),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "unreadable", "bad-http"),
    "reset": (reset(), "unreachable", "connect-failed"),
    "a long pause": (answer(429, Retry_After="100000"), "unreachable", "rate-limited"),
    "an overloaded host": (answer(503, Retry_After="100000"), "unreachable", "server-error"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A catalog of one good dataset, and one for each case on a host of its own."""
    folder = tmp_path_factory.mktemp("statuses")
    write_image(folder / "data" / "good.zarr", levels=1)
    with ExitStack() as running:
        good = running.enter_context(serving(folder / "data"))
        urls = [good.url("/good.zarr")]
        for number, (act, *_) in enumerate(CASES.values()):
            host: FaultServer = running.enter_context(serving())
            host.scripts = {f"/{number}.zarr/{name}": [act] for name in DOCUMENTS}
            urls.append(host.url(f"/{number}.zarr"))
        yield build_site(write_config(folder / "sitegen.toml", write_list(folder / "r.csv", "url", *urls)), folder)


def test_a_dataset_that_answers_is_ok(site: Site) -> None:
    """What is wrong with its neighbors does not concern it."""
    record = site.records()["good.zarr"]

    assert (record["status"], record["valid"]) == ("ok", True)
    assert record["thumbnail"]


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=list(CASES))
def test_status_and_problem_say_what_the_host_answers(site: Site, number: int, case: str) -> None:
    """The first problem is the reason; nothing is claimed about metadata and pictures."""
    _, status, code = CASES[case]
    record = site.records()[f"{number}.zarr"]

    assert (record["status"], site.codes(f"{number}.zarr")[0]) == (status, code)
    assert (record["kind"], record["valid"], record["thumbnail"], record["levels"]) == (None, None, None, [])


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=list(CASES))
def test_page_and_report_name_the_problem(site: Site, number: int, case: str) -> None:
    """The page of the dataset has the message, the report has list and line, too."""
    record = site.records()[f"{number}.zarr"]
    reported = [each for each in site.report()["problems"] if each["url"] == record["url"]]

    assert CASES[case][2] in [each["code"] for each in reported]
    assert all(each["csv"].endswith(f"r.csv:{number + 3}") or each["csv"].endswith("r.csv") for each in reported)
    assert CASES[case][2] in site.page(record)


def test_totals_count_each_status(site: Site) -> None:
    """Every dataset is counted once, under one status."""
    statuses = [record["status"] for record in site.records().values()]

    assert len(statuses) == len(CASES) + 1
    assert {status: statuses.count(status) for status in set(statuses)} == {
        "ok": 1, "missing": 2, "forbidden": 3, "unreadable": 6, "unreachable": 3
    }  # fmt: skip
