"""Settings of an audit whose vectors are imported models."""

from collections.abc import Sequence
from typing import Any

from skipgram_audit.model.errors import InvalidInput, InvalidSettings
from skipgram_audit.model.pretrained import MAXIMUM_MODELS, PretrainedModel, possible, refusal
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.validation import validated


def stated_settings(models: Sequence[PretrainedModel]) -> dict[str, float]:
    """The training settings that the models' files state, by name.

    Raises:
        InvalidInput: none or too many models, two of one content, or models that were trained differently.
    """
    if not 1 <= len(models) <= MAXIMUM_MODELS:
        raise InvalidInput(f"{len(models)} models were given; an audit takes 1 to {MAXIMUM_MODELS}.")
    if len({model.sha256 for model in models}) < len(models):
        raise InvalidInput("The same model was given twice.", "Name each model once.")
    stated: dict[str, float] = {}
    for model in models:
        for name, value in {**model.facts.settings, "dimension": model.facts.dimension}.items():
            if stated.setdefault(name, value) != value:
                raise InvalidInput(
                    f"The models were trained differently: {name} is {stated[name]:g} in one and {value:g} in "
                    f"{model.name}. Several models stand for several seeds of one training.",
                    "Audit them one by one.",
                )
    return stated


def with_models(
    settings: AuditSettings, models: Sequence[PretrainedModel], chosen: Sequence[str] = ()
) -> AuditSettings:
    """The settings with models in the place of training.

    What a model's file states of its training replaces the settings of that name; the models become the seeds
    1, 2, ...; nothing is trained on shuffled text.

    Args:
        chosen: names of settings that the user set on purpose, which must not be replaced by others.

    Raises:
        InvalidInput: see stated_settings.
        InvalidSettings: the estimator needs what the models do not have, or a chosen or stated setting cannot be.
    """
    stated = stated_settings(models)
    values = settings.model_dump()
    for name in chosen:
        if name in stated and values[name] != stated[name]:
            raise InvalidSettings(
                f"{name} was given as {values[name]:g}, but the model's file says {stated[name]:g}.",
                "Leave it out: what the file says is taken.",
            )
    reason = refusal(settings.estimator, models)
    if reason:
        others = ", ".join(possible(models)) or "none of those that there are"
        raise InvalidSettings(f"This estimator cannot be used: {reason}", f"Possible here: {others}.")
    replaced: dict[str, Any] = {
        **stated,
        "seeds": list(range(1, len(models) + 1)),
        "null_shuffles": 0,
        "models": [model.model_dump() for model in models],
    }
    return validated(
        AuditSettings,
        values | replaced,
        "The model was trained in a way that is not audited here",
        "Export its vectors with `model.wv.save_word2vec_format(path)` and give settings by hand.",
        InvalidSettings,
    )
