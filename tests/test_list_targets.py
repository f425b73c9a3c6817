"""The URLs of rows: whether they lead to lists or datasets, on hosts or on this machine, and which are refused."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings import HOST, Bodies, codes_and_lines, dataset_urls, only, read, read_local, read_one, read_path

from sitegen import urls
from sitegen.lists.parsing import parse_list
from sitegen.lists.reading import read_lists


def test_a_list_is_known_by_the_end_of_its_path() -> None:
    """Its address is relative to the list that names it."""
    bodies = {
        HOST + "a.csv": "url\nsub/b.CSV?raw=1\nhttps://other.org/c.tsv\n/d.csv",
        HOST + "sub/b.CSV?raw=1": "../e.csv",
        "https://other.org/c.tsv": "url\tname\nhttps://h/c.zarr\tx",
        "https://example.org/d.csv": "https://h/d.zarr",
        HOST + "e.csv": "https://h/e.zarr",
    }
    get = Bodies(bodies)

    listing = asyncio.run(read_lists([HOST + "a.csv"], get))

    assert dataset_urls(listing) == ["e.zarr", "c.zarr", "d.zarr"]
    assert sorted(get.asked) == sorted(bodies)


def test_a_list_in_a_bucket_names_others_by_relative_path() -> None:
    """A list in a bucket names others in it by relative path."""
    get = Bodies({"s3://bucket/lists/a.csv": "b c.csv", "s3://bucket/lists/b%20c.csv": "s3://bucket/a.zarr"})

    listing = asyncio.run(read_lists(["s3://bucket/lists/a.csv"], get))

    assert only(listing).url == "s3://bucket/a.zarr"


def test_query_and_fragment_do_not_make_a_list_a_dataset() -> None:
    """The fragment is not sent; the query is."""
    lists = {"a.csv": "url\nb.csv#top\nc.TSV?raw=1#top", "b.csv": "https://h/b", "c.TSV?raw=1": ""}
    get = Bodies({HOST + name: body for name, body in lists.items()})
    listing = asyncio.run(read_lists([HOST + "a.csv"], get))

    assert dataset_urls(listing) == ["b"]
    assert get.asked == [HOST + "a.csv", HOST + "b.csv", HOST + "c.TSV?raw=1"]


def test_query_and_fragment_are_part_of_a_local_name(folder: Path) -> None:
    """The name of a local list may contain a `#`."""
    (folder / "first.csv").write_text("sub/ours.csv#top\nsub/ours.csv?raw=1\n#2.csv\n")
    (folder / "#2.csv").write_text("z.zarr")
    listing = read_local(folder / "first.csv")

    assert [urls.tail(entry.url) for entry in listing.entries] == ["d.zarr", "z.zarr"]
    assert [code for code, _ in codes_and_lines(listing)] == ["list-again", "local-path-refused", "local-path-refused"]


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@h/a.zarr",
        "https://secret@h/a.csv",
        "https:me:secret@h/a.zarr",
        "//me:secret@h/a.csv",
        "//me:secret@h/a.zarr",
        "s3://key:secret@bucket/a.zarr",
        "ftp://me:secret@h/a",
        "file://me:secret@h/a.zarr",
        "https://me:secret@[h/a.csv",
        "https://me:secret@h:port/a.zarr",
        "https://me\\:secret@h/a.zarr",
        "https://me\\:secret@h/a.csv",
        "https://me:x\\secret@h/a.zarr",
        "https:\\\\me:secret@h/a.zarr",
        "https://me:secret%40h/a.zarr",
    ],
)
def test_a_url_with_a_password_is_an_error(url: str) -> None:
    """No message repeats the password."""
    listing = read_one(f"url,name\n{url},x")
    (problem,) = listing.problems

    assert not listing.entries
    assert problem.problem.level == "error"
    assert "secret" not in repr(problem)


def test_a_password_without_a_scheme_is_an_error() -> None:
    """This holds in a local list, where it could be a path, and if every list is trusted."""
    get = Bodies({"file:///lists/a.csv": "url\n//me:secret@h/a.zarr\n//me:secret@h/a.csv"})
    listing = asyncio.run(read_lists(["/lists/a.csv"], get, allow_private_hosts=True))

    assert codes_and_lines(listing) == [("url-credentials", 2), ("url-credentials", 3)]
    assert "secret" not in repr(listing)


def test_the_query_of_a_list_is_sent_but_never_shown() -> None:
    """It may be a token or a signature."""
    get = Bodies(
        {
            HOST + "root.csv?token=secret": "url\nours.csv?token=secret\nours.csv?token=secret\nroot.csv?token=secret\n"
            "lost.csv?token=secret",
            HOST + "ours.csv?token=secret": "url\nhttps://h/a.zarr\n",
        }
    )
    listing = asyncio.run(read_lists([HOST + "root.csv?token=secret"], get))

    assert [str(place) for place in only(listing).places] == [HOST + "ours.csv:2"]
    assert codes_and_lines(listing) == [("list-again", 3), ("list-cycle", 4), ("list-unreadable", 5)]
    assert [problem.url for problem in listing.problems] == [
        HOST + name for name in ("ours.csv", "root.csv", "lost.csv")
    ]
    assert "secret" not in repr(listing)


def test_an_unsupported_scheme_is_an_error() -> None:
    """The message names the supported ones."""
    (problem,) = read_one("url\njavascript:alert(1)").problems

    assert (
        problem.problem.message == 'expected a URL that begins with http:, https:, s3:, gs:, file:, found "javascript:"'
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with lists in two depths."""
    (tmp_path / "lists/sub").mkdir(parents=True)
    (tmp_path / "lists/root.csv").write_text(
        "sub/ours.csv\nimages/a b.zarr\n../outside.zarr\n/etc/b.zarr\nsub/../c.zarr"
    )
    (tmp_path / "lists/sub/ours.csv").write_text("url\n../images/d.zarr\n../../e.zarr\nfile:///etc/f.zarr\n")
    return tmp_path / "lists"


