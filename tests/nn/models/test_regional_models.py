"""What holds for all networks that read electrodes by hemisphere or region."""

import random

import pytest
import torch
from torch.testing import assert_close

from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19
from sklearn_eeg.nn.models import HSLT, R2GSTNN, BiDANN, BiHDM

CAPS = {"seed": SEED_62, "deap": DEAP_32, "10-20": TEN_TWENTY_19}
WINDOWS = {BiDANN: (4,), R2GSTNN: (4,), HSLT: (), BiHDM: ()}


def make(network, ch_names, n_channels=None, n_bands=5):
    sizes = {"n_channels": n_channels or len(ch_names), "n_bands": n_bands, "n_outputs": 3}
    sizes |= {"n_windows": 4} if network is BiDANN else {}
    return network(**sizes, ch_names=ch_names).eval()


@pytest.fixture(params=WINDOWS, ids=lambda network: network.__name__)
def network(request):
    return request.param


@pytest.mark.parametrize("cap", CAPS)
def test_relabelled_channels_change_nothing(network, cap):
    names = CAPS[cap]
    model = make(network, names)
    order = random.Random(0).sample(range(len(names)), len(names))
    other = make(network, [f"EEG {names[place].upper()}-REF" for place in order])
    other.load_state_dict(model.state_dict(), strict=True)
    x = torch.randn(2, *WINDOWS[network], len(names), 5)
    assert torch.equal(other(x[..., order, :]), model(x))


def test_a_lone_electrode_needs_no_name(network):
    model = make(network, None, n_channels=1)
    x = torch.randn(3, *WINDOWS[network], 1, 5)
    named = make(network, ["Cz"])
    named.load_state_dict(model.state_dict(), strict=True)
    assert torch.equal(named(x), model(x))
    assert not torch.equal(model(x), model(x + 1))


def test_several_electrodes_need_names(network):
    expected = f"which {network.__name__} reads its electrodes from, got none for 7 channels"
    with pytest.raises(ValueError, match=expected):
        make(network, None, n_channels=7)


def test_unknown_names_are_listed(network):
    with pytest.raises(ValueError, match=r"got X1, EKG; drop or rename"):
        make(network, ["Fp1", "X1", "Fp2", "EKG"])


def test_any_precision_and_size(network):
    model = make(network, TEN_TWENTY_19, n_bands=2).double()
    x = torch.randn(2, *WINDOWS[network], 19, 2, dtype=torch.float64)
    assert model(x).dtype == torch.float64


@pytest.mark.parametrize("network", [BiDANN, R2GSTNN], ids=lambda network: network.__name__)
class TestMissingWindows:
    def test_what_a_missing_window_holds_is_of_no_account(self, network):
        model = make(network, DEAP_32)
        x = torch.randn(2, 4, 32, 5)
        missing = torch.tensor([[False, True, False, False], [False, False, False, True]])
        gaps = x.masked_fill(missing[..., None, None], torch.nan)
        assert_close(model(gaps), model(x, missing))
        assert not torch.allclose(model(gaps), model(x))

    def test_padding_at_the_end_is_no_window(self, network):
        model = make(network, DEAP_32)
        x = torch.randn(2, 3, 32, 5)
        padded = torch.cat([x, torch.full((2, 1, 32, 5), torch.nan)], 1)
        assert_close(model(padded), model(x))

    def test_a_lost_channel_counts_as_zero(self, network):
        model = make(network, DEAP_32)
        x = torch.randn(2, 4, 32, 5)
        x[:, :, 7] = torch.nan
        assert_close(model(x), model(x.nan_to_num(0.0)))

    def test_a_trial_without_a_window_has_an_answer(self, network):
        model = make(network, DEAP_32)
        assert model(torch.full((2, 4, 32, 5), torch.nan)).isfinite().all()


@pytest.mark.parametrize("network", [BiDANN, R2GSTNN, BiHDM], ids=lambda n: n.__name__)
def test_features_unlearn_what_the_discriminators_learn(network):
    model = make(network, DEAP_32).train()
    n_features = next(model.head.parameters()).shape[1]
    source, target = (torch.randn(6, n_features, requires_grad=True) for _ in range(2))
    loss = model.domain_loss(source, target, 1.0)
    loss.backward()
    with torch.no_grad():
        moved = [features - 1e-3 * features.grad for features in (source, target)]
        assert model.domain_loss(*moved, 1.0) > loss
        for values in model.parameters():
            values -= 0 if values.grad is None else 1e-3 * values.grad
        assert model.domain_loss(source, target, 1.0) < loss
