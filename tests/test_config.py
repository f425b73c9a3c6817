"""The configuration: its defaults, every kind of mistake with its key and line, and a list given in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config.keys import keys
from sitegen.config.settings import Config, default_config, load, read_base_url, read_config
from sitegen.config.toml import find_line
from sitegen.errors import ConfigError, UsageError

WHOLE = """\
title       = "Our catalog"   # what visitors read
description = "Cells and tissues"
base_url    = "https://example.org/catalog"
csv         = ["https://example.org/all.csv", "lists/ours.csv"]
facets      = ["tissue"]

[crawl]
per_host = 4
allow_private_hosts = true

[[source]]
name = "IDR"
logo = "logos/idr.svg"
url  = "https://idr.openmicroscopy.org"

[[source]]
name = "SSBD"

[[viewer]]
name = "Our viewer"
url  = "https://example.org/view?source={url}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a list and a logo for a configuration to name."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/ours.csv").write_text("url\n")
    (tmp_path / "logos").mkdir()
    (tmp_path / "logos/idr.svg").write_text("<svg/>")
    return tmp_path


def read(folder: Path, text: str) -> Config:
    """Return the configuration with this text."""
    (folder / "sitegen.toml").write_text(text, encoding="utf-8")
    return read_config(folder / "sitegen.toml")


def mistakes(folder: Path, text: str) -> list[str]:
    """Return the mistakes of a configuration, without its folder."""
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).split("\n")]


def test_every_kind_of_key_is_read(folder: Path) -> None:
    """Values are found in the fields of the configuration."""
    config = read(folder, WHOLE)

    assert config.title == "Our catalog"
    assert config.base_url == "https://example.org/catalog/"
    assert config.csv == ("https://example.org/all.csv", str(folder / "lists/ours.csv"))
    assert config.facets == ("tissue",)
    assert (config.crawl.per_host, config.crawl.timeout_s, config.crawl.allow_private_hosts) == (4, 20, True)
    assert [(source.name, source.logo) for source in config.sources] == [
        ("IDR", folder / "logos/idr.svg"),
        ("SSBD", None),
    ]
    assert config.viewers[0].url == "https://example.org/view?source={url}"


def test_the_lists_alone_are_enough(folder: Path) -> None:
    """Every other key has its default."""
    config = read(folder, 'csv = ["lists/ours.csv"]')

    assert config == Config(csv=(str(folder / "lists/ours.csv"),))


