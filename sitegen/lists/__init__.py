"""CSV lists become entries: `rows` parses one list, `fetching` follows the lists that it names, `reading` merges them."""
