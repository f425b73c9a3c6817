"""`robots.txt` of the hosts of datasets: honored where it names sitegen, and one request for each host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import ROBOTS, Act, FaultServer, answer, raw, reset, serving, silence
from hypothesis import given
from hypothesis import strategies as st
from stores import write_crate, write_image, write_list

from sitegen.cli import main
from sitegen.engine.robots import read_rules

NONE = b"User-agent: sitegen\nDisallow: /\n"
HERE = "https://h/data/a.zarr/zarr.json"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[FaultServer]:
    """A host of three images, one of them in a folder of its own."""
    for name in ("a.zarr", "b.zarr", "private/c.zarr"):
        write_crate(write_image(tmp_path / "data" / name, levels=1), name=name)
    with serving(tmp_path / "data") as server:
        yield server


def build(folder: Path, *rows: str, refresh: bool = False, **crawl: Any) -> Site:
    """Build a catalog of these addresses."""
    config = write_config(folder / "sitegen.toml", write_list(folder / "r.csv", "url", *rows), **crawl)
    return build_site(config, folder, refresh=refresh)


def statuses(site: Site) -> dict[str, str]:
    """Return the status of each dataset."""
    return {name: record["status"] for name, record in site.records().items()}


def test_a_host_that_names_sitegen_is_not_read(host: FaultServer, tmp_path: Path) -> None:
    """Nothing else is asked of it; the dataset says why, and what to do."""
    host.scripts[ROBOTS] = [answer(200, NONE)]
    site = build(tmp_path, host.url("/a.zarr"), host.url("/b.zarr"))
    (problem,) = site.records()["a.zarr"]["problems"]

    assert statuses(site) == {"a.zarr": "refused", "b.zarr": "refused"}
    assert (problem["code"], problem["level"]) == ("robots-refused", "error")
    assert host.url(ROBOTS) in problem["message"]
    assert "allow sitegen in its robots.txt" in problem["hint"]
    assert host.asked == []
    assert len(host.asked_for_robots) == 1


def test_a_folder_that_is_refused(host: FaultServer, tmp_path: Path) -> None:
    """Datasets elsewhere on the host are read; the longest rule counts (RFC 9309, section 2.2.2)."""
    host.scripts[ROBOTS] = [
        answer(200, b"User-Agent: SiteGen/1.0\nDisallow: /\nAllow: /*.zarr/\nDisallow: /private/c\n")
    ]
    site = build(tmp_path, host.url("/a.zarr"), host.url("/private/c.zarr"))

    assert statuses(site) == {"a.zarr": "ok", "c.zarr": "refused"}
    assert not any("/private/" in asked.path for asked in host.asked)


def test_pixels_that_are_refused(host: FaultServer, tmp_path: Path) -> None:
    """The record has what may be read, and says why it has no picture."""
    host.scripts[ROBOTS] = [answer(200, b"User-agent: sitegen\nDisallow: /*/c/\n")]
    site = build(tmp_path, host.url("/a.zarr"))
    record = site.records()["a.zarr"]

    assert (record["status"], record["shape"], record["thumbnail"]) == ("ok", [2, 64, 64], None)
    assert "robots-refused" in site.codes("a.zarr")


ALLOWING: dict[str, Act] = {
    "rules for all robots": answer(200, b"User-agent: *\nDisallow: /\n"),
    "rules for others": answer(200, b"User-agent: sitegen-x\nUser-agent: gen\nUser-agent: mysitegen\nDisallow: /\n"),
    "sitegen is allowed": answer(200, b"User-agent: *\nDisallow: /\n\nUser-agent: sitegen\nDisallow:\n"),
    "an empty file": answer(200),
    "nothing there": answer(404),
    "forbidden": answer(403),
    "a bad request": answer(400),
    "a web page": answer(
        200, b"<!DOCTYPE html><html>User-agent: sitegen\nDisallow: /</html>", Content_Type="text/html"
    ),
    "an error of the host": answer(500),
    "overload": answer(503, Retry_After="3600"),
    "too many requests": answer(429, Retry_After="3600"),
    "a reset": reset(),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "silence": silence(),
    "too large": answer(200, NONE + b"#" * 600_000),
    "bytes": answer(200, bytes(range(256))),
    "a compression that is none": answer(200, NONE, Content_Encoding="gzip"),
    "a redirect to itself": answer(302, Location=ROBOTS),
    "a redirect to nowhere": answer(301, Location="file:///etc/passwd"),
}


@pytest.mark.parametrize("case", ALLOWING)
def test_what_refuses_nothing(case: str, host: FaultServer, tmp_path: Path) -> None:
    """Rules for all robots, and a robots.txt that cannot be read; it is requested once, and no error of it counts."""
    host.scripts[ROBOTS] = [ALLOWING[case]]
    limits = {"timeout_s": 2.0} if case == "silence" else {}
    site = build(tmp_path, host.url("/a.zarr"), host.url("/b.zarr"), **limits)
    (figures,) = [each for each in site.summary.hosts if each.host == f"127.0.0.1:{host.port}"]

    assert statuses(site) == {"a.zarr": "ok", "b.zarr": "ok"}
    assert "robots-refused" not in site.codes("a.zarr")
    assert len(host.asked_for_robots) == (2 if case == "a reset" else 1)  # aiohttp repeats what was reset, once
    assert (figures.errors, figures.retries) == (0, 0)


def test_redirects(host: FaultServer, tmp_path: Path) -> None:
    """Those of robots.txt are followed; the host that a dataset redirects to is asked, too."""
    host.scripts[ROBOTS] = [answer(302, Location="/rules")]
    host.scripts["/rules"] = [answer(200, b"User-agent: sitegen\nDisallow: /b.zarr/\n")]
    with serving() as front:
        front.absent = answer(302, Location=host.url("/b.zarr/zarr.json"))
        site = build(tmp_path, host.url("/a.zarr"), front.url("/moved.zarr"))

    assert statuses(site) == {"a.zarr": "ok", "moved.zarr": "refused"}
    assert host.url(ROBOTS) in site.records()["moved.zarr"]["problems"][0]["message"]
    assert (len(host.asked_for_robots), len(front.asked_for_robots)) == (1, 1)


def test_what_it_costs(host: FaultServer, tmp_path: Path) -> None:
    """One request for each host and build; none while the cache has an answer of the last 24 hours."""
    host.scripts[ROBOTS] = [answer(200, b"User-agent: sitegen\nDisallow: /none/\n")]
    rows = [host.url(f"/{name}") for name in ("a.zarr", "b.zarr", "private/c.zarr")]
    build(tmp_path, *rows)
    first = len(host.asked_for_robots)
    build(tmp_path, *rows, max_age_days=1e-9)

    assert (first, len(host.asked_for_robots)) == (1, 1)
    assert host.asked_for_robots[0].headers["user-agent"].startswith("sitegen/")

    build(tmp_path, *rows, refresh=True)

    assert len(host.asked_for_robots) == 2


def test_lists_and_unchanged_datasets_need_no_robots(host: FaultServer, tmp_path: Path) -> None:
    """The operator names the lists; what is known costs no request."""
    host.scripts[ROBOTS] = [answer(200, NONE)]
    host.scripts["/list.csv"] = [answer(200, b"url\na.zarr\n")]
    with serving(tmp_path / "data") as data:
        host.scripts["/list.csv"] = [answer(200, f"url\n{data.url('/a.zarr')}\n".encode())]
        site = build_site(write_config(tmp_path / "sitegen.toml", host.url("/list.csv")), tmp_path)

    assert statuses(site) == {"a.zarr": "ok"}
    assert (len(host.asked_for_robots), len(data.asked_for_robots)) == (0, 1)


def test_check_and_validate(host: FaultServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` reports what a build would; `validate` reads what its user names."""
    host.scripts[ROBOTS] = [answer(200, NONE)]
    list_path = write_list(tmp_path / "r.csv", "url", host.url("/a.zarr"))
    config = write_config(tmp_path / "sitegen.toml", list_path)

    options = ["--config", str(config), "--cache", str(tmp_path / "cache"), "--format", "json"]

    assert main(["check", str(list_path), *options]) == 1
    assert "robots-refused" in capsys.readouterr().out
    assert len(host.asked_for_robots) == 1

    main(["validate", "--format", "json", host.url("/a.zarr")])

    assert json.loads(capsys.readouterr().out)[0]["kind"] == "image"
    assert len(host.asked_for_robots) == 1


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: sitegen\nDisallow: /data", False),
        ("user-agent:SITEGEN\r\ndisallow:/data", False),
        ("\ufeffUser-agent: sitegen # us\nDisallow: /", False),
        ("User-agent: other\nUser-agent: sitegen\nDisallow: /", False),
        ("User-agent: sitegen\nUser-agent: other\nDisallow: /", False),
        ("User-agent: sitegen\nDisallow: /data\nAllow: /data/a.zarr", True),
        ("User-agent: sitegen\nDisallow: *.zarr/*.json$", False),
        ("User-agent: sitegen\nDisallow: /DATA", True),
        ("User-agent: sitegen\nDisallow: /%64ata", False),
        ("User-agent: sitegen\n\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nUser-agent: sitegen\nAllow: /", True),
        ("User-agent: sitegen\nCrawl-delay: 10", True),
        ("#User-agent: sitegen\nUser-agent: *\nDisallow: /", True),
    ],
)
def test_rules(text: str, allowed: bool) -> None:
    """They are read by RFC 9309."""
    rules = read_rules(text.encode())

    assert (rules is None or rules.can_fetch(HERE, "sitegen")) is allowed


@given(st.binary(max_size=300), st.text(alphabet="/*$%ad.:\n ", max_size=60))
def test_any_file_is_read(body: bytes, rule: str) -> None:
    """A hostile file raises nothing."""
    rules = read_rules(b"User-agent: sitegen\nDisallow: " + rule.encode() + b"\n" + body)

    assert rules is not None
    assert rules.can_fetch(HERE, "sitegen") in (True, False)
