import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from sklearn_eeg.nn.models import CDCN


class PlainNet(nn.Module):
    """Images of one plane, electrodes by bands, as the source writes it."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 24, (1, 5), bias=False)
        self.first_bn = nn.BatchNorm2d(24)
        self.parts = nn.ModuleList()
        for width in (24, 96, 168):
            for i in range(6):
                self.parts.append(nn.BatchNorm2d(width + 12 * i))
                self.parts.append(nn.Conv2d(width + 12 * i, 12, (3, 1), bias=False))
            if width < 168:
                self.parts.append(nn.BatchNorm2d(width + 72))
                self.parts.append(nn.Conv2d(width + 72, width + 72, 1))
        self.last_bn = nn.BatchNorm2d(240)
        self.head = nn.Linear(240, 3)

    def forward(self, x):
        x = F.relu(self.first_bn(self.first(x[:, None])))
        for norm, conv in zip(self.parts[::2], self.parts[1::2], strict=True):
            new = F.relu(norm(x))
            if conv.kernel_size == (3, 1):
                x = torch.cat([x, conv(F.pad(new, (0, 0, 1, 1)))], 1)
            else:
                x = conv(new)
                x = F.max_pool2d(F.pad(x, (0, 0, 0, x.shape[2] % 2)), (2, 1))
        return self.head(F.relu(self.last_bn(x)).mean((2, 3)))


@pytest.mark.parametrize("n_channels", [62, 32, 5, 1])
@pytest.mark.parametrize("training", [True, False])
def test_images_of_one_plane_give_the_same_numbers(n_channels, training):
    plain = PlainNet().double().train(training)
    ours = CDCN(5, 3, dropout=0.0, head_dropout=0.0).double().train(training)
    values = zip(ours.state_dict().items(), plain.state_dict().values(), strict=True)
    ours.load_state_dict({key: value.reshape(own.shape) for (key, own), value in values})
    x = torch.randn(6, n_channels, 5, dtype=torch.float64)
    wanted, got = plain(x), ours(x)
    assert_close(got, wanted)
    F.cross_entropy(wanted, torch.tensor([0, 1, 2, 0, 1, 2])).backward()
    F.cross_entropy(got, torch.tensor([0, 1, 2, 0, 1, 2])).backward()
    for theirs, mine in zip(plain.parameters(), ours.parameters(), strict=True):
        assert_close(mine.grad, theirs.grad.reshape(mine.shape))


def test_no_electrode_is_lost_where_their_number_is_odd():
    model, x = CDCN(5, 3).eval(), torch.randn(2, 7, 5)
    x.requires_grad_()
    model(x).sum().backward()
    assert (x.grad.abs().sum((0, 2)) > 0).all()


def test_electrodes_are_neighbours_as_they_stand():
    model, x = CDCN(5, 3).eval(), torch.randn(2, 8, 5)
    mirrored = CDCN(5, 3).eval()
    weights = model.state_dict()
    mirrored.load_state_dict({k: w.flip(-1) if w.ndim == 3 else w for k, w in weights.items()})
    assert not torch.allclose(model(x.flip(1)), model(x))
    assert_close(mirrored(x.flip(1)), model(x))
