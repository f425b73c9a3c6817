"""One dataset: its store in, what was found of it out."""
