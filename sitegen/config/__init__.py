"""`sitegen.toml`: every key once (`settings`), how a value is checked, where a key stands in the file."""
