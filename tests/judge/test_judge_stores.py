"""Stores: to be written."""

STORE_CODES: set[str] = set()
