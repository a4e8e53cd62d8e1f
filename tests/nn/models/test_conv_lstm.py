import torch
import torch.nn.functional as F
from torch.testing import assert_close

from sklearn_eeg.nn.models import ConvLSTMNet


def test_nan_maps_are_passed_over_and_nan_cells_are_zero():
    model = ConvLSTMNet(2, 4, 5, 3).eval()
    x = torch.randn(2, 6, 2, 4, 5)
    x[:, :, :, 0, 0] = torch.nan
    wanted = model(x.nan_to_num(0.0), missing=False)
    padded = F.pad(x, (0, 0, 0, 0, 0, 0, 2, 3), value=torch.nan)
    assert_close(model(padded), wanted)


def test_a_trial_without_a_map_is_finite():
    out = ConvLSTMNet(2, 4, 5, 3)(torch.full((2, 3, 2, 4, 5), torch.nan))
    out.sum().backward()
    assert out.isfinite().all()
