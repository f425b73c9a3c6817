"""RO-Crates against the validator of their community, `roc-validator`, of the dependency group `crates`.

It is not in the group `test`, because it holds `rich` below version 14; `make test-oldest` has it.
`tests/test_harvesting.py` reads the same crates.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from catalogs import STUDY
from filled import filled_catalog
from harvested import HarvestedSite, harvested_site
from hostile_texts import TEXTS

from sitegen.outputs.table import site_files

_WHY = "needs the dependency group `crates`"
models = pytest.importorskip("rocrate_validator.models", reason=_WHY)
services = pytest.importorskip("rocrate_validator.services", reason=_WHY)
requests = pytest.importorskip("requests", reason=_WHY)
requests_cache = pytest.importorskip("requests_cache", reason=_WHY)
_CRATE_CONTEXT = "https://w3id.org/ro/crate/1.1/context"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarvestedSite]:
    """The site, served."""
    with harvested_site(tmp_path_factory.mktemp("harvested")) as made:
        yield made


@pytest.fixture(scope="module")
def context_of_crates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the validator with the context of RO-Crate, which it would request; `rocrate` comes with one."""
    cached = tmp_path_factory.mktemp("contexts") / "cache"
    context = (files("rocrate") / "data" / "ro-crate.jsonld").read_bytes()
    with requests_cache.CachedSession(str(cached), expire_after=-1) as session:
        request = requests.Request("GET", _CRATE_CONTEXT).prepare()
        session.cache.responses[session.cache.create_key(request)] = requests_cache.CachedResponse(
            url=_CRATE_CONTEXT,
            status_code=200,
            content=context,
            headers={"Content-Type": "application/ld+json"},
        )
    return cached


def issues(folder: Path, context: Path) -> list[str]:
    """Return what RO-Crate 1.1 demands and a folder has not, as its validator says."""
    settings = models.ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="ro-crate-1.1",
        requirement_severity=models.Severity.REQUIRED,
        offline=True,
        cache_path=context,
    )
    return [issue.message for issue in services.validate(settings).get_issues()]


@pytest.mark.parametrize("folder", [".", f"studies/{STUDY.id}"])
def test_crates_are_valid(site: HarvestedSite, folder: str, context_of_crates: Path) -> None:
    """All that RO-Crate 1.1 demands is there."""
    assert issues(site.folder / folder, context_of_crates) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_crates_of_hostile_texts_are_valid(text: str, tmp_path: Path, context_of_crates: Path) -> None:
    """Of the catalog and of a study whose every text and address is hostile."""
    for page in site_files(filled_catalog(text, "https://catalog.example.org/")):
        if not page.path.startswith(("assets/", "search/")):
            (tmp_path / page.path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / page.path).write_bytes(page.content)

    for folder in (".", f"studies/{STUDY.id}"):
        assert issues(tmp_path / folder, context_of_crates) == []
