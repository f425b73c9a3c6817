"""How Sphinx builds the documentation: `make docs`. Every broken link or anchor is an error (`-n -W`)."""

import sitegen

project = "sitegen"
author = "The sitegen authors"
copyright = "The sitegen authors"
version = release = sitegen.__version__

extensions = ["myst_parser"]
myst_heading_anchors = 3  # the anchors that GitHub gives headings, so that a link works in both
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"sitegen {version}"
html_theme_options = {"footer_icons": []}
html_copy_source = False
html_show_sourcelink = False
