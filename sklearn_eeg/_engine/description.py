"""What a network says of itself, and what follows from it for its data and its construction."""

import inspect
from abc import ABC, abstractmethod
from dataclasses import fields
from typing import ClassVar

from sklearn_eeg._axes import axes_fit, read_axes
from sklearn_eeg._engine.construction import build, read_sizes
from sklearn_eeg._engine.final_door import FinalDoor
from sklearn_eeg._engine.instances import cut_trials
from sklearn_eeg._engine.sampling import even
from sklearn_eeg._engine.settings import TargetSettings


class Description(FinalDoor, ABC):
    """Axes, least lengths and blocks of a network's input, and how it is built by name."""

    # Axes of one instance, the main layout first. With one axis more before those, trials are cut
    # into windows, or segments of windows, along it. Flat instances are the main layout's last
    # axis, the others of length one.
    _axes: ClassVar[tuple[str, ...]] = ("channel time",)
    # The shortest length of an axis that the network can take; shorter ones are padded.
    _least: ClassVar[dict[str, int]] = {}
    # Windows that make one step of what a network on sequences attends to or remembers.
    _windows_a_step: ClassVar[int] = 1
    # Whether the network masks NaN.
    _masks = False
    # Blocks of the trials' extra that the network's forward takes by name.
    _extra: ClassVar[tuple[str, ...]] = ()
    # Who sits together in a batch.
    _sampler = staticmethod(even)
    _free = ("segment", "window")

    @property
    @abstractmethod
    def _model(self):
        """What builds the network, given what its signature asks for by name."""

    def _build(self, axes, shape):
        facts = {"n_outputs": self._n_outputs, "sfreq": self.sfreq_, "ch_names": self.ch_names_}
        facts["n_domains"] = 1 if self.domains_ is None else len(self.domains_)
        offer = read_sizes(axes, shape) | facts
        return build(self._model, self._own_settings, offer)

    def _asks_for(self, fact):
        return fact in inspect.signature(self._model).parameters

    @property
    def _own_settings(self):
        """Settings of the network: the fields that are not of every training."""
        general = {field.name for field in fields(TargetSettings)}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in general}

    def _cut(self, signals):
        windowed = self._is_cut(signals.axes)
        kind = {"windowed": windowed, "masks": self._masks, "extra": self._extra}
        instances = cut_trials(signals, **kind)
        return instances.lift(self._main) if self._is_flat(signals.axes) else instances

    def _is_flat(self, axes):
        return len(axes) == 1 and len(self._main) > 1

    def _is_whole(self, axes):
        """Whether trials of these axes are sequences of windows that are read as a whole."""
        return self._main[0] == "window" and not self._is_flat(axes) and not self._is_cut(axes)

    def _is_cut(self, axes):
        return not self._is_flat(axes) and not axes_fit(self._axes, axes)

    @property
    def _main(self):
        return tuple(self._axes[0].split())

    @property
    def _takes(self):
        flat, outer = self._main[-1], "segment" if self._main[0] == "window" else "window"
        return tuple(dict.fromkeys((flat, *self._axes, *(f"{outer} {p}" for p in self._axes))))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = read_axes(self._takes, 1) is not None
        tags.input_tags.allow_nan = self._masks
        # An answer that depends on the trials beside it has no other word in scikit-learn.
        tags.non_deterministic = getattr(self, "transductive", False)
        return tags
