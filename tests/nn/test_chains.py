import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.nn._chains import (
    LONGITUDINAL,
    check_chains,
    default_chains,
    mean_of_neighbours,
    mean_of_others,
)

LONGITUDINAL_NAMES = (
    "Fp1-F7 Fp2-F8 F7-T3 F8-T4 T3-T5 T4-T6 T5-O1 T6-O2 "
    "Fp1-F3 Fp2-F4 F3-C3 F4-C4 C3-P3 C4-P4 P3-O1 P4-O2"
).split()


def test_longitudinal_chains_link_electrode_to_electrode():
    paths = []
    for chain in LONGITUDINAL:
        pairs = [LONGITUDINAL_NAMES[channel].split("-") for channel in chain]
        assert [first for first, _ in pairs[1:]] == [second for _, second in pairs[:-1]]
        paths.append("-".join([pairs[0][0], *(second for _, second in pairs)]))
    assert paths == ["Fp1-F7-T3-T5-O1", "Fp2-F8-T4-T6-O2", "Fp1-F3-C3-P3-O1", "Fp2-F4-C4-P4-O2"]


@pytest.mark.parametrize("spell", [str, "EEG {}".format, str.upper, str.lower])
def test_named_derivations_make_the_chains_in_any_order(spell):
    order = np.random.default_rng(0).permutation(16)
    names = [spell(LONGITUDINAL_NAMES[place]) for place in order]
    by_name = [[int(order[place]) for place in chain] for chain in default_chains(16, names)]
    assert by_name == [list(chain) for chain in LONGITUDINAL]


def test_channels_that_are_no_derivations_make_one_chain():
    assert default_chains(16, [f"E{k}" for k in range(16)]) == (tuple(range(16)),)
    assert default_chains(17, [*LONGITUDINAL_NAMES, "Fz-Cz"]) == (tuple(range(17)),)


def test_networks_load_neither_scikit_learn_nor_mne():
    code = "import sys, sklearn_eeg.nn.models as m; m.GroupedCNN1D; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "sklearn_eeg.montage" in loaded
    assert not {"sklearn", "skorch", "mne", "pandas"} & loaded


@pytest.mark.parametrize("n_channels", [1, 5, 16])
def test_default_chains_hold_each_channel_once(n_channels):
    check_chains(default_chains(n_channels), n_channels, "Net")


@pytest.mark.parametrize("chains", [[[0, 1]], [[0, 1, 2], [2]], [[1, 2, 3]]])
def test_chains_with_a_channel_missing_or_twice_are_refused(chains):
    with pytest.raises(ValueError, match="Net: expected chains that hold each of the 3 channels"):
        check_chains(chains, 3, "Net")


def test_means_follow_their_definition():
    x = torch.randn(16)
    neighbours = mean_of_neighbours(LONGITUDINAL) @ x
    others = mean_of_others(16) @ x
    for channel in range(16):
        assert_close(others[channel], (x.sum() - x[channel]) / 15)
    for a, b, c, d in LONGITUDINAL:
        assert_close(
            neighbours[[a, b, c, d]], torch.stack([x[b], x[[a, c]].mean(), x[[b, d]].mean(), x[c]])
        )


def test_a_lone_channel_has_no_others_and_no_neighbours():
    assert mean_of_others(1).tolist() == mean_of_neighbours([(0,)]).tolist() == [[0]]
