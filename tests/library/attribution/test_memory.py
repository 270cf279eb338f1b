"""What cannot fit says so before it starts, with the setting that would make it fit."""

from pathlib import Path

import pytest

from skipgram_audit.attribution import memory
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.model.engine_errors import NotEnoughMemory
from skipgram_audit.training.trajectory import Trajectory
from tests.library.samples import news_documents, news_probe, silent, small_settings


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> AuditPipeline:
    settings = small_settings(dimension=10, minimum_count=5, epochs=1)
    pipeline = AuditPipeline(tmp_path_factory.mktemp("trained"), settings, [news_probe()], "cpu")
    pipeline.encode(news_documents(), 300, silent)
    pipeline.train(silent)
    return pipeline


def test_training_that_does_not_fit_names_a_dimension_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small_settings(dimension=50, minimum_count=5, epochs=3)
    pipeline = AuditPipeline(tmp_path, settings, [news_probe()], "cpu")
    words = len(pipeline.encode(news_documents(), 300, silent).words)
    places = pipeline.executor.places
    free = Trajectory.bytes_to_train(words, 30, 6, 2, places) + 1
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": free)
    with pytest.raises(NotEnoughMemory, match=r"Training 2 seeds needs .* It would fit with a dimension of 30\."):
        pipeline.train(silent)
    assert not list(tmp_path.glob("seed-*"))
    fitting = AuditPipeline(tmp_path, small_settings(dimension=30, epochs=3), [news_probe()], "cpu")
    fitting.train(silent)
    assert len(list(tmp_path.glob("seed-*"))) == 2


@pytest.mark.parametrize("estimator", ["per-word", "gradient", "mirrored", "turn-over", "recount-ppmi"])
def test_results_that_do_not_fit_stop_every_estimator(
    trained: AuditPipeline, estimator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = trained.settings.model_copy(update={"estimator": estimator})
    other = AuditPipeline(trained._folder, settings, trained.probes, "cpu")
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": 1000)
    with pytest.raises(NotEnoughMemory, match=f"The {estimator} estimator needs .* for 1 probe;"):
        other.influence(silent)


def test_free_memory_is_what_can_be_had_within_the_containers_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemFree: 10 kB\nMemAvailable: 5000 kB\n", encoding="ascii")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "CONTAINER", tmp_path)
    assert memory.free_memory() == int(5000 * 1024 * memory.SHARE_OF_MEMORY)
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("3000000\n", encoding="ascii")
    assert memory.free_memory() == int(5000 * 1024 * memory.SHARE_OF_MEMORY)
    (tmp_path / "memory.max").write_text("4000000\n", encoding="ascii")
    (tmp_path / "memory.stat").write_text("anon 100\ninactive_file 500000\n", encoding="ascii")
    assert memory.free_memory() == int(1_500_000 * memory.SHARE_OF_MEMORY)


def test_no_dimension_is_named_where_none_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": 99)
    assert memory.fitting_dimension(lambda dimension: 10 * dimension, 100) == ""
    monkeypatch.setattr(memory, "free_memory", lambda device="cpu": 740)
    assert memory.fitting_dimension(lambda dimension: 10 * dimension, 100) == "It would fit with a dimension of 70."
