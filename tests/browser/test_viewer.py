"""The viewer of a dataset's page in a real browser: what is asked of the host of the data, and what a visitor does."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser.hands import HANDS, Hand, Visitor, visiting
from browser.screens import Page, expect, opened
from browser.viewing import (
    CANVAS,
    Traffic,
    Viewing,
    canvas_of,
    correlate,
    draw_plane,
    look,
    place,
    read_image,
    view_of,
    viewer_page,
    viewing,
    wait,
)
from PIL import Image

from sitegen.demo import plan
from sitegen.render.colormaps import label_colors

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STACK, SHARDED, LABELED, PLATE, SERIES, FILM = (
    "fly-embryo.ome.zarr",
    "hela-cytoskeleton.ome.zarr",
    "hela-segmented.ome.zarr",
    "LT0113_01.ome.zarr",
    "Positionen.zarr",
    "mitosis-film.ome.zarr",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewing]:
    """A site of some datasets of the demo."""
    data = tmp_path_factory.mktemp("data")
    names = (STACK, SHARDED, LABELED, PLATE, SERIES, FILM)
    for dataset in plan.DATASETS:
        name = dataset.path.rpartition("/")[2]
        if name in names and dataset.write:
            dataset.write(data / name)
    with viewing(data, tmp_path_factory.mktemp("site"), names) as built:
        yield built


def policy_of(page: Page) -> str:
    """Return the Content-Security-Policy that a page declares."""
    return str(page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content"))


def test_nothing_is_asked_before_the_click(browser: Any, made: Viewing) -> None:
    """The host of the data hears of a visitor only after the click; then a few requests show a sharded image."""
    with opened(browser, made.site_address) as page:
        traffic = Traffic(prefix=made.data_address).watch(page)
        page.goto(made.page_of(SHARDED))
        page.wait_for_load_state("networkidle")
        before = list(traffic.urls)
        scripts = [url for url in traffic.others if "viewer" in url or "worker" in url]
        look(page)

        assert (before, scripts) == ([], [])
        assert len(traffic.urls) == 7  # the image, its levels, a small shard whole, of another the index and a range
        assert all(url.startswith(made.site_address) for url in traffic.others)


def test_a_page_may_ask_one_host(browser: Any, made: Viewing) -> None:
    """Its policy names the host of the dataset, and the browser refuses requests to any other."""
    with opened(browser, made.site_address) as page:
        page.goto(made.page_of(SHARDED))
        assert f"connect-src 'self' {made.data_address.rstrip('/')};" in policy_of(page)
        page.goto("index.html")
        assert "connect-src 'self';" in policy_of(page)


def test_scripts_are_small(browser: Any, made: Viewing) -> None:
    """What a click loads is less than 500 kB as a host sends it, with the decoder of Blosc, the largest part."""
    with opened(browser, made.site_address) as page:
        page.goto(made.page_of(FILM))
        page.wait_for_load_state("networkidle")
        traffic = Traffic(prefix=made.site_address).watch(page)
        look(page)
        loaded = {url.removeprefix(made.site_address) for url in traffic.urls if url.endswith((".js", ".css"))}
    sizes = {path: len(gzip.compress((made.site / path).read_bytes())) for path in loaded}

    assert len(sizes) > 3
    assert sum(sizes.values()) < 300_000, sizes


def test_the_still_picture_comes_back(browser: Any, made: Viewing) -> None:
    """Closing the viewer shows the still picture and the button, which has the focus and opens it again."""
    with viewer_page(browser, made, made.page_of(FILM)) as page:
        look(page)
        expect(page.locator(".stage__picture")).to_be_hidden()
        page.get_by_role("button", name="Close, and show the still picture").click()

        expect(page.locator(".stage__picture")).to_be_visible()
        expect(page.get_by_role("button", name="Look into the data")).to_be_focused()
        look(page)
        expect(page.locator("image-viewer")).to_have_count(1)


def test_labels_are_drawn_over_the_image(browser: Any, made: Viewing) -> None:
    """Opaque labels have the colors that the package gives them, and the image is unchanged beside them."""
    image = made.data / LABELED
    with viewer_page(
        browser, made, f"{made.page_of(LABELED)}#look=&{view_of(image)}&labels=nuclei&opacity=100"
    ) as page:
        expect(page.get_by_label("Label image")).to_have_value("nuclei")
        wait(page)
        canvas = canvas_of(page)
    labels = np.asarray(_labels_of(made))
    stated = read_image(image / "labels" / "nuclei").label_colors
    colors = np.where(labels[..., None] == 0, draw_plane(image), label_colors(labels, stated))

    assert labels.any()
    assert correlate(*place(colors, canvas)) > 0.99


def _labels_of(made: Viewing) -> Any:
    import zarr

    return np.asarray(zarr.open_array(made.data / LABELED / "labels" / "nuclei" / "0", mode="r")).squeeze()


def test_value_and_position_are_those_under_the_pointer(browser: Any, made: Viewing) -> None:
    """The readout has the stored values of the pixel under the pointer, and where it is in micrometers."""
    import zarr

    image = made.data / SHARDED
    stored = np.asarray(zarr.open_array(image / "0", mode="r"))
    with viewer_page(browser, made, f"{made.page_of(SHARDED)}#look=&x=100.5&y=200.5&zoom=8") as page:
        wait(page)
        page.locator(CANVAS).hover()
        readout = page.locator(".viewer__readout")
        expect(readout).to_contain_text("µm")
        text = str(readout.text_content())
    x, y = map(int, re.findall(r"[xy] (\d+)", text))

    assert (abs(x - 100), abs(y - 200)) <= (1, 1)
    assert f"DAPI {stored[0, y, x]}, alpha-tubulin {stored[1, y, x]}, phalloidin {stored[2, y, x]}" in text


def test_planes_are_those_of_the_stack(browser: Any, made: Viewing) -> None:
    """A plane that is chosen is drawn, with the contrast that was chosen at first; playing goes on and round."""
    image = made.data / STACK
    with viewer_page(browser, made, f"{made.page_of(STACK)}#look=&z=5&{view_of(image)}") as page:
        wait(page)
        first = place(draw_plane(image, z=5), canvas_of(page))
        page.get_by_label("Number of the plane").fill("8")
        wait(page)
        second = place(draw_plane(image, z=7), canvas_of(page))
        page.locator(CANVAS).focus()
        page.keyboard.press("]")
        expect(page.get_by_label("Number of the plane")).to_have_value("9")
        page.get_by_role("button", name="Play along z").click()
        expect(page.get_by_label("Number of the plane")).not_to_have_value("9")

    assert correlate(*first) > 0.99
    assert correlate(*second) > 0.98


def test_images_of_a_series_are_chosen_from_a_list(browser: Any, made: Viewing) -> None:
    """Each image of the series is in the list; the chosen one is drawn, and is in the address."""
    with viewer_page(browser, made, made.page_of(SERIES)) as page:
        look(page)
        chooser = page.get_by_label("Image", exact=True)
        names = chooser.locator("option").all_text_contents()
        chooser.select_option("1")
        wait(page)
        expect(page).to_have_url(re.compile("look=1"))

        assert names == [f"Image {path}" for path in made.record_of(SERIES)["series"]]


def test_moving_by_keys_wheel_and_fingers(browser: Any, made: Viewing) -> None:
    """Arrows move, plus and wheel magnify, 0 shows all again; the address follows."""
    with viewer_page(browser, made, made.page_of(SHARDED)) as page:
        look(page)
        fitted = canvas_of(page)
        page.locator(CANVAS).focus()
        page.keyboard.press("+")
        page.keyboard.press("ArrowRight")
        page.locator(CANVAS).hover()
        page.mouse.wheel(0, -300)
        expect(page).to_have_url(re.compile(r"zoom="))
        wait(page)
        moved = canvas_of(page)
        page.keyboard.press("0")
        expect(page).not_to_have_url(re.compile(r"zoom="))
        wait(page)

        assert correlate(fitted, moved) < 0.9
        assert correlate(fitted, canvas_of(page)) > 0.999


@pytest.mark.parametrize("hand", HANDS)
def test_channel_off_and_tenth_plane_in_three(browser: Any, made: Viewing, hand: Hand) -> None:
    """Look, switch a channel off, type the number of the plane."""
    with visiting(browser, made.site_address, hand, made.page_of(STACK)) as visitor:
        visitor.press(visitor.page.get_by_role("button", name="Look into the data"))
        wait(visitor.page)
        visitor.press(visitor.page.get_by_role("checkbox", name="H2B-GFP"))
        visitor.type(visitor.page.get_by_label("Number of the plane"), "10")
        wait(visitor.page)
        expect(visitor.page).to_have_url(re.compile(r"z=9&c="))

        assert visitor.actions == 3


@pytest.mark.parametrize("hand", HANDS)
def test_link_shows_the_same_in_another_browser_in_two(browser: Any, made: Viewing, hand: Hand) -> None:
    """Copy the link; open it: the same image, plane, channels and place."""
    fragment = "#look=&z=3&x=200&y=150&zoom=2&c=0:FF8800:10:150"
    with visiting(browser, made.site_address, hand, made.page_of(STACK) + fragment) as visitor:
        wait(visitor.page)
        visitor.press(visitor.page.get_by_role("button", name="Copy a link to this view"))
        expect(visitor.page.get_by_text("The link to this view is copied.")).to_be_visible()
        link = str(visitor.page.evaluate("navigator.clipboard.readText()"))
        first, size = canvas_of(visitor.page), visitor.page.viewport_size
    with opened(browser, made.site_address, viewport=size, **_phone(hand)) as page:
        page.goto(link)
        wait(page)
        second = canvas_of(page)

    assert visitor.actions + 1 == 2
    assert correlate(first, second) > 0.999


def _phone(hand: Hand) -> dict[str, bool]:
    return {"has_touch": True, "is_mobile": True} if hand == "touch" else {}


@pytest.mark.parametrize("hand", HANDS)
def test_well_of_a_plate_in_four(browser: Any, made: Viewing, hand: Hand) -> None:
    """Search the plate, open its page, choose the well; its map marks it, and nothing of another well is requested."""
    with visiting(browser, made.site_address, hand) as visitor:
        visitor.type(visitor.page.get_by_label("Search the catalog"), "LT0113_01")
        visitor.press(visitor.page.get_by_role("link", name=re.compile("LT0113_01")).first)
        _choose_well(visitor)
        expect(visitor.page).to_have_url(re.compile(r"look=B/5/0"))
        wait(visitor.page)
        canvas = canvas_of(visitor.page)

        assert visitor.actions <= 4
    expected = np.asarray(Image.fromarray(draw_plane(made.data / PLATE / "B/5/0")).resize(_fitted(canvas)))
    assert correlate(*place(expected, canvas)) > 0.97


def _fitted(canvas: Any) -> tuple[int, int]:
    side = min(canvas.shape[:2])
    return side, side


def _choose_well(visitor: Visitor) -> None:
    """Click or tap on the well; with the keyboard, type its name beside the map, and press Enter."""
    page = visitor.page
    if visitor.hand == "keyboard":
        visitor.type(page.get_by_label("Well by name"), "B5")
        page.keyboard.press("Enter")
    else:
        visitor.press(page.get_by_role("button", name="B5", exact=True))


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
def test_state_of_strangers_is_bounded(browser: Any, made: Viewing, fragment: str) -> None:
    """A fragment that makes no sense shows the image, asks no other host, and leaves no number without bounds."""
    with opened(browser, made.site_address) as page:
        traffic = Traffic(prefix=made.data_address).watch(page)
        page.goto(f"{made.page_of(STACK)}#{fragment}")
        wait(page)
        page.get_by_role("button", name="Copy a link to this view").click()
        values = re.findall(r"(?:x|y|zoom|z)=([^&]*)", page.url)

        assert all(abs(float(value)) < 1e6 for value in values)
        assert all(url.startswith((made.site_address, "blob:")) for url in traffic.others)
        assert canvas_of(page).any()


def test_it_fits_a_phone(browser: Any, made: Viewing) -> None:
    """At 390 px nothing of the viewer is wider than the screen, and its controls can be hit with a finger."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with viewer_page(browser, made, made.page_of(PLATE), **phone) as page:
        look(page)

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sizes = page.locator(".viewer__tools button").evaluate_all("all => all.map(each => each.offsetHeight)")
        assert min(sizes) >= 40


