"""Twins: what fitted steps are on a stream. Blocks go in, and what they make known comes out.

A block is Trials of one trial that grows along an axis, "time" or "window"; or, along "trial", one
trial for each sequence of windows that is complete.
"""

import copy
from functools import cache

import numpy as np
from sklearn.utils import get_tags

from sklearn_eeg import _validation as v
from sklearn_eeg._speaker import speaking

PLACES = {"time": -1, "window": 1, "trial": 0}


def join(first, then, along):
    """Two blocks as one; ``None`` is none."""
    if first is None or then is None:
        return then if first is None else first
    return then.derive(data=np.concatenate([first.data, then.data], axis=PLACES[along]))


def remember(step, methods):
    """Copy of a step that works out what these methods return once for each argument."""
    twin = copy.copy(step)
    vars(twin).update({name: cache(getattr(step, name)) for name in methods})
    return twin


class Twin:
    """What a step is on a stream.

    Parameters
    ----------
    step : SignalTransformer
        Fitted.
    along : {"time", "window", "trial"}
        Axis along which the output grows.

    Attributes
    ----------
    lag : float
        How many entries must have come in after the last one that an entry out is about.
    """

    lag: float = 0

    def __init__(self, step, along):
        self.step = remember(step, step._planned)
        self.along = along
        self.name = type(step).__name__

    def push(self, block):
        """Take a block, and return what is known now and was not before, or ``None``."""
        raise NotImplementedError(f"{type(self).__name__} has no push.")

    def close(self):
        """Return what is known now that nothing more will come, or ``None``."""
        return None

    def origin(self, index):
        """Index of the last entry in that an entry out is about."""
        return index

    def beginning(self, index):
        """Index of the first entry in that an entry out is about."""
        return self.origin(index)

    def signal_steps(self):
        """Steps that see the signal before it is cut."""
        return [self.step]

    def apply(self, block):
        """Transform a block as the step would, which takes it for a whole trial."""
        step = self.step
        v.check_finite(block.data, step._allow_nan, step.ch_names_)
        facts = {"sfreq": step.sfreq_, "ch_names": step.ch_names_, "axes": step.axes_}
        return step._transform(block.derive(**facts))


class Pointwise(Twin):
    """Of a step that treats each sample, window or sequence by itself."""

    def push(self, block):
        """Transform the block."""
        return self.apply(block)


class Recursion(Twin):
    """Of a step whose past is a state: ``function(block, state)`` returns (block, state)."""

    def __init__(self, step, function):
        super().__init__(step, "time")
        self.function = function
        self.state = None

    def push(self, block):
        """Go on from the state."""
        known, self.state = self.function(block, self.state)
        return known


class Cutter(Twin):
    """Of a step that makes windows of signals: each is treated once, when it is complete."""

    def __init__(self, step, length, hop):
        super().__init__(step, "window")
        self.length, self.hop = length, hop
        self.blocks, self.n_held, self.n_skipped = [], 0, 0

    def push(self, block):
        """Cut the windows that are complete."""
        dropped = min(self.n_skipped, block.size("time"))
        self.n_skipped -= dropped
        self.blocks.append(block.data[..., dropped:])
        self.n_held += block.size("time") - dropped
        n_windows = (self.n_held - self.length) // self.hop + 1
        if n_windows < 1:
            return None
        held = np.concatenate(self.blocks, axis=-1)
        stop = n_windows * self.hop
        self.n_skipped = max(0, stop - self.n_held)
        self.blocks = [held[..., stop:].copy()]
        self.n_held = self.blocks[0].shape[-1]
        used = held[..., : stop - self.hop + self.length]
        return self.apply(block.derive(data=used)).derive(window_onsets=None)

    def origin(self, index):
        """Last sample of a window."""
        return index * self.hop + self.length - 1

    def beginning(self, index):
        """First sample of a window."""
        return index * self.hop


