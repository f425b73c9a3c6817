"""The stand-in for the internet: loopback servers that play the hosts of real lists.

    with Standin(sorted(folder.glob("*.csv")), published_at=addresses) as standin:
        build(standin.root("ngff_samples.csv"))
        print(standin.figures().requests)

`rewriting` copies lists so that their addresses lead here, `prototypes` and `stores` make what
answers, `server` answers (in a process of its own, so that its CPU is nobody else's), `process`
starts, asks and stops it. For tests and benchmarks; nothing in `sitegen` imports it.
"""

from standin.process import Figures, HostFigures, Standin

__all__ = ["Figures", "HostFigures", "Standin"]
