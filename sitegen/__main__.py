"""`python -m sitegen` is the `sitegen` command."""

import sys

from sitegen.cli import main

if __name__ == "__main__":
    sys.exit(main())