class Neighbourhood(Twin):
    """Of a step whose window depends on so many before it and after it, where there are some."""

    def __init__(self, step, before, after):
        super().__init__(step, "window")
        self.before, self.lag = before, after
        self.held, self.n_known = None, 0

    def push(self, block):
        """Windows that have all their neighbours."""
        self.held = join(self.held, block, "window")
        return self._give(self.held.data.shape[1] - self.lag)

    def close(self):
        """Windows that will not have all their neighbours."""
        return None if self.held is None else self._give(self.held.data.shape[1])

    def _give(self, stop):
        start = self.n_known
        if stop <= start:
            return None
        known = self.apply(self.held)
        first = max(0, stop - self.before)
        self.held = self.held.derive(data=self.held.data[:, first:])
        self.n_known = stop - first
        return known.derive(data=known.data[:, start:stop])


class Foreign(Twin):
    """Of a transformer of another library, on sequences, each a row."""

    def __init__(self, step):
        self.step, self.along, self.name = step, "trial", type(step).__name__

    def push(self, block):
        """Transform the rows."""
        data = np.asarray(self.step.transform(block))
        return block.derive(data=data, axes=("feature",), features=None, ch_names=None)


class Chain:
    """Twins of steps in a row, itself a twin."""

    name = "Pipeline"

    def __init__(self, twins, along):
        self.twins = twins
        self.along = twins[-1].along if twins else along

    def push(self, block):
        """Push through all."""
        for twin in self.twins:
            if block is None:
                return None
            with speaking(twin.name):
                block = twin.push(block)
        return block

    def close(self):
        """Close one after the other, each with what those before it still had."""
        block = None
        for twin in self.twins:
            with speaking(twin.name):
                known = None if block is None else twin.push(block)
                block = join(known, twin.close(), twin.along)
        return block

    def origin(self, index):
        """Index of the last entry in that an entry out is about."""
        for twin in reversed(self.twins):
            index = twin.origin(index)
        return index

    def beginning(self, index):
        """Index of the first entry in that an entry out is about."""
        for twin in reversed(self.twins):
            index = twin.beginning(index)
        return index

    def signal_steps(self):
        """Steps that see the signal before it is cut."""
        found = []
        for twin in self.twins:
            found += twin.signal_steps()
            if twin.along != "time":
                break
        return found

    @property
    def lag(self):
        """Entries that must have come in after the last one that an entry out is about."""
        total = 0.0
        for place, twin in enumerate(self.twins):
            before = Chain(self.twins[:place], None)
            total += twin.lag * (before.origin(1) - before.origin(0))
        return total


def chain_steps(steps, along, calibration=None):
    """Twins of fitted steps in a row.

    Parameters
    ----------
    steps : sequence of fitted transformers
    along : {"time", "window", "trial"}
    calibration : Trials, default=None
        Of one person, as they come into the first step.
    """
    twins: list = []
    for step in steps:
        twins.append(find_twin(step, along, calibration))
        along = twins[-1].along
        if calibration is not None and step is not steps[-1]:
            calibration = step.transform(calibration)
    return Chain(twins, along)


def find_twin(step, along, calibration=None):
    """Twin of a fitted transformer, or of a pipeline of some."""
    if hasattr(step, "stream"):
        return step.stream(along, calibration)
    if hasattr(step, "steps"):
        return chain_steps(real_steps(step), along, calibration)
    if along == "trial" and not get_tags(step).non_deterministic:
        return Foreign(step)
    raise ValueError(
        f"{type(step).__name__}: expected a step that can follow a stream, got one of another "
        f"library, which sees a whole trial; put SequencePadder(n, keep='last') and Flatten() "
        f"before it."
    )


def real_steps(pipeline):
    """Steps of a pipeline and of pipelines in it, but for those left out."""
    found = []
    for _, step in pipeline.steps:
        if hasattr(step, "steps"):
            found += real_steps(step)
        elif step is not None and step != "passthrough":
            found.append(step)
    return found
