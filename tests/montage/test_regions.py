import pytest

from sklearn_eeg.montage import (
    DEAP_32,
    LOBES,
    REGIONS,
    SEED_62,
    SEED_CAUDAL_PAIRS,
    SEED_MIRROR_PAIRS,
    hemisphere,
    lobe,
    mirror_name,
    mirror_pairs,
    positions,
)


@pytest.mark.parametrize(
    ("model", "n_regions", "channels"),
    [("bidann", 2, SEED_62), ("r2g-stnn", 16, SEED_62), ("hslt-seed", 9, SEED_62),
     ("hslt-deap", 9, DEAP_32)],
)  # fmt: skip
def test_regions_cover_each_channel_once(model, n_regions, channels):
    regions = REGIONS[model]
    assert len(regions) == n_regions
    assert sorted(name for names in regions.values() for name in names) == sorted(channels)


def test_hemispheres_begin_with_mirrored_pairs():
    left, right = REGIONS["bidann"].values()
    assert tuple(zip(left, right, strict=True))[:27] == SEED_MIRROR_PAIRS
    assert len(left) == len(right) == 31


def test_regions_named_left_and_right_lie_there():
    for regions in REGIONS.values():
        for name, channels in regions.items():
            side = name.split()[0]
            if side in ("left", "right") and " " in name:
                assert {hemisphere(channel) for channel in channels} <= {side, "midline"}


def test_the_seed_family_has_27_and_23_pairs():
    assert len(SEED_MIRROR_PAIRS) == 27
    assert (
        len(SEED_CAUDAL_PAIRS) == len({ch for pair in SEED_CAUDAL_PAIRS for ch in pair}) / 2 == 23
    )


def test_caudal_pairs_lie_one_behind_the_other():
    frontal, posterior = zip(*SEED_CAUDAL_PAIRS, strict=True)
    assert (positions(frontal)[:, 1] > positions(posterior)[:, 1]).all()


def test_mirror_pairs_keep_the_names_of_the_data():
    assert mirror_pairs(["EEG T3-REF", "EEG T4-REF", "EEG O1-REF"]) == (
        ("EEG T3-REF", "EEG T4-REF"),
    )


def test_each_scalp_electrode_of_the_caps_lies_over_one_lobe_its_mirror_image_over_the_same():
    for name in SEED_62:
        assert sum(lobe(name) == region for region in LOBES) == 1
        assert lobe(mirror_name(name)) == lobe(name)
    front_to_back = ("frontal", "central", "posterior")
    y = [
        positions([n for n in SEED_62 if lobe(n) == region])[:, 1].mean()
        for region in front_to_back
    ]
    assert y == sorted(y, reverse=True)


@pytest.mark.parametrize("name", ["A1", "M2", "EKG", "AFF1h", "Fp1-F7"])
def test_what_lies_over_no_lobe_has_none(name):
    assert lobe(name) is None
