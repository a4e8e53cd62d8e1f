"""NamedChannels: base of the steps that mean nothing unless channels have names."""

from abc import ABC, abstractmethod

from sklearn_eeg import _validation as v
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg.montage._names import locate


class NamedChannels(SignalTransformer, ABC):
    """Asks for channel names, and finds electrodes among them in any spelling."""

    _takes: str | tuple[str, ...] = "window? channel time"
    _check_estimator_reason = (
        "The step needs channels by name; a 2-D array is one channel, without a name."
    )

    def _fit(self, signals):
        v.require_ch_names(signals.ch_names)

    @abstractmethod
    def _transform(self, signals):
        """Return the signals with new data and with what else changed."""

    def _find(self, electrodes, ch_names):
        """Where electrodes stand among the channels; refuses those that are missing or double."""
        places = self._locate(electrodes, ch_names)
        missing = [str(e) for e, place in zip(electrodes, places, strict=True) if place < 0]
        if missing:
            raise ValueError(
                f"expected channels {', '.join(dict.fromkeys(missing))}, "
                f"got data without them ({ch_names[0]}, …, {ch_names[-1]}); "
                f"add them by a ChannelAligner or leave them out."
            )
        return places

    def _locate(self, electrodes, ch_names):
        try:
            return locate(electrodes, ch_names)
        except ValueError as error:
            raise ValueError(f"{error}") from None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags._skip_test = True
        return tags
