"""The search of the site, run by node, with a Python interface."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from node import command

from sitegen.site.columns import FOLDER
from sitegen.site.search import SearchIndex

FOLDER_OF_TESTS = Path(__file__).parent / "js"
ASSETS = Path(__file__).parent.parent / "assets"


class Searcher:
    """The search of the site in a process of node; each message and each answer is a line of JSON."""

    def __init__(self) -> None:
        started = command("node", str(FOLDER_OF_TESTS / "answer.mjs"), f"{ASSETS.as_uri()}/")
        self._process = subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **message: Any) -> Any:
        """Return the answer to one message."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps(message) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    def open(self, index: SearchIndex) -> Any:
        """Open the files of an index for the next questions; return the manifest."""
        files = {page.path.removeprefix(FOLDER): base64.b64encode(page.content).decode() for page in index.pages}
        return self.ask(ask="open", files=files, manifest=index.manifest.removeprefix(FOLDER))

    def query(self, **question: Any) -> Any:
        """Return the answer to one question."""
        return self.ask(ask="query", question=question)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=10)
