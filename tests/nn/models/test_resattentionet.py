import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models import ResAttentioNet


class PlainBlock(nn.Module):
    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.conv1 = nn.Conv1d(n_in, n_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm1d(n_out)
        self.conv2 = nn.Conv1d(n_out, n_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm1d(n_out)
        self.shortcut = nn.Sequential()
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.Sequential(
                nn.Conv1d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm1d(n_out)
            )

    def forward(self, x):
        inner = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))


class PlainNet(nn.Module):
    """The network as torch's own layers build it."""

    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv1d(n_features, 16, 7, 2, 3, bias=False), nn.BatchNorm1d(16), nn.ReLU()
        )
        widths = [(16, 16, 1), (16, 32, 2), (32, 64, 2), (64, 128, 2)]
        self.blocks = nn.Sequential()
        for n_in, n_out, stride in widths:
            self.blocks.append(PlainBlock(n_in, n_out, stride))
            self.blocks.append(PlainBlock(n_out, n_out, 1))
        self.pool = nn.Module()
        self.pool.query = nn.Parameter(torch.randn(1, 1, 128))
        self.pool.attention = nn.MultiheadAttention(128, 2, batch_first=True)
        self.head = nn.Sequential(nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, n_outputs))

    def forward(self, x):
        x = F.max_pool1d(self.stem(x.transpose(1, 2)), 3, 2, 1)
        x = self.blocks(x).transpose(1, 2)
        query = self.pool.query.expand(len(x), -1, -1)
        return self.head(self.pool.attention(query, x, x)[0].squeeze(1))


@pytest.fixture
def model():
    """A network without dropout whose normalisations have seen data."""
    model = ResAttentioNet(6, 3, dropout=0.0)
    with torch.no_grad():
        for _ in range(3):
            model(torch.randn(8, 64, 6) * 2 + 1)
        for name, parameter in model.named_parameters():
            if "bn" in name or "shortcut.1" in name:
                parameter.add_(0.3 * torch.randn_like(parameter))
    return model


@pytest.mark.parametrize(
    "n_outputs, n_parameters", [(3, 359_811), (4, 359_940), (5, 360_069), (7, 360_327)]
)
def test_parameter_counts_of_the_published_weights(n_outputs, n_parameters):
    model = ResAttentioNet(310, n_outputs)
    assert sum(p.numel() for p in model.parameters()) == n_parameters


@pytest.mark.parametrize("n_times", [1, 2, 33, 60])
@pytest.mark.parametrize("training", [True, False])
def test_plain_torch_layers_give_the_same_numbers(n_times, training):
    plain, ours = PlainNet(20, 3).double(), ResAttentioNet(20, 3, dropout=0.0).double()
    # By position, as published weights are loaded.
    values = plain.state_dict().values()
    ours.load_state_dict(dict(zip(ours.state_dict(), values, strict=True)))
    plain.train(training), ours.train(training)
    x = torch.randn(8, n_times, 20, dtype=torch.float64)
    y = torch.randint(3, (8,))
    wanted, got = plain(x), ours(x)
    assert_close(got, wanted)
    F.cross_entropy(wanted, y).backward()
    F.cross_entropy(got, y).backward()
    for theirs, mine in zip(plain.parameters(), ours.parameters(), strict=True):
        assert_close(mine.grad, theirs.grad)
    assert_close(list(ours.buffers()), list(plain.buffers()))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("n_windows, n_padded", [(13, 60), (33, 60), (60, 74), (1, 40)])
def test_missing_windows_at_the_end_change_nothing(model, training, n_windows, n_padded):
    model.train(training)
    x = torch.randn(5, n_windows, 6)
    padded = F.pad(x, (0, 0, 0, n_padded - n_windows), value=torch.nan)
    buffers = [b.clone() for b in model.buffers()]
    wanted = model(x)
    after = [b.clone() for b in model.buffers()]
    with torch.no_grad():
        for buffer, before in zip(model.buffers(), buffers, strict=True):
            buffer.copy_(before)
    assert_close(model(padded), wanted, atol=1e-5, rtol=1e-5)
    assert_close(list(model.buffers()), after, atol=1e-5, rtol=1e-5)


def test_missing_windows_before_the_start_shift_the_weights(model):
    model.eval()
    x = torch.randn(2, 40, 6)
    padded = F.pad(x, (0, 0, 32, 0), value=torch.nan)
    assert_close(model(padded), model(x), atol=1e-5, rtol=1e-5)
    weights = model.attention_weights(padded)
    assert (weights[..., 0] == 0).all()
    assert_close(weights[..., 1:], model.attention_weights(x), atol=1e-5, rtol=1e-5)


def test_trials_of_a_batch_do_not_see_each_others_gaps(model):
    model.eval()
    x = torch.randn(3, 60, 6)
    x[0, 20:] = torch.nan
    x[1, 5:50] = torch.nan
    x[2] = torch.nan
    together = model(x)
    assert together.isfinite().all()
    assert_close(together, torch.cat([model(trial[None]) for trial in x]), atol=1e-5, rtol=1e-5)


def test_a_lost_channel_is_zero_and_its_window_present(model):
    model.eval()
    x = torch.randn(2, 40, 6)
    x[0, :, 2] = torch.nan
    assert_close(model(x), model(x.nan_to_num(0.0), missing=False))


def test_a_mask_says_the_same_as_nan(model):
    model.eval()
    x = torch.randn(2, 60, 6)
    missing = torch.arange(60).expand(2, 60) >= 25
    assert_close(model(x, missing), model(x.masked_fill(missing[..., None], torch.nan)))


def test_a_batch_without_a_window_trains_finitely(model):
    out = model(torch.full((3, 60, 6), torch.nan))
    out.sum().backward()
    assert out.isfinite().all()
    assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())


def test_attention_weights_sum_to_one_over_present_steps(model):
    model.eval()
    x = torch.randn(2, 200, 6)
    x[1, 64:] = torch.nan
    weights = model.attention_weights(x)
    assert weights.shape == (2, 2, 7)
    assert_close(weights.sum(-1), torch.ones(2, 2))
    assert (weights[1, :, 2:] == 0).all()
    assert (weights[1, :, :2] > 0).all()


def test_low_precision_stays_close(model):
    model.eval()
    x = torch.randn(4, 60, 6)
    x[0, 30:] = torch.nan
    with torch.autocast("cpu", torch.bfloat16):
        low = model(x)
    assert low.dtype == torch.bfloat16
    assert_close(low.float(), model(x), atol=0.05, rtol=0.05)


def test_low_precision_trains(model):
    x = torch.randn(4, 60, 6)
    x[0, 30:] = torch.nan
    with torch.autocast("cpu", torch.bfloat16):
        loss = F.cross_entropy(model(x).float(), torch.tensor([0, 1, 2, 0]))
    loss.backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())
