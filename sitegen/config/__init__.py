"""`sitegen.toml`: every key once (`settings`), how its value is checked, and its line in the file."""
