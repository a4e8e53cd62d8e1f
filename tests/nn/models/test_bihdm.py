import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.montage import (
    SEED_62,
    SEED_MIRROR_PAIRS,
    TEN_TWENTY_19,
    locate,
    mirror_name,
    pairs_in_order,
)
from sklearn_eeg.nn.models import BiHDM


def walk(rnn, x):
    """States of a recurrent network after each electrode, one after the other."""
    state, states = torch.zeros(len(x), rnn.hidden_size, dtype=x.dtype), []
    for step in x.unbind(1):
        here = step @ rnn.weight_ih_l0.T + rnn.bias_ih_l0
        state = torch.tanh(here + state @ rnn.weight_hh_l0.T + rnn.bias_hh_l0)
        states.append(state)
    return torch.stack(states, 1)


def plain_nodes(part, x, pairs, names):
    left, right = (x[:, locate(side, names)] for side in zip(*pairs, strict=True))
    states = walk(part.along_both, walk(part.along_left, left) - walk(part.along_right, right))
    nodes = torch.einsum("bnd,kn->bdk", states, part.mix.weight) + part.bias
    nodes = torch.where(nodes > 0, nodes, 0.01 * nodes)
    return torch.einsum("od,bdk->bok", part.narrow.weight, nodes)


def test_both_walks_go_through_plain_steps():
    model = BiHDM(62, 5, 3, ch_names=SEED_62).double()
    x = torch.randn(4, 62, 5, dtype=torch.float64)
    parts = ((model.horizontal, "row"), (model.vertical, "column"))
    nodes = [plain_nodes(part, x, pairs_in_order(SEED_62, by), SEED_62) for part, by in parts]
    assert_close(model(x), model.head(sum(nodes).flatten(1)))


def test_twenty_six_pairs_count_as_published():
    names = [name for pair in SEED_MIRROR_PAIRS[:26] for name in pair]
    model = BiHDM(52, 5, 3, ch_names=names)
    assert sum(p.numel() for p in model.parameters()) == 11_421


def test_the_vertical_walk_is_vertical():
    model = BiHDM(62, 5, 3, ch_names=SEED_62)
    left = [SEED_62[place] for place in model.vertical.left]
    assert left != [SEED_62[place] for place in model.horizontal.left]
    assert left[:6] == "F7 FT7 T7 TP7 P7 PO7".split()
    x = torch.randn(2, 62, 5)
    before = model(x)
    model.vertical.left = model.vertical.left.flip(0)
    model.vertical.right = model.vertical.right.flip(0)
    assert not torch.allclose(model(x), before)


def test_the_midline_is_left_out():
    model = BiHDM(19, 5, 3, ch_names=TEN_TWENTY_19)
    x = torch.randn(2, 19, 5)
    other = x.clone()
    other[:, locate(["Fz", "Cz", "Pz"], TEN_TWENTY_19)] = torch.nan
    assert torch.equal(model(x), model(other))


def test_swapping_hemispheres_changes_the_sign_of_what_they_differ_in():
    model = BiHDM(19, 5, 3, ch_names=TEN_TWENTY_19)
    seen = []
    for part in (model.horizontal, model.vertical):
        part.along_right.load_state_dict(part.along_left.state_dict())
        part.along_both.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    swap = locate(map(mirror_name, TEN_TWENTY_19), TEN_TWENTY_19)
    x = torch.randn(2, 19, 5)
    for signals in (x, x[:, swap], x[:, swap][:, swap]):
        model(signals)
    assert_close(seen[2:4], [-difference for difference in seen[:2]])
    assert_close(seen[4:], seen[:2])


def test_electrodes_without_a_mirror_image_are_refused():
    with pytest.raises(ValueError, match="expected electrodes that mirror each other, got none"):
        BiHDM(3, 5, 3, ch_names=["Fz", "Cz", "F7"])
