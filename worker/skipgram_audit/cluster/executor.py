"""An executor over dask.distributed.

Shards travel with the functions that take them, and the scheduler keeps both until the result is there: what a worker
was doing when it died is given to another one, together with the results that only it held. Shared values are kept by
the scheduler, too, and each worker fetches them once, from another worker where one has them.
"""

import pickle
import platform
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

import dask
import distributed
import numba
import numpy as np
from distributed.scheduler import KilledWorker

from skipgram_audit import __version__
from skipgram_audit.cluster.opening import ClusterUnavailable
from skipgram_audit.computing.execution import LOOK_SECONDS, Result, Submitted
from skipgram_audit.computing.progress import Progress

Result_co = TypeVar("Result_co", covariant=True)

CONNECT_SECONDS = 10
REPORT_SECONDS = 0.5
"""Between two reports of a training, and so the longest that it continues when nobody waits for it any more."""


class WorkLost(ClusterUnavailable):
    """Workers died over and over, or the scheduler did."""

    code = "work_lost"


class Abandoned(Exception):
    """Nobody waits for this training any more."""


@contextmanager
def connected(address: str, resources: Mapping[str, float]) -> Iterator["ClusterExecutor"]:
    """The cluster of a scheduler.

    Args:
        address: tcp://host:port or tls://host:port.
        resources: what a training needs of a worker, by the labels that workers were started with.

    Raises:
        ClusterUnavailable: no answer, no workers, workers of another version, or none with these labels.
    """
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise ClusterUnavailable(
            f"The scheduler {address} does not answer: {str(error)[:200]}.", "Start it, or correct the address."
        ) from error
    try:
        _require_workers(client, address, resources)
        yield ClusterExecutor(client, resources)
    finally:
        client.close()


class ClusterExecutor:
    """See skipgram_audit.computing.execution.Executor."""

    def __init__(self, client: Any, resources: Mapping[str, float]) -> None:
        self._client = client
        self._resources = dict(resources)
        self._watched: dict[int, tuple[Any, Progress]] = {}
        self._fractions: dict[int, float] = {}
        self._count = 0
        self._topic = f"skipgram-audit-{client.id}"
        client.subscribe_topic(self._topic, self._note)

    @property
    def places(self) -> int:
        """Threads of all workers that there are now."""
        return max(1, sum(int(threads) for threads in self._client.nthreads().values()))

    def share(self, value: Any) -> Any:
        """A value that the scheduler keeps, and each worker once."""
        return self._client.submit(pickle.loads, pickle.dumps(value, protocol=5), pure=False)

    def submit(
        self, function: Callable[..., Result], *arguments: Any, progress: Progress | None = None, training: bool = False
    ) -> Submitted[Result]:
        """See Executor.submit; progress is called by wait, in the thread that waits."""
        self._count += 1
        if progress is not None:
            function = partial(_watched, function, self._topic, self._count)
        inner = [one.future if isinstance(one, ClusterWork) else one for one in arguments]
        needs = self._resources if training else None
        future = self._client.submit(function, *inner, pure=False, resources=needs or None)
        if progress is not None:
            self._watched[self._count] = (future, progress)
        return ClusterWork(future)

    def wait(self, submitted: Collection[Submitted[Any]]) -> None:
        """See Executor.wait."""
        futures = [one.future for one in submitted if isinstance(one, ClusterWork)]
        # result() raises for what was cancelled.
        with self._client.as_current(), suppress(TimeoutError, CancelledError):
            distributed.wait(futures, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        for number, (future, progress) in list(self._watched.items()):
            ended = future.done()
            if ended:
                del self._watched[number]
            progress(1.0 if ended else self._fractions.get(number, 0.0))

    def _note(self, event: tuple[float, tuple[int, float]]) -> None:
        number, fraction = event[1]
        self._fractions[number] = fraction


@dataclass(frozen=True)
class ClusterWork(Generic[Result_co]):
    """A future of dask.distributed, with its failures in our words."""

    future: Any

    def result(self) -> Result_co:
        """Raises:
        WorkLost: every worker that had it died, or the scheduler went away.
        """
        try:
            result: Result_co = self.future.result()
        except KilledWorker as error:
            raise WorkLost(
                f"{error.allowed_failures + 1} workers died, one after the other, with the same work.",
                "They probably ran out of memory: give them more, or start them with fewer threads each.",
            ) from error
        except CancelledError as error:
            raise WorkLost(
                "The connection to the scheduler was lost, and with it work that was under way.",
                "Look at the scheduler's log, and start again: what was finished is not done again.",
            ) from error
        return result

    def done(self) -> bool:
        return bool(self.future.done())

    def cancel(self) -> object:
        return self.future.cancel()


@dataclass
class _Reporter:
    """The progress of a training on a worker: reported to whoever waits for it; raises when nobody does."""

    topic: str
    number: int
    worker: Any = field(default_factory=distributed.get_worker)
    key: Any = None
    reported_at: float = float("-inf")

    def __post_init__(self) -> None:
        self.key = self.worker.get_current_task()

    def __call__(self, fraction: float) -> None:
        if time.monotonic() - self.reported_at < REPORT_SECONDS:
            return
        self.reported_at = time.monotonic()
        task = self.worker.state.tasks.get(self.key)
        if task is None or task.state == "cancelled":
            raise Abandoned
        self.worker.log_event(self.topic, (self.number, float(fraction)))


def _watched(function: Callable[..., Result], topic: str, number: int, *arguments: Any) -> Result:
    return function(*arguments, progress=_Reporter(topic, number))


def _versions() -> dict[str, str]:
    """What must be equal here and on the workers for results to be the same."""
    return {
        "skipgram-audit": __version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def _require_workers(client: Any, address: str, resources: Mapping[str, float]) -> None:
    """Raises:
    ClusterUnavailable: see connected.
    """
    own, answers = _versions(), client.run(_versions, on_error="return")
    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise ClusterUnavailable(f"The scheduler {address} has no workers.", f"Start some: dask worker {address}")
    for worker, found in answers.items():
        if worker not in workers:
            continue  # It left while it was asked, so it gets no work.
        if isinstance(found, Exception):
            raise ClusterUnavailable(
                f"The worker {worker} cannot run skipgram-audit: {found}.",
                f"Install skipgram-audit[cluster] {__version__} where it runs.",
            )
        for name, version in own.items():
            if found[name] != version:
                raise ClusterUnavailable(
                    f"The worker {worker} has {name} {found[name]}, and {version} is here.",
                    "Install the same versions on all machines: requirements.lock names them.",
                )
    for label, amount in resources.items():
        if not any(worker["resources"].get(label, 0) >= amount for worker in workers.values()):
            raise ClusterUnavailable(
                f"No worker of {address} offers {label}={amount:g}, which trainings are to have.",
                f'Start workers with --resources "{label}={amount:g}", or leave out the setting.',
            )
