"""Builds that keep the old site: too many datasets are lost (`max_loss`), or no list has changed."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.screens import served
from stores import tree, write_image, write_list

from sitegen.cli import main

SITE = "site"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A working folder with four images, and a configuration that allows to lose a quarter of them."""
    for name in "abcd":
        write_image(tmp_path / "data" / f"{name}.zarr")
    write_list(tmp_path / "ours.csv", "url", *(f"data/{name}.zarr" for name in "abcd"))
    configure(tmp_path)
    with contextlib.chdir(tmp_path):
        yield tmp_path


def configure(folder: Path, **more: str) -> None:
    """Write the configuration."""
    lines = ['csv = ["ours.csv"]', "max_loss = 0.25", *(f'{key} = "{value}"' for key, value in more.items())]
    (folder / "sitegen.toml").write_text("\n".join([*lines, "[crawl]", "allow_private_hosts = true", ""]))


def lose(folder: Path, names: str) -> None:
    """Delete images."""
    for name in names:
        shutil.rmtree(folder / "data" / f"{name}.zarr")


def test_a_build_that_loses_too_much_leaves_the_site(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of four are more than a quarter; the message says what to do if that is right."""
    main(["build"])
    before = tree(folder / SITE)
    lose(folder, "ab")

    assert main(["build", "--refresh"]) == 1
    assert "2 of the 4 datasets that could be shown before are lost (50%)" in capsys.readouterr().err
    assert tree(folder / SITE) == before
    assert main(["build", "--refresh", "--max-loss", "1"]) == 0
    assert main(["build", "--refresh"]) == 0


def test_a_lost_dataset_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message speaks of it as of one."""
    main(["build"])
    lose(folder, "a")

    assert main(["build", "--refresh", "--max-loss", "0.1"]) == 1
    assert "1 of the 4 datasets that could be shown before is lost (25%)" in capsys.readouterr().err


def test_a_build_that_loses_less_replaces_the_site(folder: Path) -> None:
    """One of four is a quarter."""
    main(["build"])
    lose(folder, "a")

    assert main(["build", "--refresh"]) == 0


def test_datasets_that_a_list_no_longer_names_are_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list that was cut by mistake must not empty the catalog."""
    main(["build"])
    write_list(folder / "ours.csv", "url", "data/a.zarr")

    assert main(["build"]) == 1
    assert "3 of the 4 datasets" in capsys.readouterr().err


def test_a_first_build_that_can_read_nothing_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a limit it is a site of datasets that failed; with one, it needs a hand."""
    lose(folder, "abcd")

    assert main(["build"]) == 1
    assert "none of the 4 datasets can be read" in capsys.readouterr().err
    assert not (folder / SITE).exists()
    assert main(["build", "--max-loss", "1"]) == 0


def test_without_a_cache_the_published_site_is_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a new machine, only the site that is online knows what could be read before."""
    main(["build", "--out", "online"])
    shutil.rmtree(folder / ".sitegen-cache")
    lose(folder, "ab")
    with served(folder / "online") as address:
        configure(folder, base_url=f"{address}")

        assert main(["build"]) == 1
    assert "2 of the 4 datasets" in capsys.readouterr().err


def test_a_share_is_a_number_from_0_to_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Percent is not understood, and said so."""
    with pytest.raises(SystemExit) as ended:
        main(["build", "--max-loss", "20%"])

    assert ended.value.code == 2
    assert "expected a number from 0 to 1, such as 0.2, found '20%'" in capsys.readouterr().err


def test_a_build_after_a_change_of_lists_needs_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It leaves the site, with exit code 0, until a list states something else; a first build is always needed."""
    assert main(["build", "--if-lists-changed"]) == 0
    before = tree(folder / SITE)
    capsys.readouterr()

    assert main(["build", "--if-lists-changed"]) == 0
    assert "no list has changed since the last build" in capsys.readouterr().err
    assert tree(folder / SITE) == before
    write_list(folder / "ours.csv", "url,name", *(f"data/{name}.zarr,{name}" for name in "abcd"))
    assert main(["build", "--if-lists-changed"]) == 0
    assert tree(folder / SITE) != before
