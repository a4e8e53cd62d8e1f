"""Who sits together in a batch: functions of an index, one list of rows a batch of one pass."""

from typing import NamedTuple

import torch


class Index(NamedTuple):
    """What a sampler may know of ``n`` rows: the class, or its shares, and the domain of each.

    Rows of one ``group`` are near copies of each other.
    """

    n: int
    target: torch.Tensor | None = None
    domain: torch.Tensor | None = None
    group: torch.Tensor | None = None

    def take(self, rows):
        """Index of some of the rows."""
        return Index(len(rows), *(None if fact is None else fact[rows] for fact in self[1:]))


def even_sizes(n, size):
    """Sizes of batches of up to ``size`` rows, equal but for one.

    The statistics of a last batch of a few rows would undo what the others taught; and of one row
    batch normalisation has no variance, so a batch of one joins the one before.

    Examples
    --------
    >>> even_sizes(24, 5), even_sizes(3, 2)
    ([5, 5, 5, 5, 4], [3])
    """
    n_batches = -(-n // size)
    sizes = [n // n_batches + (i < n % n_batches) for i in range(n_batches)]
    if len(sizes) > 1 and sizes[-1] == 1 < size:
        sizes[-2:] = [sizes[-2] + 1]
    return sizes


def even(index, size, generator):
    """Shuffle all rows, each once."""
    order = torch.randperm(index.n, generator=generator)
    return list(order.split(even_sizes(index.n, size)))


def one_domain(index, size, generator):
    """Rows of one domain in each batch, each row once, the batches shuffled."""
    parts = []
    for rows in _groups(index.domain):
        parts += [rows[part] for part in even(Index(len(rows)), size, generator)]
    return [parts[i] for i in torch.randperm(len(parts), generator=generator).tolist()]


def balanced_domains(index, size, generator, least=1):
    """As many rows of each domain in every batch; see :func:`balanced`."""
    return balanced(index.domain, size, generator, least)


def balanced_classes(index, size, generator):
    """As many rows of each class in every batch; see :func:`balanced`."""
    target = index.target
    return balanced(target if target.ndim == 1 else target.argmax(1), size, generator)


def balanced(codes, size, generator, least=1):
    """As many rows of each group in every batch, at least ``least``; one group after the other.

    A pass goes once through the largest group, and through smaller ones again and again, each time
    in another order.
    """
    groups = _groups(codes)
    longest = max(map(len, groups))
    drawn = torch.stack([rows[cycle(len(rows), longest, generator)] for rows in groups])
    sizes = even_sizes(longest, max(least, size // len(groups)))
    return [part.flatten() for part in drawn.split(sizes, 1)]


def one_of_each(sampler):
    """Sample one row of each group, another in each pass."""

    def sample(index, size, generator):
        order = torch.randperm(index.n, generator=generator)
        codes, place = index.group.cpu()[order].sort(stable=True)
        is_first = torch.ones(index.n, dtype=torch.bool)
        is_first[1:] = codes[1:] != codes[:-1]
        rows = order[place[is_first]]
        return [rows[part] for part in sampler(index.take(rows), size, generator)]

    return sample


def cycle(n, length, generator):
    """So many of ``n`` rows, none again before all have been drawn."""
    passes = [torch.randperm(n, generator=generator) for _ in range(-(-length // n))]
    return torch.cat(passes)[:length]


def _groups(codes):
    codes = codes.cpu()
    return [(codes == code).nonzero().flatten() for code in codes.unique()]
