"""A worker process that fails at batches with datasets of some names.

- `deadly`: it ends, after two of the batch's other tasks; at a `partition`, before any.
- `stopped`: the system stops it, unless the dataset is alone in its batch.
- `endless`: it never ends the batch, and says that it is alive, unless the dataset is alone in its batch.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace

from sitegen.engine.batch_worker import BatchWorker, Send
from sitegen.engine.batches import Batch
from sitegen.engine.crawl_process import main


class DyingWorker(BatchWorker):
    """Fails."""

    async def run(self, batch: Batch, send: Send) -> None:
        """Run a batch, unless it has one of the names."""
        urls = " ".join(task.url for task in batch.tasks)
        if "deadly" in urls:
            if not batch.alone and "partition" not in urls:
                await super().run(replace(batch, tasks=batch.tasks[:2]), send)
            os._exit(1)
        if "stopped" in urls and not batch.alone:
            os.kill(os.getpid(), signal.SIGSTOP)
        while "endless" in urls and not batch.alone:
            await asyncio.sleep(0.5)
            send([])
        await super().run(batch, send)


if __name__ == "__main__":
    main(DyingWorker)
