"""A worker process that ends at each batch with a dataset named `deadly`, after two of the batch's other tasks."""

from __future__ import annotations

import os
from dataclasses import replace

from sitegen.engine.batch_worker import BatchWorker, Send
from sitegen.engine.batches import Batch
from sitegen.engine.crawl_process import main


class DyingWorker(BatchWorker):
    """Ends its process."""

    async def run(self, batch: Batch, send: Send) -> None:
        """Run a batch, unless it is deadly."""
        if not any("deadly" in task.url for task in batch.tasks):
            await super().run(batch, send)
            return
        if not batch.alone:
            await super().run(replace(batch, tasks=batch.tasks[:2]), send)
        os._exit(1)


if __name__ == "__main__":
    main(DyingWorker)
