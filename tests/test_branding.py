"""A catalog's own logo, icons, colors, footer and picture for links: what a site has of them, and what is refused."""

from __future__ import annotations

import io
import itertools
import json
import re
from pathlib import Path

import pytest
from builds import Site, build_site
from PIL import Image
from stores import write_image, write_list

from sitegen.cli import main
from sitegen.config.checks import DARK_COLOR, LIGHT_COLOR
from sitegen.config.colors import ACCENTS, GROUNDS, MIN_RATIO, Scheme, accent_colors, contrast, nearest_readable

TOKENS = Path(__file__).parent.parent / "assets" / "css" / "tokens.css"
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def picture(width: int, height: int, form: str = "PNG") -> bytes:
    """Return an encoded picture."""
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (120, 30, 90, 200)).save(out, form)
    return out.getvalue()


def build(folder: Path, *lines: str, **files: bytes) -> Site:
    """Build a site of three images by a configuration with these lines; files: name with `_` for `.` → content."""
    names = [write_image(folder / f"{name}.zarr", shape=(2, 48, 64)).name for name in "abc"]
    write_list(folder / "list.csv", "url", *names)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    (folder / "sitegen.toml").write_text("\n".join(['csv = ["list.csv"]', *lines]), encoding="utf-8")
    return build_site(folder / "sitegen.toml", folder)


def home_of(site: Site) -> str:
    """Return the home page."""
    return (site.folder / "index.html").read_text(encoding="utf-8")


