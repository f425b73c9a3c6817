"""The stand-in for the internet: loopback servers in place of the hosts of real lists.

    with Standin(sorted(folder.glob("*.csv")), published_at=addresses) as standin:
        build(standin.root("ngff_samples.csv"))
        print(standin.figures().requests)

`rewriting` copies lists with addresses on loopback, `prototypes` and `stores` make the data, `server` serves them in
a process of its own, so that its CPU time is measured apart, and `process` starts, controls and stops it. It is for
tests and benchmarks; nothing in `sitegen` imports it.
"""

from standin.process import Figures, HostFigures, Standin

__all__ = ["Figures", "HostFigures", "Standin"]
