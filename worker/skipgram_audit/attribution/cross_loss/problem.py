"""A trained torch module, the loss that trained it, and another function of its parameters that is to be explained.

    L(theta) = sum over examples i of l_i(theta) + (weight decay / 2) |theta|^2        s(theta): the test function

The two are different functions: that is the cross-loss setting of Silva, Chopra and Gombolay (2020, arXiv 2012.01685).
Everything here is a product with the derivatives of l_i and s; none of them is ever formed as a matrix.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from skipgram_audit.model.engine_errors import EngineError

TrainingLoss = Callable[..., Tensor]
"""Takes the module and a batch of examples; gives the loss of each, [n], as training sums them."""

TestFunction = Callable[[Any], Tensor]
"""Takes the module; gives one number."""


class UnusableModule(EngineError):
    """A module, a loss or a test function of which no influence can be computed."""

    code = "unusable_module"


class CrossLossProblem:
    """A module that was trained on one function, and another function of it that is to be explained.

    Args:
        module: trained; its parameters that require gradients are theta. Put it into the mode in which its loss is the
            same each time (``module.eval()``).
        training_loss: ``training_loss(module, *batch)`` gives the loss of every example of a batch, [n], as training
            sums them. Where training takes a mean, multiply its weight decay by the number of examples.
        test_function: ``test_function(module)`` gives one number.
        examples: tensors with the same first dimension; a batch has the same rows of each.
        weight_decay: of training's loss, as a factor of |theta|^2 / 2.
        batch_size: examples that are differentiated at once; fewer take less memory.

    Raises:
        UnusableModule: what is missing, or has the wrong shape, or changes from one call to the next.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        training_loss: TrainingLoss,
        test_function: TestFunction,
        examples: Sequence[Tensor],
        weight_decay: float = 0.0,
        batch_size: int = 1024,
    ) -> None:
        self._bound = _Bound(module)
        self._training_loss, self._test_function = training_loss, test_function
        self._examples = tuple(examples)
        self.weight_decay, self._batch_size = weight_decay, batch_size
        trained = {name: one for name, one in self._bound.named_parameters() if one.requires_grad}
        if not trained:
            raise UnusableModule(
                "The module has no parameter that requires a gradient.", "Set requires_grad on those that were trained."
            )
        self._shapes = {name: one.shape for name, one in trained.items()}
        self.parameters: Tensor = torch.cat([one.detach().flatten() for one in trained.values()])
        self._require_usable()

    @property
    def example_count(self) -> int:
        """n."""
        return len(self._examples[0])

    def losses(self, parameters: Tensor, chosen: Tensor | None = None) -> Tensor:
        """l_i of the chosen examples (all by default): [n]."""
        batch = self._examples if chosen is None else tuple(one[chosen] for one in self._examples)
        return self._call(parameters, self._training_loss, *batch)

    def objective(self, parameters: Tensor, chosen: Tensor | None = None, weight: float = 1.0) -> Tensor:
        """weight times the sum of l_i over the chosen examples, and the weight decay: []."""
        return weight * self.losses(parameters, chosen).sum() + 0.5 * self.weight_decay * parameters.square().sum()

    def score(self, parameters: Tensor) -> Tensor:
        """s: []."""
        return self._call(parameters, self._test_function)

    def score_gradient(self, parameters: Tensor) -> Tensor:
        """ds/dtheta: [P].

        Raises:
            UnusableModule: it is zero throughout, or not finite.
        """
        gradient: Tensor = torch.func.grad(self.score)(parameters).detach()
        if not bool(torch.isfinite(gradient).all()):
            raise UnusableModule(
                "The gradient of the test function is not finite at the trained parameters.",
                "Look for a division by zero, a logarithm of zero or a square root of zero in it.",
            )
        if not bool(gradient.any()):
            raise UnusableModule(
                "The gradient of the test function is zero at the trained parameters, so no example can move it.",
                "Take a function that changes with the parameters: a margin or a likelihood, say, and not a count.",
            )
        return gradient

    def loss_gradient(self, parameters: Tensor, chosen: Tensor | None = None, weight: float = 1.0) -> Tensor:
        """The derivative of ``objective``: [P]."""
        total = self.weight_decay * parameters
        for batch in self._batches(chosen):
            total = total + weight * torch.func.grad(lambda at, batch=batch: self.losses(at, batch).sum())(parameters)
        return total.detach()

    def hessian_product(
        self, parameters: Tensor, direction: Tensor, chosen: Tensor | None = None, weight: float = 1.0
    ) -> Tensor:
        """The second derivative of ``objective`` times a direction: [P], by differentiating twice backwards."""
        total = self.weight_decay * direction
        for batch in self._batches(chosen):
            gradient = torch.func.grad(lambda at, batch=batch: self.losses(at, batch).sum())
            product = torch.func.vjp(gradient, parameters)[1]
            total = total + weight * product(direction)[0]
        return total.detach()

    def losses_along(self, parameters: Tensor, direction: Tensor, chosen: Tensor | None = None) -> Tensor:
        """dl_i/dtheta . direction of the chosen examples: float64 [n], in one pass, without a gradient an example; on
        the processor, wherever the module is.

        With J the derivatives of all l_i, the product u -> J^T u is linear in u, and its own transpose is J.
        """
        found = []
        for batch in self._batches(chosen):
            losses, transposed = torch.func.vjp(lambda at, batch=batch: self.losses(at, batch), parameters)[:2]
            along = torch.func.vjp(lambda weights, by=transposed: by(weights)[0], torch.zeros_like(losses))[1]
            found.append(along(direction)[0].detach().double().cpu())
        return torch.cat(found)

    def _batches(self, chosen: Tensor | None) -> Iterator[Tensor]:
        rows = torch.arange(self.example_count) if chosen is None else chosen
        return iter(torch.split(rows, self._batch_size))

    def _call(self, parameters: Tensor, function: Callable[..., Tensor], *arguments: Any) -> Tensor:
        parts = torch.split(parameters, [shape.numel() for shape in self._shapes.values()])
        named = {name: part.view(shape) for (name, shape), part in zip(self._shapes.items(), parts, strict=True)}
        result: Tensor = torch.func.functional_call(self._bound, named, (function, *arguments))
        return result

    def _require_usable(self) -> None:
        lengths = {len(one) for one in self._examples}
        if len(lengths) != 1 or 0 in lengths:
            raise UnusableModule(
                f"The examples are tensors of {sorted(lengths)} rows; they need the same number, and one at least.",
                "Give tensors that have a row an example, such as (inputs, labels).",
            )
        with torch.no_grad():
            chosen = torch.arange(min(self.example_count, self._batch_size))
            losses, again = self.losses(self.parameters, chosen), self.losses(self.parameters, chosen)
            score = self.score(self.parameters)
        for what, found in (("training loss", losses), ("test function", score)):
            if not isinstance(found, Tensor):
                raise UnusableModule(
                    f"The {what} gives {type(found).__name__} and no tensor.",
                    "Compute it from the module by torch's functions alone, without .item() or float().",
                )
        if losses.shape != chosen.shape:
            raise UnusableModule(
                f"The training loss of {len(chosen)} examples has the shape {list(losses.shape)}, not "
                f"{list(chosen.shape)}.",
                'Give one loss an example: with reduction="none", say, summed over everything but the first dimension.',
            )
        if score.shape != ():
            raise UnusableModule(
                f"The test function has the shape {list(score.shape)}; it must give one number.", "Sum or choose one."
            )
        if not bool(torch.isfinite(losses).all()) or not bool(torch.isfinite(score)):
            raise UnusableModule(
                "The training loss or the test function is not finite at the trained parameters.",
                "Look for an example or a parameter that is not a number.",
            )
        if not torch.equal(losses, again):
            raise UnusableModule(
                "The training loss is another one each time it is computed.",
                "Call module.eval(), so that dropout and the like are off.",
            )


class _Bound(torch.nn.Module):
    """Calls functions of a module, so that its parameters can be replaced while they run, attributes and all."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, function: Callable[..., Tensor], *arguments: Any) -> Tensor:
        return function(self.module, *arguments)
