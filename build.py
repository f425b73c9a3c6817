"""Run sitegen from a checkout: `python build.py …` is `sitegen build …`."""

import sys

from sitegen.cli import main

if __name__ == "__main__":
    sys.exit(main(["build", *sys.argv[1:]]))
