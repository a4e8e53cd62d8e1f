import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import Conv2DLSTM


def test_filters_and_units_count_as_the_arithmetic_says():
    bands, first, second, hidden, outputs = 3, 5, 7, 11, 2
    model = Conv2DLSTM(bands, 8, 9, outputs, n_filters=(first, second), n_hidden=hidden)
    convolutions = first * (9 * bands + 1) + second * (9 * first + 1)
    recurrent = 4 * hidden * (second * 2 * 2 + hidden + 1)
    head = hidden * (hidden + 1) + outputs * (hidden + 1)
    assert sum(p.numel() for p in model.parameters()) == convolutions + recurrent + head


@pytest.mark.parametrize("padding, advice", [("valid", "use same padding"), ("same", "use larger")])
def test_maps_that_vanish_are_refused(padding, advice):
    with pytest.raises(ValueError, match=rf"got 3 x 9 cells; {advice}"):
        Conv2DLSTM(15, 3, 9, 4, padding=padding)


def test_a_map_is_encoded_alike_at_every_step():
    model = Conv2DLSTM(2, 8, 9, 3)
    x = torch.randn(1, 1, 2, 8, 9).expand(1, 4, 2, 8, 9)
    steps = model.encoder(x.flatten(0, 1))
    assert_close(steps, steps[:1].expand_as(steps))


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_maps_meet_convolution_relu_and_maximum_in_this_order(padding):
    model = Conv2DLSTM(2, 17, 14, 3, padding=padding).double()
    x = wanted = torch.randn(4, 6, 2, 17, 14, dtype=torch.float64)
    weights = list(model.encoder.parameters())
    wanted = wanted.flatten(0, 1)
    for weight, bias in (weights[:2], weights[2:]):
        wanted = F.max_pool2d(F.relu(F.conv2d(wanted, weight, bias, padding=padding)), 2)
    wanted = model.head(model.recurrent(wanted.flatten(1).unflatten(0, (4, 6))))
    answers = model(x), wanted
    assert_close(*answers)
    weights = list(model.parameters())
    assert_close(*(torch.autograd.grad(answer.square().sum(), weights) for answer in answers))


def test_nan_maps_are_passed_over_and_nan_cells_are_zero():
    model = Conv2DLSTM(2, 8, 9, 3).eval()
    x = torch.randn(2, 6, 2, 8, 9)
    x[:, :, :, 0, 0] = torch.nan
    wanted = model(x.nan_to_num(0.0), missing=False)
    padded = F.pad(x, (0, 0, 0, 0, 0, 0, 2, 3), value=torch.nan)
    assert_close(model(padded), wanted)
