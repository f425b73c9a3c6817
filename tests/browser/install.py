"""Make sure that there is a Chromium for the browser tests, and say which.

The system's own, where there is one; else Debian's, where this may install packages;
else the build that Playwright brings.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of the system's Chromium."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install a Chromium the way this machine allows."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("browser: installing Debian's chromium with apt-get")
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True, stdout=subprocess.DEVNULL)
        return
    print("browser: no Chromium on this system; Playwright downloads its own (`apt install chromium` avoids that)")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if not find():
        install()
    print(f"browser: {find() or 'the one of Playwright'}")
