import torch
from torch.testing import assert_close

from sklearn_eeg.nn.functional import gem
from sklearn_eeg.nn.layers import GeM


def test_the_power_starts_at_three_and_is_trained():
    pool = GeM()
    x = torch.rand(2, 3, 4, 5)
    assert_close(pool(x), gem(x, 3.0))
    pool(x).sum().backward()
    # A generalised mean grows with its power.
    assert pool.p.grad.item() > 0


def test_values_beyond_half_precision_are_pooled_in_single():
    x = torch.full((1, 1, 4), 100.0, dtype=torch.float16)
    assert_close(GeM()(x), torch.full((1, 1), 100.0, dtype=torch.float16))
