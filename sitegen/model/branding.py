"""How a catalog presents itself: its own logo, icons, colors, footer and picture for links; all by configuration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterText:
    """A piece of the footer."""

    text: str
    href: str = ""
    """Where it leads; empty for plain text."""


Footer = tuple[tuple[FooterText, ...], ...]
"""Paragraphs of pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """A picture for the tab of a browser, or for the home screen of a phone."""

    rel: str
    """As in a `<link>`: `icon`, `apple-touch-icon`."""
    path: str
    """Below the site's root."""
    type: str
    """Its media type."""
    sizes: str = ""
    """As in a `<link>`: `32x32`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """What makes the pages of a catalog look like its own."""

    logo: str | None = None
    """Path of its logo below the site's root."""
    icons: tuple[Icon, ...] = ()
    """None: that of sitegen, in the accent of the catalog."""
    accent: str = ""
    """Of light pages, as `#rrggbb`; empty where it is not known."""
    styles: str = ""
    """A style sheet that replaces colors; empty where none is replaced."""
    footer: Footer = ()
    social: str | None = None
    """Path of the picture that other sites show with links to this one; null where there is none."""
