import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_eeg.montage import SEED_62, TEN_TWENTY_19, mirror_name, positions, unit_directions
from sklearn_eeg.montage._positions import head_centre


def test_positions_are_those_mne_gives_a_recording():
    import mne

    info = mne.create_info(list(TEN_TWENTY_19), 100.0, "eeg")
    info.set_montage("colin27_1005")
    expected = np.array([ch["loc"][:3] for ch in info["chs"]])
    assert_allclose(positions(TEN_TWENTY_19), expected, atol=1e-7)


def test_old_and_new_names_lie_at_one_place():
    assert_allclose(positions(["EEG T3-REF", "CB1"]), positions(["t7", "POO7"]))


def test_mirrored_electrodes_lie_at_mirrored_places():
    mirrored = positions([mirror_name(name) for name in SEED_62]) * [-1, 1, 1]
    assert np.linalg.norm(positions(SEED_62) - mirrored, axis=1).max() < 0.01


def test_the_centre_is_near_the_one_mne_fits():
    import mne

    info = mne.create_info(list(SEED_62[:57]), 100.0, "eeg").set_montage("colin27_1005")
    _, fitted, _ = mne.bem.fit_sphere_to_headshape(info, dig_kinds=("eeg",), verbose="error")
    assert np.linalg.norm(head_centre() - fitted) < 0.005


def test_directions_have_length_one():
    assert_allclose(np.linalg.norm(unit_directions(SEED_62), axis=1), 1)


def test_old_versions_of_mne_name_the_montage_otherwise(monkeypatch):
    import mne

    from sklearn_eeg.montage._positions import _standard_positions

    make = mne.channels.make_standard_montage
    asked = []

    def make_old(name):
        asked.append(name)
        return make("colin27_1005")

    monkeypatch.setattr(mne.channels, "get_builtin_montages", lambda: ["standard_1005"])
    monkeypatch.setattr(mne.channels, "make_standard_montage", make_old)
    found = _standard_positions.__wrapped__()
    assert asked == ["standard_1005"]
    assert_allclose(found["Cz"], positions(["Cz"])[0])


def test_unknown_electrodes_are_named():
    with pytest.raises(ValueError, match="got EKG, VEO; drop or rename"):
        positions(["Cz", "EKG", "VEO"])
