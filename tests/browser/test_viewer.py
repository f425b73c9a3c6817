"""The viewer of a dataset's page in a real browser: what is asked of the host of the data, and what a visitor does."""

from __future__ import annotations

import gzip
import re
from typing import Any

import numpy as np
import pytest
from browser.screens import Page, expect, opened
from browser.viewing import (
    CANVAS,
    FILM,
    LABELED,
    PLATE,
    SERIES,
    SHARDED,
    STACK,
    Traffic,
    Viewing,
    canvas_of,
    correlate,
    draw_plane,
    look,
    place,
    read_image,
    stored_bytes,
    view_of,
    viewer_page,
    wait,
)

from sitegen.render.colormaps import label_colors

pytestmark = pytest.mark.browser


def policy_of(page: Page) -> str:
    """Return the Content-Security-Policy that a page declares."""
    return str(page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content"))


def test_nothing_is_asked_before_the_click(browser: Any, looked_at: Viewing) -> None:
    """The host of the data hears of a visitor only after the click; then a few requests show a sharded image."""
    with opened(browser, looked_at.site_address) as page:
        traffic = Traffic(prefix=looked_at.data_address).watch(page)
        page.goto(looked_at.page_of(SHARDED))
        page.wait_for_load_state("networkidle")
        before = list(traffic.urls)
        scripts = [url for url in traffic.others if "viewer" in url or "worker" in url]
        look(page)

        assert (before, scripts) == ([], [])
        assert len(traffic.urls) == 7  # the image, its levels, a small shard whole, of another the index and a range
        assert 0 < traffic.size_bytes < stored_bytes(looked_at.data / SHARDED)
        assert all(url.startswith(looked_at.site_address) for url in traffic.others)


def test_a_well_costs_a_few_requests(browser: Any, looked_at: Viewing) -> None:
    """A click on a well asks for plate, well, image, levels, and one shard; labels for theirs, and a level."""
    with opened(browser, looked_at.site_address) as page:
        traffic = Traffic(prefix=looked_at.data_address).watch(page)
        page.goto(looked_at.page_of(PLATE))
        page.get_by_role("button", name="B5", exact=True).click()
        wait(page)
        size_of_well = traffic.size_bytes
        well = [url.removeprefix(f"{looked_at.data_address}{PLATE}") for url in traffic.urls]
        page.goto(looked_at.page_of(LABELED))
        look(page)
        page.get_by_label("Label image").locator("option", has_text="nuclei").wait_for(state="attached")
        traffic.urls.clear()
        page.get_by_label("Label image").select_option("nuclei")
        wait(page)
        labels = [url.removeprefix(f"{looked_at.data_address}{LABELED}/labels/nuclei/") for url in traffic.urls]
        level = page.locator("image-viewer").get_attribute("data-level")

    documents = ["/zarr.json", "/B/5/zarr.json", *(f"/B/5/0/{path}zarr.json" for path in ("", "0/", "1/"))]
    assert sorted(each for each in well if each.endswith(".json")) == sorted(documents)
    assert len(well) <= len(documents) + 2
    plate = looked_at.data / PLATE
    assert 0 < size_of_well <= stored_bytes(plate / "B" / "5") + (plate / "zarr.json").stat().st_size
    stored = looked_at.data / LABELED / "labels" / "nuclei"
    chunks = [path.relative_to(stored).as_posix() for path in (stored / str(level) / "c").rglob("*") if path.is_file()]
    assert sorted(labels) == sorted(["zarr.json", "0/zarr.json", "1/zarr.json", "2/zarr.json", *chunks])


def test_a_page_may_ask_one_host(browser: Any, looked_at: Viewing) -> None:
    """Its policy names the host of the dataset, and the browser refuses requests to any other."""
    with opened(browser, looked_at.site_address) as page:
        page.goto(looked_at.page_of(SHARDED))
        assert f"connect-src 'self' {looked_at.data_address.rstrip('/')};" in policy_of(page)
        page.goto("index.html")
        assert "connect-src 'self';" in policy_of(page)


def test_scripts_are_small(browser: Any, looked_at: Viewing) -> None:
    """What a click loads is less than 500 kB as a host sends it, with the decoder of Blosc, the largest part."""
    with opened(browser, looked_at.site_address) as page:
        page.goto(looked_at.page_of(FILM))
        page.wait_for_load_state("networkidle")
        traffic = Traffic(prefix=looked_at.site_address).watch(page)
        look(page)
        loaded = {url.removeprefix(looked_at.site_address) for url in traffic.urls if url.endswith((".js", ".css"))}
    sizes = {path: len(gzip.compress((looked_at.site / path).read_bytes())) for path in loaded}

    assert len(sizes) > 3
    assert sum(sizes.values()) < 300_000, sizes


def test_the_still_picture_comes_back(browser: Any, looked_at: Viewing) -> None:
    """Closing the viewer shows the still picture and the button, which has the focus and opens it again."""
    with viewer_page(browser, looked_at, looked_at.page_of(FILM)) as page:
        look(page)
        expect(page.locator(".stage__picture")).to_be_hidden()
        page.get_by_role("button", name="Close the viewer").click()

        expect(page.locator(".stage__picture")).to_be_visible()
        expect(page.get_by_role("button", name="Open viewer")).to_be_focused()
        look(page)
        expect(page.locator("image-viewer")).to_have_count(1)


def test_labels_are_drawn_over_the_image(browser: Any, looked_at: Viewing) -> None:
    """Opaque labels have the colors that the package gives them, and the image is unchanged beside them."""
    image = looked_at.data / LABELED
    with viewer_page(
        browser, looked_at, f"{looked_at.page_of(LABELED)}#look=&{view_of(image)}&labels=nuclei&opacity=100"
    ) as page:
        expect(page.get_by_label("Label image")).to_have_value("nuclei")
        wait(page)
        canvas = canvas_of(page)
    labels = np.asarray(_labels_of(looked_at))
    stated = read_image(image / "labels" / "nuclei").label_colors
    colors = np.where(labels[..., None] == 0, draw_plane(image), label_colors(labels, stated))

    assert labels.any()
    assert correlate(*place(colors, canvas)) > 0.99


def test_labels_that_cannot_be_read_are_told(browser: Any, looked_at: Viewing) -> None:
    """The picture stays, and the message stays over it until the view changes."""
    with viewer_page(browser, looked_at, looked_at.page_of(LABELED)) as page:
        look(page)
        page.route("**/labels/nuclei/1/zarr.json", lambda route: route.fulfill(status=500))
        page.get_by_label("Label image").select_option("nuclei")
        said = page.locator("image-viewer p[role=status]")
        expect(said).to_contain_text("status 500")
        page.evaluate("() => new Promise((ready) => requestAnimationFrame(() => requestAnimationFrame(ready)))")

        expect(said).to_contain_text("status 500")
        expect(page.locator("image-viewer")).to_have_attribute("aria-busy", "false")
        page.get_by_role("button", name="Zoom in").click()
        wait(page)
        expect(said).to_be_empty()


def _labels_of(looked_at: Viewing) -> Any:
    import zarr

    return np.asarray(zarr.open_array(looked_at.data / LABELED / "labels" / "nuclei" / "0", mode="r")).squeeze()


def test_value_and_position_are_those_under_the_pointer(browser: Any, looked_at: Viewing) -> None:
    """The readout has the stored values of the pixel under the pointer, and where it is in micrometers."""
    import zarr

    image = looked_at.data / SHARDED
    stored = np.asarray(zarr.open_array(image / "0", mode="r"))
    with viewer_page(browser, looked_at, f"{looked_at.page_of(SHARDED)}#look=&x=100.5&y=200.5&zoom=8") as page:
        wait(page)
        page.locator(CANVAS).hover()
        readout = page.locator(".viewer__readout")
        expect(readout).to_contain_text("µm")
        text = str(readout.text_content())
    x, y = map(int, re.findall(r"[xy] (\d+)", text))

    assert (abs(x - 100), abs(y - 200)) <= (1, 1)
    assert f"DAPI {stored[0, y, x]}, alpha-tubulin {stored[1, y, x]}, phalloidin {stored[2, y, x]}" in text


def test_planes_are_those_of_the_stack(browser: Any, looked_at: Viewing) -> None:
    """A plane that is chosen is drawn, with the contrast that was chosen at first; playing goes on and round."""
    image = looked_at.data / STACK
    with viewer_page(browser, looked_at, f"{looked_at.page_of(STACK)}#look=&z=5&{view_of(image)}") as page:
        wait(page)
        first = place(draw_plane(image, z=5), canvas_of(page))
        page.get_by_label("Plane number").fill("8")
        wait(page)
        second = place(draw_plane(image, z=7), canvas_of(page))
        page.locator(CANVAS).focus()
        page.keyboard.press("]")
        expect(page.get_by_label("Plane number")).to_have_value("9")
        page.get_by_role("button", name="Play along z").click()
        expect(page.get_by_label("Plane number")).not_to_have_value("9")

    assert correlate(*first) > 0.99
    assert correlate(*second) > 0.98


def test_images_of_a_series_are_chosen_from_a_list(browser: Any, looked_at: Viewing) -> None:
    """Each image of the series is in the list; the chosen one is drawn, and is in the address."""
    with viewer_page(browser, looked_at, looked_at.page_of(SERIES)) as page:
        look(page)
        chooser = page.get_by_label("Image", exact=True)
        names = chooser.locator("option").all_text_contents()
        chooser.select_option("1")
        wait(page)
        expect(page).to_have_url(re.compile("look=1"))

        assert names == [f"Image {path}" for path in looked_at.record_of(SERIES)["series"]]


@pytest.mark.parametrize("name", [STACK, SERIES])
def test_a_link_to_an_image_that_is_not_there_says_so(browser: Any, looked_at: Viewing, name: str) -> None:
    """Another image is shown, and the sentence stays while the visitor looks at it."""
    with viewer_page(browser, looked_at, f"{looked_at.page_of(name)}#look=nowhere/1") as page:
        wait(page)
        said = page.get_by_text("This dataset has no image “nowhere/1”")
        expect(said).to_be_visible()
        page.get_by_role("button", name="Zoom in").click()
        wait(page)

        expect(said).to_be_visible()
        if name == SERIES:
            page.get_by_label("Image", exact=True).select_option("1")
            expect(said).to_have_count(0)


@pytest.mark.parametrize(
    "fragment",
    [
        "look=../../etc&z=1e99&t=-4&x=NaN&y=Infinity&zoom=0",
        "look=https://evil.example/&x=1e308&y=-1e308&zoom=1e300",
        "look=<img src=x onerror=alert(1)>&labels=../../../x&opacity=-9",
        "look=&c=" + ",".join(f"{n}:zz:1:0" for n in range(300)),
        "look=&c=0:FF0000:1e400:5,99999999999:00FF00&z=99999999999999999999",
        "look=" + "a" * 5000,
        "look=%E0%A4%A&z=%00",
    ],
)
def test_state_of_strangers_is_bounded(browser: Any, looked_at: Viewing, fragment: str) -> None:
    """A fragment that makes no sense shows the image, asks no other host, and leaves no number without bounds."""
    with opened(browser, looked_at.site_address) as page:
        traffic = Traffic(prefix=looked_at.data_address).watch(page)
        page.goto(f"{looked_at.page_of(STACK)}#{fragment}")
        wait(page)
        page.get_by_role("button", name="Copy a link to this view").click()
        values = re.findall(r"(?:x|y|zoom|z)=([^&]*)", page.url)

        assert all(abs(float(value)) < 1e6 for value in values)
        assert all(url.startswith((looked_at.site_address, "blob:")) for url in traffic.others)
        assert canvas_of(page).any()


def test_mixed_content_is_explained_beforehand(browser: Any, looked_at: Viewing) -> None:
    """A page that came by https says that it cannot read data published over http, in place of the button."""
    html = (looked_at.site / looked_at.page_of(FILM)).read_text(encoding="utf-8")
    html = html.replace(looked_at.data_address, "http://data.example.org/").replace("../../", "/")
    types = {".css": "text/css", ".js": "text/javascript"}

    def respond(route: Any) -> None:
        path = looked_at.site / route.request.url.removeprefix("https://catalog.example.org/")
        if path.suffix in types:
            route.fulfill(body=path.read_bytes(), content_type=types[path.suffix])
        else:
            route.fulfill(body=html, content_type="text/html")

    with opened(browser, "https://catalog.example.org/") as page:
        page.route("https://catalog.example.org/**", respond)
        page.goto("page")

        expect(page.locator("look-inside")).to_contain_text("published over http, and browsers do not let")
        expect(page.get_by_role("button", name="Open viewer")).to_have_count(0)


def test_contrast_is_dragged_and_chosen_again(browser: Any, looked_at: Viewing) -> None:
    """The nearer end of a contrast follows the pointer, the picture changes with it; Auto goes back."""
    with viewer_page(browser, looked_at, looked_at.page_of(STACK)) as page:
        look(page)
        first = canvas_of(page)
        track = page.locator(".viewer__dual")
        track.scroll_into_view_if_needed()
        box = track.bounding_box()
        end = float(page.get_by_label("Upper contrast limit of").input_value())
        page.mouse.move(box["x"] + box["width"] * end / 1000, box["y"] + 8)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.15, box["y"] + 8)
        page.mouse.up()
        wait(page)
        brighter = canvas_of(page)
        expect(page).to_have_url(re.compile("c=0:"))
        page.get_by_role("button", name="Auto contrast").click()
        wait(page)

        assert brighter.mean() > 1.2 * first.mean()
        assert correlate(first, canvas_of(page)) > 0.9999
