import numpy as np
import pytest

from sklearn_eeg.augmentation import HemisphereSwap
from sklearn_eeg.montage import (
    DEAP_32,
    GRIDS,
    SEED_62,
    TEN_TWENTY_19,
    GridMapper,
    adjacency,
    locate,
    mirror_pairs,
    positions,
    same_electrode,
)
from sklearn_eeg.montage._arrays import array_of
from sklearn_eeg.preprocessing import ChannelAligner
from sklearn_eeg.trials import Trials


def numbered(letters, last=32):
    return tuple(f"{letter}{number}" for letter in letters for number in range(1, last + 1))


BIOSEMI = {
    16: numbered("A", 16),
    32: numbered("A"),
    64: numbered("AB"),
    128: numbered("ABCD"),
    160: numbered("ABCDE"),
    256: numbered("ABCDEFGH"),
}
EGI = tuple(f"E{number}" for number in range(1, 129))
# Contacts of a published EDF.
GRID = (*numbered("ABCDEFGH", 16), *numbered("I", 8), "Ergo-Left", "Ergo-Right", "Status")


@pytest.mark.parametrize("n_channels", [128, 160, 256])
def test_our_names_of_biosemis_caps_are_those_of_mne(n_channels):
    from mne.channels import make_standard_montage

    assert list(BIOSEMI[n_channels]) == make_standard_montage(f"biosemi{n_channels}").ch_names


@pytest.mark.parametrize("names", BIOSEMI.values(), ids=str)
@pytest.mark.parametrize("more", [(), ("Status",), ("EXG1", "EXG2", "GSR1")])
@pytest.mark.parametrize("dress", ["{}", "EEG {}", "{}-Ref", "{}-0"])
def test_biosemis_names_are_recognised_with_what_is_recorded_beside_them(names, more, dress):
    names = tuple(map(dress.format, names)) + more
    assert array_of(names) == f"BioSemi's ABC layout (A1 … {BIOSEMI[len(names) - len(more)][-1]})"


def test_a_biosemi_recording_is_recognised_by_a_few_of_its_channels():
    rng = np.random.default_rng(0)
    for _ in range(100):
        assert array_of(tuple(rng.choice(BIOSEMI[128], 12, replace=False)))


def test_other_arrays_are_recognised():
    assert array_of(EGI) == array_of((*EGI, "Cz"))
    assert array_of(EGI) == "EGI's net (E1 … E128)"
    assert array_of(GRID) == "a numbered array (A1 … I8)"


@pytest.mark.parametrize(
    "names",
    [
        SEED_62,
        DEAP_32,
        TEN_TWENTY_19,
        ("EMG", "EOG", "A1", "A2", "C3", "C4", "ECG", "F3", "Fz", "F4", "P3", "Pz", "P4", "O1"),
        ("E1", "E2", "C3", "C4", "F3", "F4", "M1", "M2"),
        ("C1", "C2", "C3", "C4", "C5", "C6"),
        ("EEG C3-A2", "EEG C4-A1", "EEG A1-Ref", "EEG A2-Ref"),
        (*TEN_TWENTY_19, "A1", "A2", *(f"B{number}" for number in range(1, 6)), "X1", "DC01"),
    ],
    ids=str,
)
def test_caps_of_the_10_20_system_are_no_arrays(names):
    assert array_of(names) is None


def test_no_builtin_cap_with_10_20_names_is_taken_for_an_array():
    from mne.channels import get_builtin_montages, make_standard_montage

    arrays = {
        name
        for name in get_builtin_montages()
        if array_of(tuple(make_standard_montage(name).ch_names))
    }
    numbered = {name for name in get_builtin_montages() if name.startswith(("EGI", "GSN"))}
    assert arrays - {"artinis-octamon", "artinis-brite23"} == numbered | {
        "biosemi128",
        "biosemi160",
        "biosemi256",
    }


def test_earlobes_of_a_cap_stay_earlobes():
    left, right = positions(["A1", "A2", "Cz"])[:2]
    assert left[0] < 0 < right[0]
    assert mirror_pairs(["A1", "Cz", "A2"]) == (("A1", "A2"),)


@pytest.mark.parametrize("names", [*BIOSEMI.values(), EGI, (*EGI, "Cz"), GRID], ids=str)
@pytest.mark.parametrize(
    "need",
    [
        positions,
        adjacency,
        mirror_pairs,
        lambda names: adjacency(names, "rgnn"),
        lambda names: adjacency(names, "seed"),
        lambda names: HemisphereSwap(ch_names=names),
        lambda names: locate(SEED_62, names),
        lambda names: locate(["C3", "C4"], names),
        lambda names: locate(names, TEN_TWENTY_19),
    ],
)
def test_an_array_is_refused_where_places_of_the_10_20_system_are_meant(names, need):
    with pytest.raises(ValueError, match=r"BioSemi's ABC layout \(|EGI's net \(|numbered array \("):
        need(names)


@pytest.mark.parametrize("names", [*BIOSEMI.values(), EGI, GRID], ids=str)
def test_names_of_an_array_are_found_in_the_array_itself(names):
    order = np.random.default_rng(0).permutation(len(names))
    assert locate(np.array(names)[order], names) == order.tolist()
    assert locate(names[:9], names) == list(range(9))
    assert locate(["Status", "EXG1"], (*names[:16], "EXG1")) == [-1, 16]
    assert same_electrode((*names, names[3])) == (names[3], names[3])
    assert same_electrode(names) is None


def test_alignment_to_a_cap_is_refused_and_alignment_of_an_array_works():
    names = BIOSEMI[128]
    trials = Trials(np.arange(128.0)[None, :, None] * np.ones(4), sfreq=200, ch_names=names)
    with pytest.raises(ValueError, match=r"ChannelAligner: expected .* BioSemi's ABC layout"):
        ChannelAligner("seed-62", extra="drop").fit(trials)
    turned = Trials(trials.data[:, ::-1], sfreq=200, ch_names=names[::-1])
    assert np.array_equal(ChannelAligner().fit(trials).transform(turned).data, trials.data)


def test_an_array_has_no_cell_in_a_published_grid_and_those_of_a_table_of_its_own():
    x = np.arange(128.0).reshape(1, 128, 1)
    for grid in (*GRIDS, "positions"):
        with pytest.raises(ValueError, match=r"BioSemi's ABC layout"):
            GridMapper(grid, ch_names=BIOSEMI[128], shape=(12, 12)).fit(x)
    table = np.reshape(BIOSEMI[128], (8, 16)).tolist()
    assert np.array_equal(
        GridMapper(table, ch_names=BIOSEMI[128]).fit_transform(x).ravel(), x.ravel()
    )
