"""Draws that the augmentations share; all from the generator they are given."""

import torch


def uniform(shape, low, high, like, generator):
    """Uniform numbers between two bounds, of a tensor's type and device."""
    draw = torch.rand(shape, generator=generator, device=like.device, dtype=like.dtype)
    return low + (high - low) * draw


def integers(shape, low, high, like, generator):
    """Whole numbers from ``low`` up to and including ``high``, on a tensor's device."""
    return torch.randint(low, high + 1, shape, generator=generator, device=like.device)


def chosen(batch, p, generator):
    """Which trials an augmentation applies to: a mask that broadcasts over their axes."""
    mask = torch.rand(len(batch), generator=generator, device=batch.device) < p
    return mask.reshape(-1, *[1] * (batch.ndim - 1))


def random_subset(n_rows, n_items, most, like, generator):
    """For each row, from one item up to ``most`` of them: a mask (n_rows, n_items)."""
    ranks = torch.rand((n_rows, n_items), generator=generator, device=like.device).argsort(1)
    counts = integers((n_rows, 1), 1, min(most, n_items), like, generator)
    return ranks < counts
