"""Make sure that there is a Chromium for the browser tests, and say which.

The system's own, where there is one; else Debian's, where this may install packages;
else the build that Playwright brings.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The second brings letters: without a font, every text is a row of boxes.
DEBIAN_PACKAGES = ("chromium", "fonts-liberation")


def find() -> str | None:
    """Return the path of the system's Chromium; None where there is none, and then Playwright has its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install a Chromium the way this machine allows."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("browser: installing Debian's chromium with apt-get", flush=True)
        _run("apt-get", "-qq", "update")
        _run("apt-get", "-qq", "-y", "install", "--no-install-recommends", *DEBIAN_PACKAGES)
        return
    print("browser: no Chromium here; Playwright downloads its own (`apt install chromium` avoids that)", flush=True)
    _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*words: str) -> None:
    """Run a command; its errors are seen, what it says otherwise is not. Nobody is there to answer a question."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(words, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    if not find():
        install()
    print(f"browser: {find() or 'the one of Playwright'}")
