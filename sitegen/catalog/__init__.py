"""Entries and findings become records, records the catalog."""
