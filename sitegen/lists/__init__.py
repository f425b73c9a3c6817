"""CSV lists become entries: `csvs` reads one list's text, `reading` follows those that it names."""
