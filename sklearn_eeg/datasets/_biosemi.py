"""Recordings of BioSemi amplifiers: 24-bit files whose last channel is the trigger's."""

import numpy as np

from sklearn_eeg._units import VOLTS_TO_MICROVOLTS
from sklearn_eeg.datasets._edf_header import check_whole, read_header

# Of the 24 bits of the trigger channel, those that carry triggers; above them the amplifier tells
# how it is.
TRIGGER_BITS = 0xFFFF


def open_bdf(file):
    """Open a recording, nothing read yet; its last channel is that of triggers, by any name."""
    import mne

    try:
        check_whole(read_header(file))
        return mne.io.read_raw_bdf(file, stim_channel=-1, preload=False, verbose="error")
    except Exception as error:
        raise ValueError(
            f"expected a BioSemi recording in {file}, got one that cannot be read ({error}); it "
            f"may be truncated: copy it anew."
        ) from error


def read_triggers(raw):
    """Trigger of each sample."""
    last = len(raw.ch_names) - 1
    return raw.get_data(picks=[last])[0].astype(np.int64) & TRIGGER_BITS


def read_microvolts(raw, picks, start, stop, dtype):
    """A stretch (channel, time) of some channels, by their numbers."""
    volts = raw.get_data(picks=picks, start=start, stop=stop)
    return (volts * VOLTS_TO_MICROVOLTS).astype(dtype)


def pick_names(raw, names, file):
    """Numbers of channels by their names, in any case."""
    places = {name.lower(): place for place, name in enumerate(raw.ch_names)}
    lacking = [name for name in names if name.lower() not in places]
    if lacking:
        raise ValueError(
            f"expected the channels {', '.join(lacking)} in {file}, which has "
            f"{', '.join(raw.ch_names)}; is it the published file?"
        )
    return [places[name.lower()] for name in names]
