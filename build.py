"""Run sitegen from a checkout: `python build.py …` is `sitegen build …`.

`python -m build`, which makes packages, finds this file first where it is run in the checkout. It then runs the
package `build` of PyPA, as whoever types it expects.
"""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    if sys.modules[__name__].__spec__ is None:
        from sitegen.__main__ import run

        sys.exit(run(["build", *sys.argv[1:]]))
    here = Path(__file__).parent
    sys.path[:] = [each for each in sys.path if Path(each).resolve() != here]
    runpy.run_module("build", run_name="__main__", alter_sys=True)
