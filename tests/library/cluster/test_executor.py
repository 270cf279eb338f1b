"""Work on a cluster of processes: the same bytes as here, and nothing lost when workers die."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import distributed
import numpy as np
import pytest
from typer.testing import CliRunner

from skipgram_audit.attribution.published.pairs import spread_over_pairs
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.cli.main import cli
from skipgram_audit.cluster import executor as over_dask
from skipgram_audit.cluster.executor import connected
from skipgram_audit.cluster.opening import ClusterUnavailable, opened_executor
from skipgram_audit.computing.execution import Executor, LocalExecutor, all_of, reduced
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus import shards as sharding
from skipgram_audit.corpus.cooccurrence import Cooccurrences, PairCounter, added, count_shard
from skipgram_audit.corpus.shards import Shard, shards
from skipgram_audit.model.check_plan import CheckPlan, TrainingScores
from skipgram_audit.retraining.check import RetrainingCheck, Training
from skipgram_audit.settings import Settings
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.cluster.conftest import Cluster
from tests.library.samples import news_documents, news_probe, silent, small_settings, zipf_corpus  # fmt: skip

SETTINGS = small_settings(
    dimension=12, window=4, negatives=3, minimum_count=5, subsample=1e-3, epochs=2, step_size=0.05,
    null_shuffles=1,
)  # fmt: skip
CORPUS = zipf_corpus(documents=60)
KEEP = keep_probabilities(CORPUS.counts, 0.1)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharding, "TOKENS_A_SHARD", 500)


def audited(folder: Path, executor: Executor) -> dict[str, bytes]:
    """What an audit by replay, its null and a check by retraining give."""
    pipeline = AuditPipeline(folder, SETTINGS, [news_probe()], "cpu", executor=executor)
    documents = news_documents()[:150]
    pipeline.encode(documents, len(documents), silent)
    pipeline.train(silent)
    pipeline.null(silent)
    pipeline.influence(silent)
    check = RetrainingCheck(pipeline, CheckPlan(plan="halves", probe="news", sets=2, seeds=[1]))
    found: dict[Training, TrainingScores] = {}
    removals = [one.removal for one in check.sets(silent)]
    check.retrain(removals, check.trainings(removals), found.__setitem__, silent)
    arrays: dict[str, np.ndarray] = {f"inputs {one.seed}": one.inputs for one in pipeline.trajectories}
    arrays |= {"sentences": pipeline.influences.sentences, "null": pipeline.null_scores}
    arrays |= {f"{one}": np.array(list(scores.scores.values())) for one, scores in found.items()}
    assert len(found) == 2
    return {name: array.tobytes() for name, array in sorted(arrays.items())}


def counted(executor: Executor) -> dict[str, bytes]:
    """Counts of all pairs, and tables over them and directions spread over the tokens."""
    counter = PairCounter(CORPUS, KEEP, 3, executor=executor)
    full = counter.full
    weights = np.linspace(0.0, 1.0, CORPUS.sentence_count)
    parameters = np.random.default_rng(1).normal(size=(60, 8))
    pairs = spread_over_pairs(
        CORPUS, KEEP, 3, parameters[:30], parameters[30:], parameters[None], np.ones((1, 30)), executor, silent
    )
    arrays: dict[str, np.ndarray] = {
        "columns": full.columns, "values": full.values, "weighted": counter.weighted(weights).values,
        "spread": counter.spread(np.sqrt(full.values)[None]), "tokens": pairs[0],
        "sentences": pairs[1],
    }  # fmt: skip
    return {name: array.tobytes() for name, array in arrays.items()}


def test_one_process_two_workers_and_four_give_the_same_bytes(cluster: Cluster, tmp_path: Path) -> None:
    here = counted(LocalExecutor(1)), audited(tmp_path / "here", LocalExecutor(2))
    for workers in (2, 4):
        with connected(cluster.scaled(workers), {}) as executor:
            assert executor.places == workers
            assert counted(executor) == here[0]
            assert audited(tmp_path / f"{workers}", executor) == here[1]


def dying_count(shard: Shard, mark: Path) -> Cooccurrences:
    """Counts a shard; whoever begins the third one first is killed."""
    if shard.first_sentence and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return count_shard(shard, KEEP, 3, None)


def test_a_shard_whose_worker_dies_is_done_again(two: Any, tmp_path: Path) -> None:
    mark = tmp_path / "died"
    parts = [(shard, mark) for shard in shards(CORPUS)]
    found = reduced(two, dying_count, added, parts, len(parts), silent)
    assert mark.exists()
    assert found.values.tobytes() == PairCounter(CORPUS, KEEP, 3).full.values.tobytes()


def test_results_and_shared_values_of_a_dead_worker_are_made_again(two: Any) -> None:
    shared = two.share(np.arange(5.0))
    doubled = [two.submit(np.multiply, shared, factor) for factor in range(6)]
    all_of(two, doubled)
    processes = set(two._client.run(os.getpid).values())
    for process in processes:
        os.kill(process, signal.SIGKILL)
    sums = all_of(two, [two.submit(np.add, one, shared) for one in doubled])
    np.testing.assert_array_equal(sums, [np.arange(5.0) * (factor + 1) for factor in range(6)])
    assert not processes & set(two._client.run(os.getpid).values())


def endless(begun: Path, ended: Path, progress: Progress) -> None:
    begun.touch()
    try:
        for step in range(400):
            progress(step / 400)
            time.sleep(0.05)
    except Exception:
        ended.touch()
        raise


def test_a_cancelled_training_stops_where_it_runs(two: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Cancelled(Exception):
        pass

    begun, ended = tmp_path / "begun", tmp_path / "ended"
    told: list[float] = []

    def stop_later(fraction: float) -> None:
        told.append(fraction)
        if fraction > 0.01:
            raise Cancelled

    with pytest.raises(Cancelled):
        all_of(two, [two.submit(endless, begun, ended, progress=stop_later, training=True)])
    assert told[0] == 0.0
    deadline = time.monotonic() + 60
    while not ended.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ended.exists()


def test_a_failure_on_a_worker_is_raised_here(two: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        all_of(two, [two.submit(divmod, 1, 0), two.submit(divmod, 1, 1)])


def test_trainings_go_where_their_resource_is(cluster: Cluster) -> None:
    address = cluster.scaled(2)
    with pytest.raises(ClusterUnavailable, match="offers GPU=1"), connected(address, {"GPU": 1.0}):
        pass
    with connected(address, {}) as executor:
        before = set(executor._client.run(os.getpid))
    with connected(cluster.scaled(3, "GPU=1"), {"GPU": 1.0}) as executor:
        by_process = {process: worker for worker, process in executor._client.run(os.getpid).items()}
        works = [executor.submit(process_of, number, training=True) for number in range(6)]
        assert not before & {by_process[process] for process in all_of(executor, works)}


def process_of(_number: int) -> int:
    return os.getpid()


def test_workers_of_another_version_are_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_dask, "__version__", "0.0.1")
    with pytest.raises(ClusterUnavailable, match=r"has skipgram-audit .*, and 0\.0\.1 is here"):
        connected(cluster.scaled(2), {}).__enter__()


def test_a_worker_that_leaves_while_it_is_asked_is_not_missed(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that stays without an answer is an error."""
    address = cluster.scaled(2)
    with connected(address, {}) as executor:
        (stays, *_) = executor._client.run(os.getpid)
    asked = distributed.Client.run

    def told(failing: str) -> Any:
        return lambda *given, **options: asked(*given, **options) | {failing: OSError("Timed out")}

    monkeypatch.setattr(distributed.Client, "run", told("tcp://127.0.0.1:9"))
    with connected(address, {}) as executor:
        assert executor.places == 2
    monkeypatch.setattr(distributed.Client, "run", told(stays))
    with pytest.raises(ClusterUnavailable, match=f"The worker {stays} cannot run"):
        connected(address, {}).__enter__()


