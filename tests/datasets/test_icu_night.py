import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import welch

from sklearn_eeg.datasets import make_icu_night

NIGHT, EVENTS, TRUTH = make_icu_night(2.0, 4, dropouts=5, random_state=0, return_truth=True)
SFREQ = NIGHT.sfreq


def piece(start, end):
    return NIGHT.data[0, :, round(start * SFREQ) : round(end * SFREQ)]


def test_the_same_seed_is_the_same_night_and_another_is_another():
    again, events = make_icu_night(2.0, 4, dropouts=5, random_state=0)
    assert_array_equal(again.data, NIGHT.data)
    assert_array_equal(events, EVENTS)
    other, _ = make_icu_night(2.0, 4, dropouts=5, random_state=1)
    assert np.abs(np.nan_to_num(other.data - NIGHT.data)).max() > 1


def test_it_is_one_trial_of_one_person_in_microvolts():
    assert NIGHT.shape == (1, 8, 2 * 3600 * 64) and NIGHT.unit == "uV"
    assert NIGHT.data.dtype == np.float32
    night, _ = make_icu_night(0.5, 0, ch_names=["Cz", "Pz"], subject="B", random_state=0)
    assert night.subject.tolist() == ["B"] and night.ch_names == ("Cz", "Pz")


def test_events_are_apart_and_inside_and_in_the_table():
    assert EVENTS.shape == (4, 2)
    lengths = EVENTS[:, 1] - EVENTS[:, 0]
    assert ((lengths >= 20) & (lengths <= 120)).all()
    assert (EVENTS[1:, 0] - EVENTS[:-1, 1] >= 60).all()
    assert (EVENTS >= 0).all() and (EVENTS <= 7200).all()
    found = TRUTH[TRUTH["kind"] == "seizure"]
    assert_allclose(found[["start", "end"]], EVENTS)


def test_a_seizure_is_a_rhythm_that_grows_and_slows():
    still = make_icu_night(2.0, 4, strength=0.0, artifacts=0, dropouts=0, random_state=0)[0]
    loud, events = make_icu_night(2.0, 4, artifacts=0, dropouts=0, random_state=0)
    outside = np.ones(loud.shape[-1], dtype=bool)
    for start, end in events:
        span = slice(round(start * SFREQ), round(end * SFREQ))
        outside[span] = False
        added = (loud.data - still.data)[0, :, span]
        thirds = [part.std() for part in np.array_split(added, 3, axis=1)]
        assert thirds[0] < thirds[2]
        peaks = []
        for part in (added[:, : 8 * 64], added[:, -8 * 64 :]):
            freqs, power = welch(part.sum(axis=0), SFREQ, nperseg=256)
            peaks.append(freqs[power.argmax()])
        assert peaks[0] > peaks[1] and 1.2 < peaks[1] < 3.2
        assert 10 < np.ptp(added[:, -5 * 64 :], axis=1).max() < 250
    assert_array_equal(loud.data[..., outside], still.data[..., outside])


def test_dropouts_are_missing_and_no_seizure_is():
    missing = np.isnan(NIGHT.data[0])
    assert_array_equal(missing.any(axis=0), missing.all(axis=0))
    spans = TRUTH.loc[TRUTH["kind"] == "dropout", ["start", "end"]].to_numpy()
    expected = np.zeros(NIGHT.shape[-1], dtype=bool)
    for start, end in spans:
        expected[round(start * SFREQ) : round(end * SFREQ)] = True
    assert len(spans) and expected.any()
    assert_array_equal(missing[0], expected)
    assert not any(np.isnan(piece(*span)).any() for span in EVENTS)


def test_artifacts_are_where_the_table_says():
    off = TRUTH[TRUTH["kind"] == "off"].iloc[0]
    flat = piece(off["start"] + 1, off["end"] - 1)[NIGHT.ch_names.index(off["channels"])]
    # Others may fall on it.
    assert (flat == 0).mean() > 0.5
    assert np.nanmax(np.abs(NIGHT.data)) <= 800
    calm, _ = make_icu_night(2.0, 0, artifacts=0, dropouts=0, random_state=0)
    assert np.isfinite(calm.data).all() and 5 < calm.data.std() < 40


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hours": 0}, "hours"),
        ({"n_events": 1.5}, "n_events"),
        ({"sfreq": 20}, "sfreq"),
        ({"dropouts": -1}, "dropouts"),
        ({"ch_names": ["Cz", "Cz"]}, "each once"),
        ({"ch_names": []}, "expected electrodes"),
        ({"hours": 0.1}, "150 s of the night for each event"),
    ],
)
def test_what_is_out_of_range_is_refused(settings, sentence):
    with pytest.raises((TypeError, ValueError), match=f"make_icu_night: .*{sentence}"):
        make_icu_night(**settings)
