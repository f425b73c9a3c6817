"""What holds for all tests: none fails by being slow, and CI tries the same examples in every run."""

import os

from hypothesis import settings

settings.register_profile("sitegen", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "sitegen")
