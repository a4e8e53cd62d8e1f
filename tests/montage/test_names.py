import numpy as np
import pytest

from sklearn_eeg.montage import SEED_62, TEN_TWENTY_19, canonical_name, locate, same_electrode

# A recording of Nihon Kohden as its own file names the channels, and as its EDF does.
NIHON = ("Fp2 Fp1 F4 F3 C4 C3 P4 P3 O2 O1 F8 F7 T4 T3 T6 T5 Fz Cz Pz E A2 A1 X1 $A2 $A1").split()
NIHON_EDF = [
    *(f"EEG {name}-Ref" for name in NIHON[:19]),
    *("POL E", "EEG A2-Ref", "EEG A1-Ref", "POL X1", "POL $A2", "POL $A1"),
]
# EEGMMIDB, EEGMAT, and the longitudinal montage of CHB-MIT.
EEGMMIDB = (
    "Fc5. Fc3. Fc1. Fcz. Fc2. Fc4. Fc6. C5.. C3.. C1.. Cz.. C2.. C4.. C6.. Cp5. Cp3. Cp1. Cpz. "
    "Cp2. Cp4. Cp6. Fp1. Fpz. Fp2. Af7. Af3. Afz. Af4. Af8. F7.. F5.. F3.. F1.. Fz.. F2.. F4.. "
    "F6.. F8.. Ft7. Ft8. T7.. T8.. T9.. T10. Tp7. Tp8. P7.. P5.. P3.. P1.. Pz.. P2.. P4.. P6.. "
    "P8.. Po7. Po3. Poz. Po4. Po8. O1.. Oz.. O2.. Iz.."
).split()
EEGMAT = [
    *(
        f"EEG {name}"
        for name in "Fp1 Fp2 F3 F4 F7 F8 T3 T4 C3 C4 T5 T6 P3 P4 O1 O2 Fz Cz Pz".split()
    ),
    *("EEG A2-A1", "ECG ECG"),
]
CHB_MIT = (
    "FP1-F7 F7-T7 T7-P7 P7-O1 FP1-F3 F3-C3 C3-P3 P3-O1 FP2-F4 F4-C4 C4-P4 P4-O2 FP2-F8 F8-T8 "
    "T8-P8-0 P8-O2 FZ-CZ CZ-PZ P7-T7 T7-FT9 FT9-FT10 FT10-T8 T8-P8-1"
).split()


def test_missing_electrodes_are_at_minus_one():
    assert locate(["Cz", "T7", "O1"], ["EEG T3-REF", "CZ"]) == [1, 0, -1]


def test_one_electrode_under_two_names_is_refused():
    with pytest.raises(ValueError, match="'T3' and 'T7', which are the same electrode"):
        locate(["Cz"], ["T3", "T7"])


def test_two_files_of_one_recording_have_the_same_names():
    assert locate(NIHON, NIHON_EDF) == locate(NIHON_EDF, NIHON) == list(range(25))


@pytest.mark.parametrize("names", [EEGMMIDB, EEGMAT, NIHON_EDF])
def test_published_recordings_hold_the_19_electrodes_once(names):
    assert same_electrode(names) is None
    places = locate(TEN_TWENTY_19, names)
    assert [canonical_name(names[place]) for place in places] == list(TEN_TWENTY_19)


def test_a_cap_of_64_electrodes_with_dots_is_understood_to_the_last():
    bare = [name.rstrip(".").upper() for name in EEGMMIDB]
    assert [canonical_name(name).upper() for name in EEGMMIDB] == bare


def test_a_derivation_recorded_twice_is_found():
    assert same_electrode(CHB_MIT) == ("T8-P8-0", "T8-P8-1")
    assert same_electrode(CHB_MIT[:-1]) is None


@pytest.mark.parametrize("twin", ["fp1", "Fp1", "Fp1-0", "EEG Fp1-Ref", "POL FP1", "Fp1-(A1+A2)/2"])
def test_every_spelling_beside_the_electrode_is_the_same_electrode(twin):
    assert same_electrode(["Cz", "Fp1", twin, "CZ"]) == ("Fp1", twin)
    assert same_electrode(np.array([twin, "Cz"])) is None


def test_the_order_of_the_first_second_mention_counts():
    assert same_electrode(["Cz", "T3", "T7", "cz"]) == ("T3", "T7")


def test_what_is_no_electrode_is_as_often_there_as_it_is_named():
    assert same_electrode(["1-A1", "2-A1", "EOG LE", "EOG RE", "Status-0", "Status-1"]) is None
    assert same_electrode([]) is same_electrode(SEED_62) is None
