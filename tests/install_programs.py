"""Make sure that there are the programs with which tests run the examples of the data page, and say which.

Where this may not install packages, the test of an example says which program is missing, and is skipped.
"""

import shutil
from collections.abc import Mapping

import debian

PROGRAMS: Mapping[str, str] = {"Rscript": "r-base-core", "curl": "curl", "jq": "jq"}
"""Program → the package of Debian that has it. R takes some 40 MB, and 16 s beside the packages of Chromium."""


def missing() -> list[str]:
    """Return the programs that are not here."""
    return [program for program in PROGRAMS if not shutil.which(program)]


if __name__ == "__main__":
    if missing() and debian.is_possible():
        print(f"programs: installing {', '.join(missing())} with apt-get", flush=True)
        debian.install(*(PROGRAMS[program] for program in missing()))
    for program in PROGRAMS:
        print(f"programs: {shutil.which(program) or f'no {program}; tests that need it are skipped'}")
