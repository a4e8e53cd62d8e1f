"""Names for what several networks take."""

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

import torch

# Missing steps, (batch, time); None where nobody knows, False where nobody need look.
Missing: TypeAlias = torch.Tensor | Literal[False] | None

# Walks through the batches of the training data, as often as it is called: inputs, or tuples of
# inputs and what the method that takes it says.
Passes: TypeAlias = Callable[[], Iterable[Any]]
