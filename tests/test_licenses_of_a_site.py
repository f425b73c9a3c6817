"""One build of datasets whose lists and RO-Crates write licenses in many ways: what the index, pages and search say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import serving
from stores import write_image, write_list

CC = "https://creativecommons.org/licenses"
SPDX = "https://spdx.org/licenses"
# Name of the dataset: (what its list writes, identifier, address, what the page shows)
WRITTEN = {
    "igo": (f"{CC}/by/3.0/igo/", "CC-BY-3.0-IGO", f"{CC}/by/3.0/igo/", "CC-BY-3.0-IGO"),
    "us": (f"{CC}/by/3.0/us/deed.en", "CC-BY-3.0-US", f"{CC}/by/3.0/us/", "CC-BY-3.0-US"),
    "uk": (f"{CC}/by-nc-nd/2.0/uk/", None, f"{CC}/by-nc-nd/2.0/uk/", "CC BY-NC-ND 2.0 UK"),
    "spdx": ("http://spdx.org/licenses/CC-BY-4.0", "CC-BY-4.0", f"{CC}/by/4.0/", "CC-BY-4.0"),
    "prefix": ("SPDX:CC-BY-4.0", "CC-BY-4.0", f"{CC}/by/4.0/", "CC-BY-4.0"),
    "gpl": ("gpl-3.0-OR-later", "GPL-3.0-or-later", f"{SPDX}/GPL-3.0-or-later.html", "GPL-3.0-or-later"),
    "choice": ("MIT or Apache-2.0", "MIT OR Apache-2.0", None, "MIT OR Apache-2.0"),
    "parentheses": ("(mit or apache-2.0)", "MIT OR Apache-2.0", None, "MIT OR Apache-2.0"),
    "rdf": ("http://purl.org/NET/rdflicense/cc-by4.0", "CC-BY-4.0", f"{CC}/by/4.0/", "CC-BY-4.0"),
    "w3id": ("https://w3id.org/spdx/licenses/ISC", "ISC", f"{SPDX}/ISC.html", "ISC"),
    "choose": ("https://choosealicense.com/licenses/isc/", "ISC", f"{SPDX}/ISC.html", "ISC"),
    "osi": ("opensource.org/license/isc-license-txt", "ISC", f"{SPDX}/ISC.html", "ISC"),
    "open": ("CC BY", None, f"{CC}/by/", "CC BY (version not stated)"),
    "invented": ("CC-BY-9.0", None, None, "CC-BY-9.0"),
}
# Name of the dataset: (license of the root, entities, identifier)
CRATES: dict[str, tuple[Any, list[dict[str, Any]], str]] = {
    "identifier": ({"@id": "#license"}, [{"@id": "#license", "identifier": "CC-BY-4.0"}], "CC-BY-4.0"),
    "file": ({"@id": "./LICENSE"}, [{"@id": "LICENSE", "name": "CC BY-NC-SA 3.0 IGO"}], "CC-BY-NC-SA-3.0-IGO"),
    "address": ({"@id": "#l"}, [{"@id": "#l", "url": {"@id": f"{CC}/by/3.0/us/"}, "name": "CC"}], "CC-BY-3.0-US"),
    "property": (
        {"@id": "#l"},
        [{"@id": "#l", "identifier": {"@id": "#spdx"}}, {"@id": "#spdx", "@type": "PropertyValue", "value": "CC0-1.0"}],
        "CC0-1.0",
    ),
    "same": ({"@id": "#l"}, [{"@id": "#l", "name": "ours", "sameAs": f"{CC}/by-sa/4.0/"}], "CC-BY-SA-4.0"),
    "value": ({"@value": "CC-BY-4.0"}, [], "CC-BY-4.0"),
    "listed": ([{"@id": "#gone"}, "EUPL-1.2"], [], "EUPL-1.2"),
}
# Name of the dataset: a crate with terms of schema.org that are not shortened; the license is CC-BY-4.0
EXPANDED: dict[str, Any] = {
    "prefixed": {
        "@context": {"schema": "https://schema.org/"},
        "@graph": [
            {"@id": "ro-crate-metadata.json", "schema:about": {"@id": "./"}},
            {"@id": "./", "@type": "schema:Dataset", "schema:name": "a", "schema:license": {"@id": f"{CC}/by/4.0/"}},
        ],
    },
    "expanded": [
        {"@id": "ro-crate-metadata.json", "http://schema.org/about": [{"@id": "./"}]},
        {
            "@id": "./",
            "@type": ["http://schema.org/Dataset"],
            "http://schema.org/name": [{"@value": "a"}],
            "http://schema.org/license": [{"@id": "#l"}],
        },
        {"@id": "#l", "http://schema.org/identifier": [{"@value": "CC-BY-4.0"}]},
    ],
    "nested": {
        "@type": "https://schema.org/Dataset",
        "name": "a",
        "https://schema.org/license": {"https://schema.org/url": "http://purl.org/NET/rdflicense/cc-by4.0"},
    },
    "both": {
        "@graph": [{"@id": "./", "license": "CC-BY-4.0", "schema:license": "MIT", "https://schema.org/name": "a"}],
    },
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of one dataset for each license."""
    folder = tmp_path_factory.mktemp("licenses")
    for name in (*WRITTEN, *CRATES):
        write_image(folder / "data" / name)
    for name, expanded in EXPANDED.items():
        (write_image(folder / "data" / name) / "ro-crate-metadata.json").write_text(json.dumps(expanded))
    for name, (license_, entities, _) in CRATES.items():
        graph = [{"@id": "ro-crate-metadata.json", "about": {"@id": "./"}}, {"@id": "./", "license": license_}]
        crate = json.dumps({"@graph": [*graph, *entities]})
        (folder / "data" / name / "ro-crate-metadata.json").write_text(crate)
    with serving(folder / "data") as server:
        rows = [f"{server.url(f'/{name}')},{written}" for name, (written, *_) in WRITTEN.items()]
        rows += [f"{server.url(f'/{name}')}," for name in (*CRATES, *EXPANDED)]
        lists = write_list(folder / "list.csv", "url,license", *rows)
        return build_site(write_config(folder / "sitegen.toml", lists), folder)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_license_of_a_list(site: Site, name: str) -> None:
    """The index has the identifier only of exactly this license; the page has its name, and a link if there is one."""
    record = site.records()[name]
    written, identifier, address, shown = WRITTEN[name]
    page = site.page(record)
    fact = re.search(r"<h2[^>]*>License</h2>(.*?)</section>", page, re.DOTALL)

    assert (record["license"]["id"], record["license"]["url"]) == (identifier, address)
    assert record["license"]["text"] == (None if identifier or address else written)
    assert fact
    assert shown in fact[1]
    assert (f'href="{address}"' in fact[1]) == (address is not None)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_license_for_machines(site: Site, name: str) -> None:
    """JSON-LD has the address; else a work that is called as the expression, or as was written."""
    record = site.records()[name]
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', site.page(record), re.DOTALL)
    written, identifier, address, _ = WRITTEN[name]

    assert script
    named = {"@type": "CreativeWork", "name": identifier or written}
    assert json.loads(script[1])["license"] == (address or named)


@pytest.mark.parametrize("name", CRATES)
def test_a_license_of_a_crate(site: Site, name: str) -> None:
    """An entity with an id of its own crate is read by its identifier, address or name."""
    record = site.records()[name]

    assert record["license"]["id"] == CRATES[name][2]
    assert record["provenance"]["license"] == "ro-crate"


@pytest.mark.parametrize("name", EXPANDED)
def test_a_crate_with_terms_that_are_not_shortened(site: Site, name: str) -> None:
    """Keys and types of schema.org count in each form of JSON-LD."""
    record = site.records()[name]

    assert (record["license"]["id"], record["title"]) == ("CC-BY-4.0", "a")
