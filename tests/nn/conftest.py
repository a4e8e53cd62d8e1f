import pytest
import torch


@pytest.fixture(autouse=True)
def seed():
    """The same weights and data in every run, and the generator of others left as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield
