from itertools import product

import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.montage import ALIASES, SEED_62, canonical_name, hemisphere, mirror_name, positions

CEREBELLAR = {"Cb1", "Cb2"}
# Montages of Colin 27 put each of them at two places.
UNPLACED = {*CEREBELLAR, "T1", "T2"}

# Names of these montages number an array; their company tells (see the tests of arrays).
ARRAYS = ("biosemi128", "biosemi160", "biosemi256", "EGI", "GSN", "artinis")


def builtin_montages():
    from mne.channels import get_builtin_montages

    return [name for name in get_builtin_montages() if not name.startswith(ARRAYS)]


@pytest.mark.parametrize("montage", builtin_montages())
def test_an_electrode_of_a_builtin_montage_is_its_own_name_or_an_alias(montage):
    from mne.channels import make_standard_montage

    for name in make_standard_montage(montage).ch_names:
        found = canonical_name(name)
        assert found == ALIASES.get(name, found if name in CEREBELLAR else name)
        if hemisphere(name):
            assert canonical_name(name.upper()) == canonical_name(name.lower()) == found


@pytest.mark.parametrize("montage", [name for name in builtin_montages() if "colin27" in name])
def test_a_name_that_is_understood_lies_where_the_montage_has_it(montage):
    from mne.channels import compute_native_head_t, make_standard_montage
    from mne.transforms import apply_trans

    montage = make_standard_montage(montage)
    to_head = compute_native_head_t(montage)
    places = montage.get_positions()["ch_pos"]
    known = [name for name in places if hemisphere(name) and name not in UNPLACED]
    assert len(known) >= 35
    assert_allclose(positions(known), apply_trans(to_head, [places[n] for n in known]), atol=1e-6)


def test_every_name_of_the_10_05_system_is_an_electrode():
    from mne.channels import make_standard_montage

    for montage in ("colin27_1005", "spherical_1005", "brainproducts-RNP-BA-128"):
        assert all(map(hemisphere, make_standard_montage(montage).ch_names))


@pytest.mark.parametrize(
    "name", ["C7", "A3", "F11", "B1", "D2", "E5", "FC7", "Tz", "FTz", "Fp3", "Czh", "aF3", "pO1"]
)
def test_numbers_and_letters_beyond_the_system_are_no_electrodes(name):
    assert hemisphere(name) is None
    assert mirror_name(name) == canonical_name(name) == name


MODALITIES = ("", "EEG ", "eeg ", "EEG:", "EEG-", "EEG_", "EEG", "POL ")


@pytest.mark.parametrize(
    "reference",
    (
        ",-Ref,-REF,-LE,-SLE,-AR,-Av,-AVG,-AvgRef,-CPz,-FCz,-A2,-M1,-A1A2,-A1+A2,-(A1+A2)/2,"
        "-[M1+M2]/2,-0.5*(A1+A2), - A1/A2, Ref"
    ).split(","),
)
def test_every_dress_of_an_electrode_or_derivation_is_seen_through(reference):
    for modality, duplicate in product(MODALITIES, ("", "-0", "-11")):
        for bare, name in {"FP1": "Fp1", "t3": "T7", "Cz": "Cz", "Fp1-F7": "Fp1-F7"}.items():
            assert canonical_name(f"{modality}{bare}{reference}{duplicate}") == name


@pytest.mark.parametrize(
    ("found", "name"),
    [
        ("EEG Fp1-REF", "Fp1"),
        ("EEG FP1", "Fp1"),
        ("eeg t3-le", "T7"),
        ("T4", "T8"),
        ("T5", "P7"),
        ("t6", "P8"),
        ("Fc5.", "FC5"),
        ("C3-A2", "C3"),
        ("CB1", "CB1"),
        ("EKG", "EKG"),
        ("Fp1-F7", "Fp1-F7"),
        ("EEG Fp1-F7", "Fp1-F7"),
        ("ch3", "ch3"),
        ("T8-P8-0", "T8-P8"),
        ("T5-O1", "P7-O1"),
        ("EEG A2-A1", "A2-A1"),
        ("EEG Fp1-F7-Ref", "Fp1-F7"),
        ("C3-Cz", "C3-Cz"),
        ("EOG LE", "EOG LE"),
        ("1-A1", "1-A1"),
        ("EEG001", "EEG001"),
    ],
)
def test_decorations_case_and_aliases_are_seen_through(found, name):
    assert canonical_name(found) == name


def test_mirroring_twice_gives_the_electrode_back():
    assert tuple(mirror_name(mirror_name(name)) for name in SEED_62) == SEED_62
    assert sum(mirror_name(name) == name for name in SEED_62) == 8


def test_a_mirrored_electrode_lies_on_the_other_side():
    other = {"left": "right", "right": "left", "midline": "midline"}
    assert all(hemisphere(mirror_name(name)) == other[hemisphere(name)] for name in SEED_62)


def test_what_is_no_electrode_has_no_side():
    assert hemisphere("EKG") is None
    assert mirror_name("EKG") == "EKG"
