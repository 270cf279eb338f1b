"""A local cluster in a process of its own: prints its scheduler's address, then obeys lines "workers [label=amount]".

Workers are forked from a process that has loaded what they need. It is ended by a signal to its process group.
"""

import sys
import time
from typing import Any

import dask
from distributed import LocalCluster
from distributed.utils import get_mp_context

WAIT_SECONDS = 60


def main() -> None:
    """Until standard input ends."""
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    get_mp_context().set_forkserver_preload(["skipgram_audit.cluster.executor", "tests.library.cluster.warm"])
    with LocalCluster(n_workers=0, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        for line in sys.stdin:
            workers, *labels = line.split()
            amounts = (label.split("=") for label in labels)
            cluster.new_spec["options"]["resources"] = {label: float(amount) for label, amount in amounts}
            cluster.scale(int(workers))
            wait_for_exactly(cluster, int(workers))
            print("ready", flush=True)


def wait_for_exactly(cluster: LocalCluster, workers: int) -> None:
    """Until so many workers are known to the scheduler, those that are to go having gone."""
    deadline = time.monotonic() + WAIT_SECONDS
    scheduler: Any = cluster.scheduler
    while len(scheduler.workers) != workers:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(scheduler.workers)} workers, not {workers}, after {WAIT_SECONDS} s.")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