def test_mixed_content_is_explained_beforehand(browser: Any, made: Viewing) -> None:
    """A page that came by https says that it cannot read data published over http, in place of the button."""
    html = (made.site / made.page_of(FILM)).read_text(encoding="utf-8")
    html = html.replace(made.data_address, "http://data.example.org/").replace("../../", "/")
    types = {".css": "text/css", ".js": "text/javascript"}

    def respond(route: Any) -> None:
        path = made.site / route.request.url.removeprefix("https://catalog.example.org/")
        if path.suffix in types:
            route.fulfill(body=path.read_bytes(), content_type=types[path.suffix])
        else:
            route.fulfill(body=html, content_type="text/html")

    with opened(browser, "https://catalog.example.org/") as page:
        page.route("https://catalog.example.org/**", respond)
        page.goto("page")

        expect(page.locator("look-inside")).to_contain_text("published over http, which a browser does not let it read")
        expect(page.get_by_role("button", name="Look into the data")).to_have_count(0)


@pytest.mark.audit
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_axe_finds_nothing(browser: Any, made: Viewing, size: tuple[int, int]) -> None:
    """The viewers of a plate and of a stack keep the rules of WCAG 2.2 AA and the best practices, as axe has them."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = []
    viewport = {"width": size[0], "height": size[1]}
    with opened(browser, made.site_address, viewport=viewport, bypass_csp=True) as page:
        for name in (PLATE, STACK):
            page.goto(made.page_of(name))
            look(page)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            result = page.evaluate("rules => axe.run(document, rules)", rules)
            found += [(each["id"], [node["target"] for node in each["nodes"]]) for each in result["violations"]]

    assert found == []


def test_contrast_is_dragged_and_chosen_again(browser: Any, made: Viewing) -> None:
    """The nearer end of a contrast follows the pointer, the picture changes with it; Auto goes back."""
    with viewer_page(browser, made, made.page_of(STACK)) as page:
        look(page)
        first = canvas_of(page)
        track = page.locator(".viewer__dual")
        box = track.bounding_box()
        end = float(page.get_by_label("Full color of").input_value())
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


def test_wells_are_chosen_on_the_map_by_keys(browser: Any, made: Viewing) -> None:
    """The map is one stop of Tab; arrows lead from well to well; Enter looks into one, and leads to the image."""
    with viewer_page(browser, made, made.page_of(PLATE)) as page:
        page.get_by_label("Well by name").focus()
        for key in ("Tab", "Tab", "ArrowDown", *["ArrowRight"] * 4):
            page.keyboard.press(key)
        expect(page.get_by_role("button", name="B5", exact=True)).to_be_focused()
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile("look=B/5/0"))
        expect(page.locator(CANVAS)).to_be_focused()
        expect(page.locator("plate-map [aria-current]")).to_have_text("B5")
        page.get_by_label("Well", exact=True).select_option("Well A3")
        expect(page.locator("plate-map [aria-current]")).to_have_text("A3")


def test_a_well_that_is_not_there_is_named(browser: Any, made: Viewing) -> None:
    """What is typed is compared as people write it; what the plate does not have is said, and nothing is requested."""
    with viewer_page(browser, made, made.page_of(PLATE)) as page:
        field, said = page.get_by_label("Well by name"), page.locator("plate-map [role=status]")
        for text, words in (("b4", "Well B4 has no image on this plate."), ("<b>", "This plate has no well “<b>”.")):
            field.fill(text)
            page.keyboard.press("Enter")
            expect(said).to_have_text(words)
        field.fill(" b05 ")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("look=B/5/0"))