LISTS = 'csv = ["lists/ours.csv"]\n'
WRONG = {
    "unknown key": (
        LISTS + 'titel = "Ours"',
        "sitegen.toml:2: titel: unknown key; did you mean title?",
    ),
    "key of the top in a table": (
        LISTS + "[crawl]\nmax_loss = 0.2",
        "sitegen.toml:3: crawl.max_loss: unknown key; "
        "did you mean max_loss at the top of the file, above the first [table]?",
    ),
    "unknown key of a table": (
        LISTS + "[crawl]\n# politely\nperhost = 8",
        "sitegen.toml:4: crawl.perhost: unknown key; did you mean per_host?",
    ),
    "unknown key like none": (
        LISTS + "[pictures]\nzzz = 1",
        "sitegen.toml:3: pictures.zzz: unknown key; expected one of thumbnail_px, preview_px, montage_wells",
    ),
    "wrong type": (
        LISTS + 'crawl.per_host = "8"',
        'sitegen.toml:2: crawl.per_host: expected a whole number from 1 to 16, found "8"',
    ),
    "true is not a number": (
        LISTS + "[crawl]\nper_host = true",
        "sitegen.toml:3: crawl.per_host: expected a whole number from 1 to 16, found true",
    ),
    "not a number": (
        LISTS + "[crawl]\ntimeout_s = nan",
        "sitegen.toml:3: crawl.timeout_s: expected a number above 0, at most 3600, in seconds, found NaN",
    ),
    "a number that is too large": (
        LISTS + f"[crawl]\ntimeout_s = 1{'0' * 40}",
        f"sitegen.toml:3: crawl.timeout_s: expected a number above 0, at most 3600, in seconds, found 1{'0' * 40}",
    ),
    "a date in place of a text": (
        LISTS + "title = 2026-01-01",
        'sitegen.toml:2: title: expected text that is not empty, found "2026-01-01"',
    ),
    "a text of spaces": (
        LISTS + 'title = "  "',
        'sitegen.toml:2: title: expected text that is not empty, found "  "',
    ),
    "text where a table belongs": (
        LISTS + 'crawl = "fast"',
        'sitegen.toml:2: crawl: expected a table, [crawl], found "fast"',
    ),
    "one table where several belong": (
        LISTS + '[source]\nname = "IDR"',
        'sitegen.toml:2: source: expected tables, [[source]], found {"name": "IDR"}',
    ),
    "a missing key": (
        'title = "Ours"',
        'sitegen.toml:1: csv: missing; expected a list of CSVs, by address or path, such as ["lists/ours.csv"]',
    ),
    "a missing key of the second table": (
        LISTS + '[[source]]\nname = "IDR"\n[[source]]\nurl = "https://example.org"',
        "sitegen.toml:4: source.name: missing; expected text that is not empty",
    ),
    "a text in place of a list": (
        'csv = "lists/ours.csv"',
        "sitegen.toml:1: csv: expected a list of CSVs, by address or path, "
        'such as ["lists/ours.csv"], found "lists/ours.csv"',
    ),
    "a base_url that is a path": (
        LISTS + 'base_url = "/catalog/"',
        "sitegen.toml:2: base_url: expected the address at which the site will be published, "
        'with https:// or http://, found "/catalog/"',
    ),
    "a base_url without a host": (
        LISTS + 'base_url = "https://our catalog/"',
        "sitegen.toml:2: base_url: expected the address at which the site will be published, "
        'with https:// or http://, found "https://our catalog/", whose host no browser can reach',
    ),
    "a base_url of many letters": (
        LISTS + f'base_url = "https://example.org/{"a" * 1500}"',
        "sitegen.toml:2: base_url: expected the address at which the site will be published, "
        "with https:// or http://, found an address of 1,521 characters; give one of at most 1,500",
    ),
    "a viewer that gets no address": (
        LISTS + '[[viewer]]\nname = "V"\nurl = "https://example.org/"',
        "sitegen.toml:4: viewer.url: expected an https:// or http:// address with {url} in it, "
        'found "https://example.org/"',
    ),
    "a viewer that is a script": (
        LISTS + '[[viewer]]\nname = "V"\nurl = "javascript:alert({url})"',
        "sitegen.toml:4: viewer.url: expected an https:// or http:// address with {url} in it, "
        'found "javascript:alert({url})"',
    ),
    "a line that is not TOML": (
        LISTS + "title = Ours",
        "sitegen.toml:2: this is not valid TOML: Invalid value",
    ),
    "a table that does not end": (
        LISTS + "[crawl",
        "sitegen.toml:2: this is not valid TOML: Expected ']' at the end of a table declaration",
    ),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_reported_with_file_line_and_key(folder: Path, text: str, words: str) -> None:
    """The message says what was expected and what was found."""
    assert mistakes(folder, text) == [words]


def test_a_missing_list_is_a_mistake(folder: Path) -> None:
    """It is named as it is written, with the path that was tried."""
    (message,) = mistakes(folder, 'title = "Ours"\ncsv = [\n  "lists/theirs.csv",\n]')

    assert message.startswith("sitegen.toml:2: csv: expected a list of CSVs")
    assert message.endswith(f'found "lists/theirs.csv", but there is no file {folder}/lists/theirs.csv')


def test_a_missing_logo_is_a_mistake(folder: Path) -> None:
    """The line is that of its own table."""
    (message,) = mistakes(folder, LISTS + '[[source]]\nname = "IDR"\n[[source]]\nname = "B"\nlogo = "logos/b.svg"')

    assert message.startswith("sitegen.toml:6: source.logo: expected the path of a picture")


def test_all_mistakes_are_reported_at_once(folder: Path) -> None:
    """They come in the order of their lines."""
    messages = mistakes(folder, 'titel = "Ours"\n[[viewer]]\nname = ""\nurl = ""\n[crawl]\nper_host = 0')

    assert [line.split(":")[1] for line in messages] == ["1", "1", "3", "4", "6"]


@pytest.mark.parametrize("address", ["https://me:secret@example.org/a.csv", "s3://key@bucket/a.csv"])
def test_an_address_with_a_password_is_a_mistake(folder: Path, address: str) -> None:
    """The message does not repeat the password."""
    (message,) = mistakes(folder, f'csv = ["{address}"]')

    assert "contains a user name or password" in message
    assert "secret" not in message
    assert "key@" not in message


def test_text_that_is_not_utf_8_is_a_mistake(folder: Path) -> None:
    """The line is that of the first invalid byte."""
    (folder / "sitegen.toml").write_bytes(b'csv = ["lists/ours.csv"]\ntitle = "M\xfcnster"')

    with pytest.raises(ConfigError, match=r"sitegen\.toml:2: expected UTF-8, found the byte 0xFC"):
        read_config(folder / "sitegen.toml")


def test_a_byte_order_mark_and_crlf_are_ignored(folder: Path) -> None:
    """Some editors write them."""
    (folder / "sitegen.toml").write_bytes(b'\xef\xbb\xbfcsv = ["lists/ours.csv"]\r\ntitle = "Ours"\r\n')

    assert read_config(folder / "sitegen.toml").title == "Ours"


def test_a_missing_configuration_is_wrong_usage(tmp_path: Path) -> None:
    """The message names its path."""
    with pytest.raises(UsageError, match=r"none\.toml: there is no such file"):
        load(str(tmp_path / "none.toml"))


def test_a_folder_is_not_a_configuration(tmp_path: Path) -> None:
    """The message says that it cannot be read."""
    with pytest.raises(UsageError, match="cannot be read"):
        load(str(tmp_path))


def test_without_a_configuration_the_message_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is neither an argument nor a sitegen.toml."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match="sitegen demo"):
        load(None)


def test_sitegen_toml_of_the_working_folder_is_the_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its paths stay relative."""
    (folder / "sitegen.toml").write_text(LISTS)
    monkeypatch.chdir(folder)

    assert load(None).csv == ("lists/ours.csv",)


def test_a_list_is_accepted_in_place_of_a_configuration(folder: Path) -> None:
    """A CSV file, or the address of one, is read with default settings."""
    path = str(folder / "lists/ours.csv")

    assert load(path) == Config(csv=(path,))
    assert load("https://example.org/export?format=csv") == Config(csv=("https://example.org/export?format=csv",))


@pytest.mark.parametrize("csv", ["nowhere.csv", "ftp://example.org/a.csv", "https://me:secret@example.org/a.csv", ""])
def test_an_invalid_list_address_is_wrong_usage(csv: str) -> None:
    """No password is repeated."""
    with pytest.raises(UsageError, match="expected a CSV") as caught:
        default_config(csv)

    assert "secret" not in str(caught.value)


def test_the_option_base_url_is_validated() -> None:
    """It gets a final slash, and must be a web address."""
    assert read_base_url("https://example.org/a") == "https://example.org/a/"
    assert read_base_url("HTTPS://münchen.example:443/a b/") == "https://xn--mnchen-3ya.example/a%20b/"
    with pytest.raises(UsageError, match="--base-url"):
        read_base_url("example.org")


def test_every_key_is_documented() -> None:
    """It has a meaning, what it accepts, and its default as TOML."""
    table = {key.name: key for key in keys()}

    assert table["crawl.per_host"].default == "8"
    assert table["csv"].required
    assert all(key.meaning.endswith(".") and key.expected for key in table.values())


def test_every_default_may_be_written(folder: Path) -> None:
    """A default is a valid value of its key."""
    repeated = ("source.", "viewer.")  # each is a table of its own, with required keys
    given = [f"{key.name} = {key.default}" for key in keys() if key.default and not key.name.startswith(repeated)]

    assert read(folder, LISTS + "\n".join(given)) == read(folder, LISTS)


SCAN = '''\
text = """
crawl = 1
"""  # [pictures]
"quoted key" = 1
[a.b]
c.d = 2
[[s]]
[[s]]
[s.inner]
x = 3
'''


@pytest.mark.parametrize(
    ("keys_", "line"),
    [
        (("text",), 1),
        (("crawl",), 1),
        (("quoted key",), 4),
        (("a", "b"), 5),
        (("a", "b", "c", "d"), 6),
        (("s", 0), 7),
        (("s", 1), 8),
        (("s", 1, "inner", "x"), 10),
        (("s", 1, "inner", "missing"), 9),
        (("nowhere",), 1),
    ],
)
def test_the_line_of_a_key_is_found(keys_: tuple[str | int, ...], line: int) -> None:
    """It is found in tables, arrays of tables and dotted keys, and never inside a string."""
    assert find_line(SCAN, keys_) == line


@pytest.mark.parametrize(
    ("address", "what_to_do"),
    [
        ("https://h.example/a/index.html", "a page; give the address of its folder, https://h.example/a/"),
        ("https://h.example/INDEX.HTM", "a page; give the address of its folder, https://h.example/"),
        ("https://h.example/a/?page=2", "leave out what begins with ? or #"),
        ("https://h.example/a#top", "leave out what begins with ? or #"),
        ("https://h.example/a?", "leave out what begins with ? or #"),
    ],
)
def test_a_base_url_to_which_no_path_can_be_added_is_a_mistake(folder: Path, address: str, what_to_do: str) -> None:
    """In the file and as an option; each link of the site would contain it."""
    (message,) = mistakes(folder, f'base_url = "{address}"\n' + LISTS)
    with pytest.raises(UsageError) as caught:
        read_base_url(address)

    assert message.startswith("sitegen.toml:1: base_url: expected the address")
    assert message.endswith(what_to_do)
    assert what_to_do in str(caught.value)
