"""From entries to findings: `many` datasets, a `visit` to each, its `survey`, its pictures."""
