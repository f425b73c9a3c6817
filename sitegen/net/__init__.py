"""Requests to hosts, object stores and files; responses or typed errors."""
