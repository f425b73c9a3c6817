"""Each viewer that is not offered has its reason: every reason for every viewer that it can concern."""

from __future__ import annotations

from typing import Any

import pytest
from catalogs import change, make_catalog, make_failed, make_image, make_plate

from sitegen.config.settings import ViewerSettings
from sitegen.model import Axis, Record
from sitegen.site.dataset_page import make_dataset_page
from sitegen.site.neighbors import NeighborLinks
from sitegen.site.plan import pages
from sitegen.site.viewers import REASONS, VIEWERS, Reason, Viewer, find_reason, links, refusals, why_none

READABLE = {"ome_zarr_version": "0.4", "zarr_format": 2, "shards": None}
"""What every viewer reads."""
PARROTS = (Axis(name="y", type="space", unit="parrots"), Axis(name="x", type="space"))
NOT_MET: dict[str, dict[str, Any]] = {
    "vizarr": {"ome_zarr_version": "0.6", "axes": PARROTS},
    "neuroglancer": {"axes": PARROTS},
    "Vol-E": {"axes": PARROTS},
    "BioNGFF viewer": {"label_images": ()},
}
"""What does not meet the needs of a viewer."""
FOR_ALL: dict[str, tuple[dict[str, Any], str]] = {
    "unread": ({"status": "missing"}, "could not be read"),
    "not-web": ({"url": "s3://bucket/a.zarr"}, "not published on the web"),
    "mixed-content": ({"url": "http://data.example.org/a.zarr"}, "over http"),
    "cors": ({"cors": False}, "CORS"),
}


def record_for(reason: Reason, viewer: Viewer) -> tuple[Record, str] | None:
    """Return a dataset that a viewer cannot open for a reason alone, and words of it; None where there is none."""
    if reason.for_all:
        changes, words = FOR_ALL[reason.key]
        return make_image(**{**READABLE, **changes}), words
    cases: dict[str, tuple[bool, dict[str, Any], str]] = {
        "archive": (not viewer.zipped, {"zipped": True}, ".ozx"),
        "kind": (True, {"kind": "array"}, "of this kind (bare array)"),
        "version": (True, {"ome_zarr_version": "9.9"}, "this is 9.9"),
        "format": (3 not in viewer.formats, {"zarr_format": 3}, "Zarr v3"),
        "no-image": ("series" not in viewer.roots, {"kind": "series", "image_path": None}, "single images"),
        "dtype": (
            bool(viewer.without_dtypes),
            {"dtype": min(viewer.without_dtypes, default="")},
            min(viewer.without_dtypes, default=""),
        ),
        "need": (bool(viewer.needs), NOT_MET.get(viewer.name, {}), viewer.needs[0].otherwise if viewer.needs else ""),
    }
    applies, changes, words = cases[reason.key]
    return (make_image(**{**READABLE, **changes}), words) if applies else None


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.name)
@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.key)
def test_every_viewer_has_every_reason(reason: Reason, viewer: Viewer) -> None:
    """The viewer is not offered, and its reason is the one that holds; one that cannot concern it never holds."""
    case = record_for(reason, viewer)
    if case is None:
        others = [made for each in REASONS for shown in VIEWERS if (made := record_for(each, shown))]
        assert not any(reason.holds(viewer, record) for record, _ in others if find_reason(viewer, record) is reason)
        return
    record, words = case

    assert find_reason(viewer, record) is reason
    assert viewer.name not in [link.name for link in links(record)]
    assert words in reason.says(viewer, record)
    said = {each.name: each.why for each in refusals(record)}
    assert why_none(record) if reason.for_all else words in said[viewer.name]


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.name)
def test_what_every_viewer_reads_has_no_reason(viewer: Viewer) -> None:
    """An image of 0.4 with labels."""
    record = make_image(**READABLE)

    assert find_reason(viewer, record) is None
    assert refusals(record) == ()


@pytest.mark.parametrize("record", [make_image(), make_plate(), make_image(kind="array"), make_image(zipped=True)])
def test_every_viewer_is_either_offered_or_refused(record: Record) -> None:
    """None is left out."""
    offered, refused = [link.name for link in links(record)], [each.name for each in refusals(record)]

    assert sorted(offered + refused) == sorted(viewer.name for viewer in VIEWERS)


def test_the_operators_viewers_have_reasons_too() -> None:
    """One that does not open archives, by configuration."""
    own = ViewerSettings(name="Ours", url="https://view.example.org/?source={url}")

    assert refusals(make_image(**READABLE), (own,)) == ()
    assert refusals(make_image(**READABLE, zipped=True), (own,))[-1].name == "Ours"


@pytest.mark.parametrize("record", [make_failed("missing", "lost"), make_image(cors=False)])
def test_a_reason_for_all_is_said_once(record: Record) -> None:
    """The page of what no viewer can reach offers none, and says so in one sentence."""
    page = make_dataset_page(record, make_catalog(record), NeighborLinks())

    assert (page.links, page.refusals) == ((), ())
    assert page.no_links


def test_the_page_has_the_reasons_behind_a_click() -> None:
    """Below the viewers that are offered."""
    record = change(make_plate(), dtype="int64")
    path = f"datasets/{record.id}/index.html"
    text = next(page.content.decode() for page in pages(make_catalog(record)) if page.path == path)

    assert '<details class="others">\n<summary>Viewers that cannot open it, and why</summary>' in text
    assert "<dt>vizarr</dt>\n<dd>It cannot show pixels of the data type int64.</dd>" in text
