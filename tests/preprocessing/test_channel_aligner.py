import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline

from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19, unit_directions
from sklearn_eeg.preprocessing import ChannelAligner, Resample
from sklearn_eeg.trials import Trials


def make(names, n_times=20):
    rng = np.random.default_rng(0)
    return Trials(rng.standard_normal((2, len(names), n_times)), sfreq=100, ch_names=names)


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(19)))
def test_any_order_comes_back_to_that_of_fit(order):
    trials = make(TEN_TWENTY_19)
    shuffled = trials.replace(
        data=trials.data[:, order], ch_names=[TEN_TWENTY_19[i] for i in order]
    )
    out = ChannelAligner().fit(trials).transform(shuffled)
    assert out.ch_names == TEN_TWENTY_19
    assert_array_equal(out.data, trials.data)


def test_spellings_of_one_electrode_are_one():
    names = "EEG FP1-REF", "t3", "T6", "Cz."
    trials = make(names)
    out = ChannelAligner(["T7", "P8", "Cz", "Fp1"]).fit_transform(trials)
    assert_array_equal(out.data, trials.data[:, [1, 2, 3, 0]])


def test_missing_channels_are_nan():
    out = ChannelAligner("seed-62").fit_transform(make(DEAP_32))
    lost = np.isnan(out.data).all(axis=(0, 2))
    assert [name for name, gone in zip(SEED_62, lost, strict=True) if not gone] == [
        name for name in SEED_62 if name in DEAP_32
    ]
    assert np.isnan(out.data).sum() == 30 * 2 * 20


def test_missing_channels_are_interpolated_as_by_mne():
    import mne

    known = [name for name in SEED_62 if not name.startswith("CB")]
    lost = ["FC3", "Pz", "O2"]
    trials = make(known)
    trials.data[:] += 5 * unit_directions(known) @ np.array([[1.0], [2], [-1]])
    info = mne.create_info(known, 100.0, "eeg").set_montage("colin27_1005")
    raw = mne.io.RawArray(trials.data[0] * 1e-6, info, verbose="error")
    raw.info["bads"] = lost
    from sklearn_eeg.montage._positions import head_centre

    raw.interpolate_bads(origin=tuple(head_centre()), verbose="error")
    keep = [i for i, name in enumerate(known) if name not in lost]
    fewer = trials.replace(data=trials.data[:, keep], ch_names=[known[i] for i in keep])
    out = ChannelAligner(known, missing="interpolate").fit_transform(fewer)
    assert_allclose(out.data[0], raw.get_data() * 1e6, atol=1e-5)


def test_channels_lost_for_a_trial_are_interpolated_there_alone():
    trials = make(TEN_TWENTY_19)
    lost = trials.replace(data=trials.data.copy())
    lost.data[1, 4] = np.nan
    out = ChannelAligner(missing="interpolate").fit_transform(lost)
    assert np.isfinite(out.data).all()
    out.data[1, 4] = trials.data[1, 4]
    assert_array_equal(out.data, trials.data)


def test_extra_channels_are_named_or_dropped():
    trials = make((*TEN_TWENTY_19, "EKG"))
    with pytest.raises(ValueError, match="of the montage, got EKG, which it lacks; pass extra="):
        ChannelAligner("10-20").fit(trials)
    out = ChannelAligner("10-20", extra="drop").fit_transform(trials)
    assert_array_equal(out.data, trials.data[:, :19])


def test_missing_channels_can_be_an_error():
    aligner = ChannelAligner(missing="raise").fit(make(TEN_TWENTY_19))
    with pytest.raises(ValueError, match="got data without Fp1, F3; pass missing="):
        aligner.transform(make(TEN_TWENTY_19[2:]))


@pytest.mark.parametrize(
    ("arguments", "names", "sentence"),
    [
        ({"montage": "seed"}, ("Cz",), "expected montage to be one of"),
        ({"missing": "zero"}, ("Cz",), "expected missing to be one of"),
        ({"extra": "keep"}, ("Cz",), "expected extra to be one of"),
        ({"montage": ["Fz"], "extra": "drop"}, ("Cz",), "without Fz"),
        ({"montage": ["T3", "T7"]}, ("T3",), "'T3' and 'T7', which are the same electrode"),
        ({"missing": "interpolate"}, ("Cz", "EKG"), "to interpolate, positions: expected elec"),
    ],
)
def test_impossible_settings_are_refused(arguments, names, sentence):
    with pytest.raises(ValueError, match=f"ChannelAligner: .*{sentence}|{sentence}"):
        ChannelAligner(**arguments).fit(make(names))


def test_arrays_need_names():
    with pytest.raises(ValueError, match="ChannelAligner: expected channel names"):
        ChannelAligner().fit(np.ones((1, 2, 3)))
    aligner = ChannelAligner().fit(make(("Cz", "Pz")))
    with pytest.raises(ValueError, match="ChannelAligner: expected channel names"):
        aligner.transform(np.ones((1, 2, 3)))


def test_another_rate_comes_through_to_the_step_that_changes_it():
    recorded = make(SEED_62).replace(sfreq=200)
    aligner = ChannelAligner(extra="drop").fit(make(TEN_TWENTY_19))
    found = aligner.transform(recorded)
    assert found.sfreq == 200 and found.ch_names == tuple(TEN_TWENTY_19)
    model = make_pipeline(ChannelAligner(extra="drop"), Resample(100)).fit(make(TEN_TWENTY_19))
    assert model.transform(recorded).sfreq == 100


def test_features_keep_their_bands_and_get_names():
    trials = Trials(np.ones((1, 3, 2, 2)), ch_names=("Cz", "Fz"), features=["a", "b"])
    aligner = ChannelAligner(["Fz", "Cz"]).fit(trials)
    assert aligner.get_feature_names_out().tolist() == ["Fz_a", "Fz_b", "Cz_a", "Cz_b"]
    assert aligner.transform(trials).features == ("a", "b")


def test_single_precision_stays():
    trials = make(DEAP_32)
    trials = trials.replace(data=trials.data.astype(np.float32))
    out = ChannelAligner("seed-62", missing="interpolate").fit_transform(trials)
    assert out.dtype == np.float32
    assert np.isfinite(out.data).all()


def test_what_was_dropped_and_what_is_missing_is_said():
    trials = make(("Fp1", "Elec17", "Cz", "EKG"))
    with pytest.warns(UserWarning, match=r"dropped Elec17, EKG, .* while Fz are missing"):
        aligner = ChannelAligner(["Fp1", "Cz", "Fz"], extra="drop").fit(trials)
    assert aligner.dropped_ == ("Elec17", "EKG") and aligner.missing_ == ("Fz",)


def test_an_electrode_may_be_dropped_without_a_word():
    trials = make(("Fp1", "O2", "Cz", "EKG"))
    assert ChannelAligner(["Fp1", "Cz"], extra="drop").fit(trials).dropped_ == ("O2", "EKG")
    assert ChannelAligner(["Fp1", "Fz"], extra="drop").fit(make(("Fp1", "O2"))).missing_ == ("Fz",)


@pytest.mark.parametrize("missing", ["nan", "interpolate"])
def test_a_montage_that_is_mostly_missing_is_refused(missing):
    trials = make(("Fp1", "Cz"))
    few = ["Fp1", "Cz", "Fz", "Pz", "Oz"]
    with pytest.raises(ValueError, match=r"at most a share of 0\.5 .* got 2 of 5 channels"):
        ChannelAligner(few, missing=missing).fit(trials)
    out = ChannelAligner(few, missing=missing, most_missing=0.6).fit_transform(trials)
    assert out.ch_names == tuple(few)
