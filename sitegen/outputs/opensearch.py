"""`opensearch.xml`: how a browser searches the catalog from its address bar (OpenSearch 1.1, draft 6).

It has to name absolute addresses, so it is there where the site's own address is known. What is typed in the address
bar leaves for nobody while it is typed: there are no suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator

from sitegen import formatting
from sitegen.media_types import OPENSEARCH
from sitegen.model import Catalog, Icon, Page
from sitegen.outputs.encoding import XML_HEAD, xml_attribute, xml_text
from sitegen.site.render import OPENSEARCH_PATH, SEARCH_NAME
from sitegen.site.theme import icons_of

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_LONG_NAME, _DESCRIPTION = 48, 1024
"""Most characters of `LongName` and `Description`."""
_EXAMPLE = "mouse"


def opensearch_files(catalog: Catalog) -> Iterator[Page]:
    """Give `opensearch.xml` of a catalog whose address is known."""
    base = catalog.base_url or ""
    about = catalog.description or f"{catalog.title}: bioimaging datasets in OME-Zarr"
    elements = (
        _element("ShortName", catalog.title, SEARCH_NAME),
        _element("Description", about, _DESCRIPTION),
        _contact(catalog.contact),
        f'<Url type="text/html" rel="results" template={xml_attribute(f"{base}index.html?q={{searchTerms}}")}/>',
        f'<Url type="{OPENSEARCH}" rel="self" template={xml_attribute(base + OPENSEARCH_PATH)}/>',
        _element("LongName", catalog.title, _LONG_NAME),
        *(_image(each, base) for each in icons_of(catalog.branding) if each.rel == "icon"),
        f'<Query role="example" searchTerms="{_EXAMPLE}"/>',
        "<Language>en</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
    )
    lines = "\n".join(each for each in elements if each)
    text = f'{XML_HEAD}<OpenSearchDescription xmlns="{_NAMESPACE}">\n{lines}\n</OpenSearchDescription>\n'
    yield Page(path=OPENSEARCH_PATH, content=text.encode("utf-8", "replace"))


def _element(name: str, text: str, length: int) -> str:
    """Return an element with text that is cut; a title of nothing but characters that XML lacks has another one."""
    return f"<{name}>{xml_text(formatting.shorten(text, length)) or 'Catalog'}</{name}>"


def _image(icon: Icon, base: str) -> str:
    width, _, height = icon.sizes.partition("x")
    size = f' width="{width}" height="{height}"' if width.isdecimal() else ""
    return f'<Image type="{icon.type}"{size}>{xml_text(base + icon.path)}</Image>'


def _contact(contact: str | None) -> str:
    """Return the element for a mail address; OpenSearch has none for a web address."""
    mail = (contact or "").removeprefix("mailto:")
    return f"<Contact>{xml_text(mail)}</Contact>" if mail != contact and mail else ""
