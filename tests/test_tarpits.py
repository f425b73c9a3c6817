"""Hosts that accept every connection and hold it as long as they can: a build leaves each after twenty requests.

A request ends after three times `timeout_s`, a dataset after `dataset_deadline_s`; but a
host may have thousands of datasets, so the host itself must end, too.
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
PER_HOST = 8
ALL = ("zarr.json", ".zattrs", ".zgroup", ".zarray", "ro-crate-metadata.json", "0/zarr.json", "0/.zarray")
PITS: dict[str, Act] = {
    "silent": silence(),
    "dripping": drip(1000, 0.03),
    "dripping-headers": endless(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.03),
    "hinting": endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.03),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A build, and the hosts that it met."""

    site: Site
    pits: dict[str, FaultServer]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Four tar-pits with sixty datasets each, and an honest host with one, listed last."""
    folder = tmp_path_factory.mktemp("pits")
    with ExitStack() as hosts:
        pits = {name: hosts.enter_context(serving()) for name in PITS}
        rows = []
        for number in range(DATASETS):
            for name, host in pits.items():
                host.scripts |= {f"/{name}-{number}.zarr/{path}": [PITS[name]] for path in ALL}
                rows.append(host.url(f"/{name}-{number}.zarr"))
        honest = hosts.enter_context(serving())
        honest.scripts = {
            f"/honest.zarr/{path}": [ranges(body)] for path, body in bombs.image(bombs.pixels(64)).items()
        }
        csv = write_list(folder / "root.csv", "url", *rows, honest.url("/honest.zarr"))
        config = write_config(
            folder / "sitegen.toml", csv, timeout_s=0.1, connect_timeout_s=1, dataset_deadline_s=1, per_host=PER_HOST
        )
        yield Night(site=build_site(config, folder), pits=pits)


@pytest.mark.parametrize("name", PITS)
def test_a_tar_pit_is_left_alone(night: Night, name: str) -> None:
    """Twenty time-outs in a row, and those that were under way meanwhile; no more, however many datasets it has."""
    assert 0 < len(night.pits[name].asked) <= MAX_FAILURES_IN_A_ROW + PER_HOST


@pytest.mark.parametrize("name", PITS)
def test_its_datasets_say_so(night: Night, name: str) -> None:
    """Each is unreachable; what the first met, and why the last were not asked for, is told of all."""
    records = [night.site.records()[f"{name}-{number}.zarr"] for number in range(DATASETS)]
    told = [record["problems"][0] for record in records]

    assert {record["status"] for record in records} == {"unreachable"}
    assert {each["code"] for each in told} <= {"timeout", "time-spent", "host-down"}
    assert told[-1]["code"] == "host-down"
    assert "in a row; its last error is timeout; it is not asked again" in told[-1]["message"]


def test_the_honest_host_is_not_held_up(night: Night) -> None:
    """Its dataset is read and drawn."""
    honest = night.site.records()["honest.zarr"]

    assert (honest["status"], honest["thumbnail"] is not None) == ("ok", True)
