"""A worker process that writes the names of all packages that it has imported, when a batch is done, into a file."""

from __future__ import annotations

import sys
from pathlib import Path

from sitegen.engine.batch_worker import BatchWorker, Send
from sitegen.engine.batches import Batch
from sitegen.engine.crawl_process import main


class ListingWorker(BatchWorker):
    """Lists packages in the file that the first argument names."""

    async def run(self, batch: Batch, send: Send) -> None:
        """Run a batch, then list packages."""
        await super().run(batch, send)
        packages = sorted({name.partition(".")[0] for name in sys.modules})
        Path(sys.argv[1]).write_text("\n".join(packages), encoding="utf-8")


if __name__ == "__main__":
    main(ListingWorker)
