"""What a check by retraining asks of the audit that it checks."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.protocol import Influences
from skipgram_audit.computing.execution import Executor
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.trajectory import Trajectory


class AuditedModel(Protocol):
    """A finished audit: its corpus, its trainings, and its estimator's predictions. AuditPipeline is one."""

    executor: Executor
    wanted_device: str

    @property
    def settings(self) -> TrainingSettings: ...
    @property
    def corpus(self) -> EncodedCorpus: ...
    @property
    def trained_corpus(self) -> EncodedCorpus: ...
    @property
    def trajectories(self) -> list[Trajectory]: ...
    @property
    def influences(self) -> Influences: ...
    @property
    def measurable_probes(self) -> list[ProbeDefinition]: ...
    @property
    def supports_reranking(self) -> bool: ...
    @property
    def null_scores(self) -> npt.NDArray[np.float64]: ...
    @property
    def calibration(self) -> Calibration | None: ...
    @property
    def word_list_scores(self) -> list[WordListScore]: ...

    def trained_scores(self) -> npt.NDArray[np.float64]: ...
    def predict(
        self,
        removals: Sequence[npt.NDArray[np.bool_]],
        progress: Progress,
        seeds: int | None = None,
        same_run: bool = False,
    ) -> npt.NDArray[np.float64]: ...
    def influences_after_removal(
        self, removed: npt.NDArray[np.bool_], row: int, progress: Progress
    ) -> npt.NDArray[np.float64]: ...
    def left_unmeasurable(
        self, removed: npt.NDArray[np.bool_], same_run: bool = False
    ) -> list[Unmeasurable | None]: ...
    def require_own_training(self) -> None: ...
