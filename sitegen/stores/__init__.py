"""Where the keys of one dataset are read from: a folder of files, or a ZIP archive that holds all of them (RFC-9)."""