def test_local_paths_stay_in_the_folder_of_the_configured_list(folder: Path) -> None:
    """They are relative to the list that names them."""
    listing = read_local(folder / "root.csv")
    below = [entry.url.removeprefix(f"file://{folder}/") for entry in listing.entries]

    assert below == ["images/d.zarr", "images/a%20b.zarr", "c.zarr"]
    assert all(entry.local for entry in listing.entries)
    assert codes_and_lines(listing) == [("local-path-refused", n) for n in (3, 4, 3, 4)]


def test_local_paths_stay_in_the_folder_of_the_configuration(folder: Path) -> None:
    """It may be one further up."""
    listing = read_local(folder / "root.csv", folder=folder.parent)
    refused = [each.problem for each in listing.problems]

    assert [urls.tail(entry.url) for entry in listing.entries] == [
        "d.zarr",
        "e.zarr",
        "a b.zarr",
        "outside.zarr",
        "c.zarr",
    ]
    assert [each.code for each in refused] == ["local-path-refused"] * 2
    assert all(f"leads out of {folder.parent};" in each.message for each in refused)


def test_a_symbolic_link_does_not_lead_out(folder: Path) -> None:
    """Neither to data nor to a list; one that leads to what is inside does."""
    (folder / "images").mkdir()
    (folder.parent / "outside.csv").write_text("url\nhttps://h/a.zarr")
    (folder / "out.csv").symlink_to("../outside.csv")
    (folder / "images/out.zarr").symlink_to("../../outside.zarr")
    (folder / "images/in.zarr").symlink_to("../c.zarr")
    (folder / "linked.csv").write_text("out.csv\nimages/out.zarr\nimages/out.zarr/0\nimages/in.zarr\n")
    listing = read_local(folder / "linked.csv")
    messages = [each.problem.message for each in listing.problems]

    assert urls.tail(only(listing).url) == "in.zarr"
    assert codes_and_lines(listing) == [("local-path-refused", n) for n in (1, 2, 3)]
    assert all("because of a symbolic link" in message for message in messages)
    assert not read_local(folder / "linked.csv", folder=folder.parent).problems


@pytest.mark.parametrize(
    "cell",
    ["see https://h/a.zarr", "<https://h/a.zarr>", "url=https://h/a.zarr", "1://h", "://x"],
)
def test_a_cell_with_an_address_in_it_is_never_a_path(cell: str, folder: Path) -> None:
    """The hint has the address."""
    (folder / "root.csv").write_text(f"url,name\n{cell},x\n", encoding="utf-8")
    (problem,) = read_local(folder / "root.csv").problems

    assert problem.problem.code == "url-bad"
    assert ("https://h/a.zarr" in problem.problem.hint) is ("https" in cell)


@pytest.mark.parametrize(
    "cell", ["url: https://h/a.zarr", "zarr://https://h/a.zarr/", "zip::https://h/a.zarr|zip:", "[a](https://h/a.zarr)"]
)
def test_the_hint_has_the_address_without_what_is_around_it(cell: str) -> None:
    """As in notes, in links of Markdown, and in sources as neuroglancer and fsspec write them."""
    (problem,) = read_one(f"url,name\n{cell},x\n").problems

    assert problem.problem.hint == "Give the address alone: https://h/a.zarr"


def test_no_hint_repeats_a_password() -> None:
    """Wherever the address is in the cell."""
    (problem,) = read_one("url,name\nzarr://https://user:secret@h/a.zarr,x\n").problems

    assert "secret" not in repr(problem)


