"""A fitted pipeline on a recording that has not ended: blocks in, predictions out."""

from sklearn_eeg.streaming._stream import Stream, StreamResult
from sklearn_eeg.streaming._to_stream import to_stream

__all__ = ["Stream", "StreamResult", "to_stream"]
