import torch
from torch.testing import assert_close

from sklearn_eeg.nn.layers import Residual1d


def test_silent_branch_leaves_the_rectified_input():
    block = Residual1d(4, 4)
    with torch.no_grad():
        block.bn2.weight.zero_()
    x = torch.randn(2, 7, 4)
    out, missing = block(x)
    assert_close(out, x.relu())
    assert missing is None


def test_stride_halves_steps_and_mask():
    missing = torch.tensor([[False, True, True, True, True]])
    out, missing = Residual1d(4, 6, stride=2)(torch.zeros(1, 5, 4), missing)
    assert out.shape == (1, 3, 6)
    assert missing.tolist() == [[False, True, True]]