@pytest.mark.parametrize("between", [" ", ", ", ",", ";"])
def test_a_cell_with_several_addresses_is_not_one(between: str) -> None:
    """Each needs a row of its own. The address of a proxy holds another one, too, and is accepted."""
    text = f'url,name\n"https://h/a.zarr{between}s3://h/b.zarr",x\nhttps://proxy/https://h/a.zarr,x\n'
    listing = read_one(text)
    (problem,) = listing.problems

    assert dataset_urls(listing) == ["https://proxy/https://h/a.zarr"]
    assert (problem.problem.code, problem.place.line) == ("url-bad", 2)


@pytest.mark.parametrize("cell", ["~/x.zarr", "~user/x.zarr", "images\\x.zarr"])
def test_a_path_of_a_shell_or_of_windows_is_explained(cell: str, folder: Path) -> None:
    """Unless there is a file of this name."""
    (folder / "one.csv").write_text(f"url,name\n{cell},x\n")
    (problem,) = read_local(folder / "one.csv").problems
    (folder / cell).mkdir(parents=True)
    listing = read_local(folder / "one.csv")

    assert problem.problem.code == "url-bad"
    assert "path" in problem.problem.hint
    assert not listing.problems
    assert urls.to_path(only(listing).url) == folder / cell


@pytest.mark.parametrize("spelled", ["../lists/root.csv", "{0}/sub/../root.csv", "file://{0}/sub/../root.csv"])
def test_dots_in_the_path_of_a_list_change_nothing(folder: Path, spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a list is the one that it is in, however its path is written."""
    monkeypatch.chdir(folder)
    listing = asyncio.run(read_lists([spelled.format(folder)], read_path))

    assert [urls.tail(entry.url) for entry in listing.entries] == ["d.zarr", "a b.zarr", "c.zarr"]
    assert codes_and_lines(listing) == [("local-path-refused", n) for n in (3, 4, 3, 4)]


def test_paths_outside_are_accepted_if_every_list_is_trusted(folder: Path) -> None:
    """The operator says so in the configuration."""
    listing = read_local(folder / "root.csv", allow_private_hosts=True)

    assert not listing.problems
    assert f"file://{folder.parent}/outside.zarr" in [entry.url for entry in listing.entries]


def test_places_name_a_local_list_as_the_operator_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is relative to the working folder."""
    monkeypatch.chdir(folder.parent)
    listing = read_local(Path("lists/root.csv"))

    assert str(listing.entries[0].places[0]) == "lists/sub/ours.csv:2"


def test_a_trusted_remote_list_may_name_local_paths() -> None:
    """Its relative paths are on its own host."""
    listing = read({"a.csv": "url\n/data/a.zarr\nfile:///data/b.zarr\nc.zarr"}, allow_private_hosts=True)

    assert [entry.url for entry in listing.entries] == [
        "file:///data/a.zarr",
        "file:///data/b.zarr",
        "https://example.org/lists/c.zarr",
    ]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_address_is_an_entry_a_list_or_a_problem(cell: str) -> None:
    """There is never an exception."""
    parsed = parse_list("url\n" + cell.replace("\n", " ").replace("\r", " "), "a.csv")
    listing = read_one("url\n" + cell.replace("\n", " ").replace("\r", " "))

    assert len(listing.entries) <= len(parsed.rows)
    assert listing.entries or listing.problems


@pytest.mark.skipif(os.name == "nt", reason="there these are paths of this machine")
@pytest.mark.parametrize(
    "cell", [r"C:\data\cells.zarr", "d:/data/cells.zarr", r"\\server\share\cells.zarr", "file:///C:/data/cells.zarr"]
)
@pytest.mark.parametrize("address", [HOST + "a.csv", "a.csv"])
def test_a_path_of_windows_is_named_as_such(cell: str, address: str, tmp_path: Path) -> None:
    """In a list on a host and on this machine; it is no file name with a colon or backslashes."""
    if address == "a.csv":
        path = tmp_path / address
        path.write_text(f"url\n{cell}\nhttps://h/b.zarr\n", encoding="utf-8")
        listing = asyncio.run(read_lists([str(path)], Bodies({path.as_uri(): path.read_text(encoding="utf-8")})))
    else:
        listing = asyncio.run(read_lists([address], Bodies({address: f"url\n{cell}\nhttps://h/b.zarr\n"})))
    (found,) = listing.problems

    assert dataset_urls(listing) == ["b.zarr"]
    assert (found.problem.code, found.place.line) == ("url-bad", 2)
    assert "is a path of Windows" in found.problem.message
    assert "expected the https: address" in found.problem.message
