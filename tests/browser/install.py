"""Make sure that there is a Chromium for the browser tests, and say which.

The system's own, where there is one; else Debian's, where this may install packages;
else the build that Playwright brings.
"""

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
"""The same engine without windows: a test's own context costs 0.15 s of a processor in place of 0.73."""
# The last brings letters: without a font, every text is a row of boxes.
DEBIAN_PACKAGES = ("chromium", "fonts-liberation")


def find() -> str | None:
    """Return the path of the system's Chromium; None where there is none, and then Playwright has its own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find_shell() -> str | None:
    """Return the path of the system's Chromium without windows; where there is none, what `find` returns."""
    return shutil.which(SHELL) or find()


def install() -> None:
    """Install a Chromium the way this machine allows."""
    if debian.is_possible():
        print("browser: installing Debian's chromium with apt-get", flush=True)
        debian.install(*DEBIAN_PACKAGES)
        return
    print("browser: no Chromium here; Playwright downloads its own (`apt install chromium` avoids that)", flush=True)
    words = (sys.executable, "-m", "playwright", "install", "chromium")
    subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)


def install_shell() -> None:
    """Install the Chromium without windows, where that is a package; the tests are slower without it."""
    try:
        if debian.is_possible():
            debian.install(SHELL)
    except subprocess.CalledProcessError:
        print(f"browser: this system has no package {SHELL}; the tests take what there is", flush=True)


if __name__ == "__main__":
    if not find():
        install()
    if not shutil.which(SHELL):
        install_shell()
    print(f"browser: {find_shell() or 'the one of Playwright'}")