def test_a_scheduler_that_does_not_answer_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(over_dask, "CONNECT_SECONDS", 0.3)
    (tmp_path / "text.txt").write_text("one", encoding="utf-8")
    result = CliRunner().invoke(
        cli,
        [
            "audit",
            str(tmp_path / "text.txt"),
            "--probe",
            "weat-6",
            "--out",
            str(tmp_path / "out"),
            "--scheduler",
            "tcp://127.0.0.1:9",
        ],
    )
    assert isinstance(result.exception, ClusterUnavailable)
    assert "tcp://127.0.0.1:9 does not answer" in result.exception.message
    assert not (tmp_path / "out").exists()


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "skipgram_audit.cluster.executor")
    monkeypatch.setitem(sys.modules, "dask", None)
    settings = Settings(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ClusterUnavailable, match="dask is not installed") as caught, opened_executor(settings):
        pass
    assert "skipgram-audit[cluster]" in caught.value.remedy


def test_without_a_scheduler_threads_do_the_work() -> None:
    with opened_executor(Settings()) as executor:
        assert isinstance(executor, LocalExecutor)


@pytest.mark.parametrize("option", [["--scheduler", "localhost"], ["--training-resource", "GPU"]])
def test_a_wrong_option_is_refused(option: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["what-if", str(tmp_path), "--without", str(tmp_path / "ids"), *option])
    assert result.exit_code == 2, result.output
