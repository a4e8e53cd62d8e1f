import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_eeg.montage import SEED_62, TEN_TWENTY_19
from sklearn_eeg.preprocessing import BipolarMontage
from sklearn_eeg.trials import Trials


@pytest.fixture
def signals():
    return np.random.default_rng(0).standard_normal((2, 19, 50))


def test_chains_are_in_the_published_order():
    montage = BipolarMontage(ch_names=TEN_TWENTY_19).fit(np.zeros((1, 19, 2)))
    assert (
        montage.get_feature_names_out().tolist()
        == (
            "Fp1-F7 Fp2-F8 F7-T7 F8-T8 T7-P7 T8-P8 P7-O1 P8-O2 "
            "Fp1-F3 Fp2-F4 F3-C3 F4-C4 C3-P3 C4-P4 P3-O1 P4-O2"
        ).split()
    )


def test_differences_equal_those_of_mne(signals):
    import mne

    info = mne.create_info(list(TEN_TWENTY_19), 100.0, "eeg")
    raw = mne.io.RawArray(signals[0], info, verbose="error")
    montage = BipolarMontage(ch_names=TEN_TWENTY_19).fit(signals)
    anodes, cathodes = map(list, zip(*montage.pairs_, strict=True))
    theirs = mne.set_bipolar_reference(raw, anodes, cathodes, drop_refs=False, verbose="error")
    theirs = theirs.get_data(picks=[f"{a}-{c}" for a, c in montage.pairs_])
    assert_allclose(montage.transform(signals)[0], theirs)


def test_each_chain_adds_up_to_its_ends(signals):
    out = BipolarMontage(ch_names=TEN_TWENTY_19).fit_transform(signals)
    left, right = (signals[:, TEN_TWENTY_19.index(name)] for name in ("Fp1", "O1"))
    for chain in (out[:, 0:8:2], out[:, 8:16:2]):
        assert_allclose(chain.sum(1), left - right)


def test_the_reference_cancels(signals):
    montage = BipolarMontage(ch_names=TEN_TWENTY_19).fit(signals)
    reference = np.random.default_rng(1).standard_normal((2, 1, 50))
    assert_allclose(montage.transform(signals + reference), montage.transform(signals), atol=1e-12)


def test_old_names_decorations_and_written_pairs_are_read(signals):
    names = [f"EEG {name.upper()}-REF" for name in TEN_TWENTY_19]
    names[names.index("EEG T7-REF")] = "EEG T3-REF"
    by_name = BipolarMontage(["t3-CZ", ("Fz", "Pz")], ch_names=names).fit(signals)
    assert by_name.get_feature_names_out().tolist() == ["t3-CZ", "Fz-Pz"]
    where = [TEN_TWENTY_19.index(name) for name in ("T7", "Fz", "Cz", "Pz")]
    expected = signals[:, where[:2]] - signals[:, where[2:]]
    assert_array_equal(by_name.transform(signals), expected)


def test_trials_learn_the_names_of_the_derivations(signals):
    trials = Trials(signals, sfreq=100, ch_names=TEN_TWENTY_19, metadata={"subject": [1, 2]})
    out = BipolarMontage().fit_transform(trials)
    assert out.ch_names[0] == "Fp1-F7"
    assert out.shape == (2, 16, 50)
    assert out.subject.tolist() == [1, 2]


def test_missing_stays_missing(signals):
    signals[0, TEN_TWENTY_19.index("F7"), 3] = np.nan
    out = BipolarMontage(ch_names=TEN_TWENTY_19).fit_transform(signals)
    assert np.argwhere(np.isnan(out)).tolist() == [[0, 0, 3], [0, 2, 3]]


def test_single_precision_and_tensors_stay(signals):
    torch = pytest.importorskip("torch", reason="tensors need torch")
    montage = BipolarMontage(ch_names=TEN_TWENTY_19).fit(signals)
    single = signals.astype(np.float32)
    assert montage.transform(single).dtype == np.float32
    found = montage.transform(torch.from_numpy(single))
    assert_array_equal(found.numpy(), montage.transform(single))


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("Fp1", "X9")], r"expected channels X9, got data without them \(Fp1, …, O2\); add"),
        ([("Fp1", "F7", "T7")], "pairs of two electrodes, got .'Fp1', 'F7', 'T7'.; write"),
        ([], "pairs of two electrodes, got none"),
        ("transverse", "expected pairs to be one of"),
        (["Fp1-F7", "Fp1-F7"], "each channel name once, got 'Fp1-F7'"),
    ],
)
def test_impossible_pairs_are_refused(pairs, sentence, signals):
    with pytest.raises(ValueError, match=f"BipolarMontage: expected {sentence}|{sentence}"):
        BipolarMontage(pairs, ch_names=TEN_TWENTY_19).fit(signals)


def test_features_have_no_derivations():
    trials = Trials(np.ones((1, 62, 1)), ch_names=SEED_62, bands={"alpha": (8, 14)})
    with pytest.raises(ValueError, match="BipolarMontage: expected signals, got features"):
        BipolarMontage().fit(trials)
