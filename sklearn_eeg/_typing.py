"""Names for what several functions take."""

from os import PathLike as _PathLike
from typing import Any, TypeAlias

import numpy as np

# Trials, an array, a tensor, a list of arrays, MNE epochs or a list of them: what the door reads.
# Told apart by what they have, since neither MNE nor what else fits has types to name.
Data: TypeAlias = Any

PathLike: TypeAlias = str | _PathLike[str]
RandomState: TypeAlias = int | np.random.RandomState | None
