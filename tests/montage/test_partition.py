import random

import pytest

from sklearn_eeg.montage import (
    DEAP_32,
    REGIONS,
    SEED_62,
    TEN_TWENTY_19,
    canonical_name,
    hemisphere,
    hemispheres,
    lobe,
    mirror_name,
    mirror_pairs,
    pairs_in_order,
    positions,
    regions,
)
from sklearn_eeg.montage._partition import _RULES, _apply_rule

# BioSemi's 64 electrodes and 16 of the 10-05 system.
WIDE_CAP = tuple(
    "Fp1 AF7 AF3 F1 F3 F5 F7 FT7 FC5 FC3 FC1 C1 C3 C5 T7 TP7 CP5 CP3 CP1 P1 P3 P5 P7 P9 PO7 PO3 "
    "O1 Iz Oz POz Pz CPz Fpz Fp2 AF8 AF4 AFz Fz F2 F4 F6 F8 FT8 FC6 FC4 FC2 FCz Cz C2 C4 C6 T8 TP8 "
    "CP6 CP4 CP2 P2 P4 P6 P8 P10 PO8 PO4 O2 "
    "AFF5h AFF6h FFC1h FFC2h FFT7h FFT8h FCC3h FCC4h CCP5h CCP6h CPP3h CPP4h PPO9h PPO10h OI1h OI2h"
    "".split()
)
CAPS = {"seed": SEED_62, "deap": DEAP_32, "10-20": TEN_TWENTY_19, "wide": WIDE_CAP}


def upper(names):
    return tuple(name.upper() for name in names)


@pytest.fixture(params=CAPS)
def cap(request):
    return CAPS[request.param]


@pytest.fixture(
    params=[hemispheres, lambda c: regions(c, "r2g-stnn"), lambda c: regions(c, "hslt")],
    ids=["hemispheres", "r2g-stnn", "hslt"],
)
def divide(request):
    return request.param


@pytest.mark.parametrize(
    ("kind", "table", "channels"),
    [("r2g-stnn", "r2g-stnn", SEED_62), ("hslt", "hslt-seed", SEED_62),
     ("hslt", "hslt-deap", DEAP_32)],
)  # fmt: skip
def test_caps_of_the_tables_are_divided_as_published(kind, table, channels):
    found = regions(channels, kind)
    assert list(found.items()) == list(REGIONS[table].items())


def test_seed_has_the_published_hemispheres():
    assert hemispheres(SEED_62) == REGIONS["bidann"]


def test_deap_has_sixteen_electrodes_a_side():
    left, right = hemispheres(DEAP_32).values()
    assert left == tuple("Fp1 AF3 F7 F3 FC5 FC1 T7 C3 CP5 CP1 P7 P3 PO3 O1 Fz Pz".split())
    assert right == (*map(mirror_name, left[:14]), "Cz", "Oz")


def test_each_electrode_is_in_one_part(cap, divide):
    parts = divide(cap)
    assert all(parts.values())
    assert sorted(name for part in parts.values() for name in part) == sorted(cap)


def test_order_of_the_channels_changes_nothing(cap, divide):
    shuffled = random.Random(0).sample(cap, len(cap))
    assert list(divide(shuffled).items()) == list(divide(cap).items())


def test_channels_keep_their_names(cap, divide):
    other = [f"EEG {name.upper()}-REF" for name in cap]
    parts = divide(other)
    assert {name for part in parts.values() for name in part} == set(other)
    assert [tuple(map(canonical_name, part)) for part in parts.values()] == list(
        divide(cap).values()
    )


def test_hemispheres_begin_with_pairs_and_share_out_the_midline(cap):
    left, right = hemispheres(cap).values()
    n_pairs = sum(hemisphere(name) == "left" for name in left)
    assert tuple(map(mirror_name, left[:n_pairs])) == right[:n_pairs]
    assert {hemisphere(name) for name in left[n_pairs:] + right[n_pairs:]} <= {"midline"}
    assert 0 <= len(left) - len(right) <= 1


def test_lone_electrodes_come_behind_the_pairs():
    left, right = hemispheres(["F7", "C3", "C4", "P4", "Pz"]).values()
    assert (left, right) == (("C3", "F7", "Pz"), ("C4", "P4"))


