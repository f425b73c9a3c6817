"""Requests to web hosts, object stores and local files; responses or typed errors."""
