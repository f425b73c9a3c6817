"""CSV lists become entries: `rows` parses one list, `fetching` follows those that it names, `reading` merges them."""
