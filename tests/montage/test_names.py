import pytest

from sklearn_eeg.montage import SEED_62, canonical_name, hemisphere, locate, mirror_name


def test_names_of_the_10_05_system_are_their_own_canonical_names():
    from mne.channels import make_standard_montage

    names = make_standard_montage("colin27_1005").ch_names
    aliases = {"T3", "T4", "T5", "T6"}
    assert [n for n in names if canonical_name(n) != n and n not in aliases] == []
    assert [n for n in names if canonical_name(n.upper()) != canonical_name(n)] == []


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


def test_missing_electrodes_are_at_minus_one():
    assert locate(["Cz", "T7", "O1"], ["EEG T3-REF", "CZ"]) == [1, 0, -1]


def test_one_electrode_under_two_names_is_refused():
    with pytest.raises(ValueError, match="'T3' and 'T7', which are the same electrode"):
        locate(["Cz"], ["T3", "T7"])