def test_regions_of_a_side_lie_there_and_mirror_each_other_by_rule():
    for kind in _RULES:
        for name in WIDE_CAP + SEED_62:
            region = _apply_rule(name, kind)
            side, _, rest = region.partition(" ")
            assert side not in ("left", "right") or hemisphere(name) == side
            twin = _apply_rule(mirror_name(name), kind)
            assert twin == (region if not rest else f"{hemisphere(mirror_name(name))} {rest}")


@pytest.mark.parametrize(
    ("table", "exceptions"),
    [("r2g-stnn", ""), ("hslt-seed", "C1 C2 CP6"), ("hslt-deap", "CP5 CP6")],
)
def test_rules_say_what_the_tables_say_but_for_a_few(table, exceptions):
    kind = table.removesuffix("-seed").removesuffix("-deap")
    other = {n for r, names in REGIONS[table].items() for n in names if _apply_rule(n, kind) != r}
    assert other == set(exceptions.split())


def test_rows_of_other_caps_join_their_neighbours():
    found = regions(WIDE_CAP, "r2g-stnn")
    assert found["prefrontal"] == tuple("AF7 AF3 Fp1 Fpz AFz Fp2 AF4 AF8".split())
    assert found["left temporal"] == tuple("FFT7h FT7 FC5 T7 C5 CCP5h TP7 CP5".split())
    assert found["right occipital"] == ("PPO10h", "PO8")
    assert found["occipital"] == ("O1", "OI1h", "Oz", "Iz", "OI2h", "O2")


def test_caps_between_the_tables_follow_that_of_seed_and_then_the_rule():
    found = regions(WIDE_CAP, "hslt")
    listed = {region: [n for n in names if n in WIDE_CAP] for region, names in
              REGIONS["hslt-seed"].items()}  # fmt: skip
    for region, names in listed.items():
        assert list(found[region][: len(names)]) == names
    assert found["prefrontal"][5:] == ("AF7", "AFz", "AF8")
    assert "CP5" in found["left parietal"]


def test_some_electrodes_of_deap_lie_as_in_deap():
    assert regions(["CP5", "CP6", "O1"], "hslt")["left temporal"] == ("CP5",)


def test_regions_lie_over_fitting_lobes():
    for region, names in regions((*SEED_62, "AF7", "AF8", "TP9", "P9"), "r2g-stnn").items():
        if region.endswith("frontal"):
            assert {lobe(name) for name in names} == {"frontal"}
        if region.endswith(("parietal", "occipital")) and region != "centroparietal":
            assert {lobe(name) for name in names} == {"posterior"}


@pytest.mark.parametrize("by", ["row", "column"])
def test_pairs_in_order_are_the_mirror_pairs_whatever_the_order_of_the_channels(cap, by):
    found = pairs_in_order(cap, by)
    assert set(found) == set(mirror_pairs(cap))
    assert pairs_in_order(random.Random(0).sample(cap, len(cap)), by) == found


def test_pairs_by_row_are_those_of_the_hemispheres():
    sides = hemispheres(SEED_62).values()
    assert pairs_in_order(SEED_62, "row") == tuple(zip(*sides, strict=True))[:27]


def test_pairs_by_column_go_back_over_the_head():
    assert [left for left, _ in pairs_in_order(TEN_TWENTY_19, "column")] == (
        "F7 T7 P7 F3 C3 P3 Fp1 O1".split()
    )
    left = [left for left, _ in pairs_in_order(SEED_62, "column")]
    x, y, _ = positions(left).T
    back = [y[i + 1] < y[i] for i in range(26)]
    # Each turn is the begin of a column further in: those of 7, 5, 3 and 1.
    turns = [i + 1 for i in range(26) if not back[i]]
    assert [left[i] for i in turns] == ["F5", "AF3", "Fp1"]
    assert x[turns[0]] < x[turns[1]] < x[turns[2]]


def test_what_is_no_electrode_of_the_scalp_is_refused_by_name(divide):
    with pytest.raises(ValueError, match=r"got EKG, A1, Fp1-F7; drop or rename"):
        divide(["Fp1", "EKG", "A1", "Cz", "Fp1-F7"])


def test_arrays_and_twins_are_refused(divide):
    with pytest.raises(ValueError, match="BioSemi's ABC layout"):
        divide([f"{letter}{k}" for letter in "ABCD" for k in range(1, 33)])
    with pytest.raises(ValueError, match="got 'T3' and 'T7', which are the same electrode"):
        divide(["Cz", "T3", "T7"])


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match=r"one of \['r2g-stnn', 'hslt'\], got 'stlt'"):
        regions(SEED_62, "stlt")
