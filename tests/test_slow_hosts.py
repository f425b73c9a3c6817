"""Hosts that accept connections and never finish an answer: a build stops requesting after 20 time-outs.

A request ends after three times `timeout_s`; but a host may have thousands of datasets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import bombs
import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, drip, endless, ranges, serving, silence
from stores import write_list

from sitegen.net.hosts import MAX_FAILURES_IN_A_ROW

DATASETS = 60
PER_HOST = 16
ALL = (
    *("zarr.json", ".zattrs", ".zgroup", ".zarray", "ro-crate-metadata.json"),
    *("0/zarr.json", "0/.zarray", "labels/zarr.json", "labels/.zattrs"),
)
SLOW_ACTS: dict[str, Act] = {
    "silent": silence(),
    "dripping": drip(1000, 0.03),
    "dripping-headers": endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.03),
    "hinting": endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.03),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowBuild:
    """A build, and its slow hosts."""

    site: Site
    slow_hosts: dict[str, FaultServer]


@pytest.fixture(scope="module")
def slow_build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlowBuild]:
    """Build four slow hosts with sixty datasets each, and a correct host with one, listed last."""
    folder = tmp_path_factory.mktemp("slow_hosts")
    with ExitStack() as hosts:
        slow_hosts = {name: hosts.enter_context(serving()) for name in SLOW_ACTS}
        rows = []
        for number in range(DATASETS):
            for name, host in slow_hosts.items():
                host.scripts |= {f"/{name}-{number}.zarr/{path}": [SLOW_ACTS[name]] for path in ALL}
                rows.append(host.url(f"/{name}-{number}.zarr"))
        correct = hosts.enter_context(serving())
        correct.scripts = {
            f"/correct.zarr/{path}": [ranges(body)] for path, body in bombs.image(bombs.pixels(64)).items()
        }
        csv = write_list(folder / "root.csv", "url", *rows, correct.url("/correct.zarr"))
        config = write_config(folder / "sitegen.toml", csv, timeout_s=0.5, per_host=PER_HOST)
        yield SlowBuild(site=build_site(config, folder), slow_hosts=slow_hosts)


@pytest.mark.parametrize("name", SLOW_ACTS)
def test_slow_host_gets_few_requests(slow_build: SlowBuild, name: str) -> None:
    """A host gets no request after 20 time-outs in a row, except those in flight, however many datasets it has."""
    assert 0 < len(slow_build.slow_hosts[name].asked) <= MAX_FAILURES_IN_A_ROW + PER_HOST


@pytest.mark.parametrize("name", SLOW_ACTS)
def test_datasets_of_a_slow_host_are_unreachable(slow_build: SlowBuild, name: str) -> None:
    """The first have the time-out as their problem, the last that the host is not asked again."""
    records = [slow_build.site.records()[f"{name}-{number}.zarr"] for number in range(DATASETS)]
    told = [record["problems"][0] for record in records]

    assert {record["status"] for record in records} == {"unreachable"}
    assert {each["code"] for each in told} <= {"timeout", "host-down"}
    assert told[-1]["code"] == "host-down"
    assert "in a row; its last error is timeout; it is not asked again" in told[-1]["message"]


def test_other_host_is_not_delayed(slow_build: SlowBuild) -> None:
    """The dataset of another host is read and has a picture."""
    correct = slow_build.site.records()["correct.zarr"]

    assert (correct["status"], correct["thumbnail"] is not None) == ("ok", True)
