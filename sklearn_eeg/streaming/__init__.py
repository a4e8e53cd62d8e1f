"""A fitted pipeline on a recording that has not ended: blocks in, predictions out."""

from sklearn_eeg.streaming._alarm import Alarm, AlarmStream, choose_alarm
from sklearn_eeg.streaming._signal_gate import SignalGate
from sklearn_eeg.streaming._sources import StreamLost
from sklearn_eeg.streaming._stream import Stream, StreamResult
from sklearn_eeg.streaming._to_stream import to_stream

__all__ = [
    "Alarm",
    "AlarmStream",
    "SignalGate",
    "Stream",
    "StreamLost",
    "StreamResult",
    "choose_alarm",
    "to_stream",
]
