"""What is marked in a recording: its annotations, and codes in its trigger channel."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from sklearn_eeg.datasets._continuous import source_of

# Of the 24 bits of a BioSemi status, those that are triggers.
_TRIGGER_BITS = 2**16 - 1


@dataclass(frozen=True)
class Mark:
    """A mark: when it begins and how long it is, in seconds into the recording."""

    onset: float
    duration: float
    name: str | int

    @property
    def is_bad(self):
        """Whether it says, as MNE has it, that no trial should touch it."""
        name = str(self.name).lower()
        return name.startswith(("bad", "edge")) or name == "boundary"


def read_annotations(raw):
    """Annotations of a recording, in seconds from its first sample."""
    offset = raw.first_time if raw.annotations.orig_time is not None else 0.0
    return [
        Mark(float(each["onset"] - offset), float(each["duration"]), str(each["description"]))
        for each in raw.annotations
    ]


def read_triggers(raw):
    """Where the trigger channels change to another code than 0."""
    import mne

    if "stim" not in raw.get_channel_types():
        raise ValueError(
            f"expected a trigger channel in {source_of(raw)} for events that are numbers, got "
            f"none; annotations are named by texts."
        )
    events = mne.find_events(
        raw,
        shortest_event=1,
        mask=_TRIGGER_BITS,
        mask_type="and",
        initial_event=True,
        verbose="error",
    )
    times = (events[:, 0] - raw.first_samp) / raw.info["sfreq"]
    return [
        Mark(onset, 0.0, code)
        for onset, code in zip(times.tolist(), events[:, 2].tolist(), strict=True)
    ]


def read_labels_of(events):
    """Label of each name or code that is asked for; ``None`` where all annotations are.

    Examples
    --------
    >>> read_labels_of({"T1": "left", 8: "rest"}), read_labels_of("T1"), read_labels_of(True)
    ({'T1': 'left', 8: 'rest'}, {'T1': 'T1'}, None)
    """
    if events is True:
        return None
    if events and isinstance(events, (str, int, np.integer)):
        events = [events]
    is_mapping = hasattr(events, "keys")
    names = list(events) if hasattr(events, "__iter__") else []
    if not names or not all(_is_name(name) for name in names):
        raise ValueError(
            f"expected events to be names of annotations or codes of triggers, a mapping of them "
            f"to labels, or True for all annotations, got {events!r}."
        )
    labels = {_squeeze(name): events[name] if is_mapping else name for name in names}
    if not all(map(_is_label, labels.values())) or len({*map(_is_text, labels.values())}) > 1:
        raise ValueError(
            f"expected labels of events that are all words or all numbers, got "
            f"{', '.join(map(repr, labels.values()))}; give a mapping of events to labels."
        )
    return labels


def _is_label(label):
    """Whether it is a word or a number, and neither lost nor several."""
    return isinstance(label, (str, Real, np.bool_)) and label == label


def _is_text(label):
    return isinstance(label, str)


def _is_name(name):
    is_number = isinstance(name, (int, np.integer)) and not isinstance(name, bool)
    return is_number or (isinstance(name, str) and name != "")


def pick_marks(marks, labels):
    """Marks that are asked for, each with its label; none of them is bad."""
    if labels is None:
        return [(mark, mark.name) for mark in marks if not mark.is_bad and mark.name != ""]
    return [(mark, labels[_squeeze(mark.name)]) for mark in marks if _squeeze(mark.name) in labels]


def _squeeze(name):
    """Whatever spaces a recorder puts into it, ``"Stimulus/S  1"``."""
    return " ".join(name.split()) if isinstance(name, str) else int(name)
