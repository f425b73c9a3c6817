"""Repositories of git, as stewards change them."""

from __future__ import annotations

import subprocess
from pathlib import Path

_IDENTITY = ("-c", "user.name=Steward", "-c", "user.email=steward@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as a user whose name does not depend on the machine; return what it prints."""
    run = subprocess.run(["git", *_IDENTITY, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return run.stdout.strip()


def commit(folder: Path, *paths: str) -> str:
    """Commit paths, or all that a folder holds, and return the hash of the commit."""
    git(folder, "add", "--all", *paths)
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Change lists")
    return git(folder, "rev-parse", "HEAD")