OWN = (
    'title = "Our microscopes"',
    'base_url = "https://example.org/catalog/"',
    'logo = "logo.png"',
    'favicon = "icon.png"',
    'footer = "By *us*, [imprint](https://example.org/imprint?a=1&b=2).\\n\\n[Write](mailto:a@example.org) to us"',
    "[theme]",
    'accent = "#7a1f5c"',
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with all of it."""
    folder = tmp_path_factory.mktemp("own")
    return build(folder, *OWN, logo_png=picture(300, 100), icon_png=picture(256, 256))


def test_every_page_loads_what_is_there(site: Site) -> None:
    """Logo, icons and style sheet, by relative addresses, at any depth."""
    pages = [site.folder / "index.html", next(site.folder.glob("datasets/*/index.html"))]

    for page in pages:
        text = page.read_text(encoding="utf-8")
        named = re.findall(r'(?:href|src)="((?:\.\./)*branding/[^"]+)"', text)
        assert {Path(each).name.partition("-")[0] for each in named} == {"logo.png", "icon.png", "apple", "theme"}
        assert [each for each in named if not (page.parent / each).is_file()] == []
        assert "site-header__mark" not in text


def test_icons_are_made_in_their_sizes(site: Site) -> None:
    """That of home screens has no transparent parts."""
    sizes = {
        path.name: Image.open(path) for path in (site.folder / "branding").glob("*.png") if path.name != "logo.png"
    }

    assert {name: (each.size, each.mode) for name, each in sizes.items()} == {
        "icon.png": ((32, 32), "RGBA"),
        "apple-touch-icon.png": ((180, 180), "RGB"),
    }


def test_colors_follow_from_the_accent(site: Site) -> None:
    """The style sheet has the accent as given, one for the dark, and what depends on them, all readable."""
    styles = next((site.folder / "branding").glob("theme-*.css")).read_text()
    colors = dict(re.findall(r"--([a-z-]+):light-dark\((#\w+),#\w+\)", styles))
    dark = dict(re.findall(r"--([a-z-]+):light-dark\(#\w+,(#\w+)\)", styles))

    assert colors["accent"] == "#7a1f5c"
    for scheme, found in zip(SCHEMES, (colors, dark), strict=True):
        for ground in (*GROUNDS[scheme], found["accent-soft"], found["accent-text"]):
            assert contrast(found["accent"], ground) >= MIN_RATIO
    assert b"#7a1f5c" not in (site.folder / "assets" / "icon.svg").read_bytes()


def test_the_footer_is_text_and_links(site: Site) -> None:
    """Paragraphs; nothing else of Markdown is understood."""
    footer = home_of(site).partition("site-footer__own")[2].partition("</div>")[0]

    assert re.findall(r'href="([^"]+)"', footer) == ["https://example.org/imprint?a=1&amp;b=2", "mailto:a@example.org"]
    assert footer.count("<p>") == 2
    assert "By *us*, <a" in footer


def test_links_to_the_site_have_a_picture(site: Site) -> None:
    """Absolute addresses, as readers of Open Graph need; of a dataset, its own picture."""
    record = next(iter(site.records().values()))
    home, page = home_of(site), site.page(record)
    with Image.open(site.folder / "branding" / "social.jpg") as social:
        assert (social.size, social.format) == ((1200, 630), "JPEG")

    assert 'og:image" content="https://example.org/catalog/branding/social.jpg"' in home
    assert f'og:image" content="https://example.org/catalog/{record["thumbnail"]["path"]}"' in page


def test_the_picture_for_links_is_the_same_again(site: Site) -> None:
    """The same catalog gives the same bytes; another title gives others."""
    first = (site.folder / "branding" / "social.jpg").read_bytes()
    config = site.folder.parent / "sitegen.toml"
    again = build_site(config, site.folder.parent).folder / "branding" / "social.jpg"

    assert again.read_bytes() == first


@pytest.mark.parametrize("title", ["Jülich", "日本", "A" * 400, "word " * 300], ids=["ü", "ja", "long", "many"])
def test_any_title_has_a_picture(tmp_path: Path, title: str) -> None:
    """Also one whose letters the font does not have, or that does not fit; and a catalog of one picture."""
    site = build(tmp_path, f"title = {json.dumps(title)}", 'base_url = "https://example.org/"')

    with Image.open(site.folder / "branding" / "social.jpg") as social:
        assert social.size == (1200, 630)


def test_without_an_address_there_is_no_picture_for_links(tmp_path: Path) -> None:
    """An address that is not absolute is of no use to other sites."""
    site = build(tmp_path)

    assert "og:" not in home_of(site)
    assert not (site.folder / "branding").exists()
    assert 'href="assets/icon.svg"' in home_of(site)


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("icon_svg", f"<svg {SVG}/>".encode(), ["favicon.svg"]),
        ("icon_ico", picture(64, 64, "ICO"), ["icon.png", "apple-touch-icon.png", "favicon.ico"]),
    ],
)
def test_other_icons(tmp_path: Path, name: str, content: bytes, shown: list[str]) -> None:
    """An SVG has any size; an ICO is offered as it is, too."""
    site = build(tmp_path, f'favicon = "{name.replace("_", ".")}"', **{name: content})

    assert re.findall(r'href="branding/([^"]+)"', home_of(site)) == shown
    assert all((site.folder / "branding" / each).is_file() for each in shown)


def test_a_color_alone_colors_the_icon(tmp_path: Path) -> None:
    """The icon of sitegen, where the catalog has none."""
    site = build(tmp_path, "[theme]", 'accent = "#7A1F5C"')

    assert 'href="branding/icon.svg"' in home_of(site)
    assert b"#7a1f5c" in (site.folder / "branding" / "icon.svg").read_bytes()


def svg(inside: str, before: str = "") -> bytes:
    """Return an SVG with something in it."""
    return f"{before}<svg {SVG}>{inside}</svg>".encode()


REFUSED = {
    "a script": (svg("<script>alert(1)</script>"), "the element script"),
    "a page": (svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'), "the element foreignO"),
    "a handler": (svg('<g onload="alert(1)"/>'), "the event handler onload"),
    "another file": (
        svg('<image xlink:href="https://example.org/a.png"/>'),
        "a reference to https://example.org/a.png",
    ),
    "a relative file": (svg('<use href="a.svg#b"/>'), "a reference to a.svg#b"),
    "a script as a link": (svg('<a href=" javascript:alert(1)"/>'), "a reference to javascript:alert(1)"),
    "an SVG in it": (svg('<image href="data:image/svg+xml,a"/>'), "a reference to data:image/svg+xml,a"),
    "a style sheet": (svg("<style>@im<![CDATA[port 'a.css']]></style>"), "a reference to @import in its style"),
    "a style with a file": (svg("<style>a{fill:url( 'https://e.org')}</style>"), "a reference to https://e.org in its"),
    "an attribute with a file": (svg('<g fill="url(//e.org/a)"/>'), "a reference to //e.org/a in its style"),
    "a hidden reference": (svg(r"<style>a{fill:u\72l(//e.org)}</style>"), "a reference to \\ in its style"),
    "an animated link": (svg('<set attributeName="xlink:href" to="javascript:alert(1)"/>'), "the element set"),
    "entities": (svg("&b;", '<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'), "the entity a"),
    "a processing instruction": (svg("", '<?xml-stylesheet href="a.css"?>'), "the processing instruction xml-styles"),
    "too many elements": (svg("<g/>" * 20_001), "an SVG of more than 20,000 elements"),
    "broken XML": (svg("<g>"), "not well-formed XML (line 1: mismatched tag)"),
}


@pytest.mark.parametrize("key", ["logo", "favicon", "source.logo"])
@pytest.mark.parametrize(("content", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_a_hostile_svg_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str, content: bytes, fault: str
) -> None:
    """Before anything is read; with the line of the configuration, and of the SVG."""
    (tmp_path / "a.svg").write_bytes(content)
    line = '[[source]]\nname = "A"\nlogo = "a.svg"' if key == "source.logo" else f'{key} = "a.svg"'

    message = message_of(tmp_path, capsys, line)
    assert f"sitegen.toml:{4 if '[' in line else 2}: {key}: expected the path of a" in message
    assert fault in message


def message_of(folder: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> str:
    """Return what a build says of a wrong configuration."""
    (folder / "list.csv").write_text("url\n")
    config = folder / "sitegen.toml"
    config.write_text("\n".join(['csv = ["list.csv"]', *lines]), encoding="utf-8")
    assert main(["build", str(config), "--out", str(folder / "site"), "--cache", str(folder / "cache")]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><g id="a"/></defs><use xlink:href="#a" href="#a" fill="url(#b)"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        "<style>/* url(a) */ .a { fill: url('#b') }</style><metadata>url(http://a)</metadata>",
        '<set attributeName="opacity" to="0"/>',
    ],
)
def test_a_usual_svg_is_taken(tmp_path: Path, inside: str) -> None:
    """What refers to itself alone."""
    site = build(tmp_path, 'logo = "a.svg"', a_svg=svg(inside))

    assert 'src="branding/logo.svg"' in home_of(site)


WRONG = {
    "no color": ('theme.accent = "teal"', 'theme.accent: expected a color, such as #0d6675, with a contrast of'),
    "four digits": ('theme.accent = "#1234"', 'found "#1234"'),
    "too pale": (
        'theme.accent = "#fc0"',
        'found "#fc0", whose contrast with #f2f0ec is 1.32 to 1; the nearest color that passes is #866a01',
    ),
    "too dark in the dark": (
        'theme.accent_dark = "#0d6675"',
        "sitegen.toml:2: theme.accent_dark: expected a color, such as #0d6675, with a contrast of at least 4.5 to 1 in "
        'dark pages (WCAG 2.2), found "#0d6675", whose contrast with #192a2e is 2.24 to 1',
    ),
    "an unknown color": ('theme.acent = "#0d6675"', "theme.acent: unknown key; did you mean accent?"),
    "no file": ('logo = "b.svg"', 'found "b.svg", but there is no file'),
    "another type": ('favicon = "a.gif"', "expected the path of a square picture (.svg, .png, .ico)"),
    "another type than its name": ('favicon = "jpeg.png"', "a picture in JPEG, and no picture in PNG"),
    "not a square": ('favicon = "wide.png"', "a picture of 64 × 48 pixels; make it a square of at least 32 on a side"),
    "tiny": ('favicon = "tiny.png"', "a picture of 16 × 16 pixels; make it a square"),
    "too large": ('logo = "large.png"', "a picture of 5000 × 10 pixels; make it smaller, at most 4096 on a side"),
    "damaged": ('logo = "damaged.png"', "a picture that cannot be decoded: "),
    "HTML": ('footer = "<b>Us</b>"', "found <b>, which is HTML; write links as [words](https://…)"),
    "a script": ('footer = "[a](javascript:alert)"', "a link to javascript:alert; give an address that begins with https://"),
    "a path": ('footer = "[a](imprint.html)"', "a link to imprint.html; give an address"),
    "a password": ('footer = "[a](https://a:b@example.org)"', "a link to https://a:b@example.org"),
    "a long footer": (f'footer = "{"a" * 2001}"', "found a text of 2,001 characters"),
    "an empty footer": ('footer = " "', "footer: expected text of at most 2,000 characters"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "fault"), WRONG.values(), ids=WRONG.keys())
def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, fault: str) -> None:
    """Each names the key, its line, what was expected and what was found."""
    pictures = {
        "jpeg": b"\xff\xd8\xff\xe0",
        "wide": picture(64, 48),
        "tiny": picture(16, 16),
        "large": picture(5000, 10),
    }
    for name, content in {**pictures, "damaged": picture(200, 200)[:-40]}.items():
        (tmp_path / f"{name}.png").write_bytes(content)

    message = message_of(tmp_path, capsys, line)
    assert "sitegen.toml:2: " in message
    assert fault in message


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_color_that_is_proposed_passes(scheme: Scheme, tmp_path: Path) -> None:
    """For every hue; one that passes is its own nearest, and lightness is all that changes."""
    check = LIGHT_COLOR if scheme == "light" else DARK_COLOR
    levels = ("00", "55", "aa", "ff")

    for channels in itertools.product(levels, repeat=3):
        color = "#" + "".join(channels)
        proposed = nearest_readable(color, scheme)
        assert check.read(proposed, tmp_path) == proposed
        assert (proposed == color) == (accent_colors(color, scheme).least_contrast(scheme)[0] >= MIN_RATIO)


def test_colors_are_those_of_the_style_sheet() -> None:
    """Contrast is computed with the grounds that pages have."""
    pairs = re.findall(r"--([a-z-]+): light-dark\((#\w+), (#\w+)\)", TOKENS.read_text(encoding="utf-8"))
    tokens = {name: dict(zip(SCHEMES, colors, strict=True)) for name, *colors in pairs}
    names = ("surface", "surface-raised", "surface-sunken")

    assert {scheme: tuple(tokens[name][scheme] for name in names) for scheme in SCHEMES} == GROUNDS
    assert tokens["accent"] == ACCENTS
