"""Batches as slices of one shuffled index: from a tensor on the device, or from disk."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from skorch.dataset import Dataset

from sklearn_eeg._engine.sampling import Index, cycle, even, even_sizes, one_of_each
from sklearn_eeg._mapped import is_mapped

READ_BYTES = 2**26


class InMemory:
    """Instances that lie on the device as a whole."""

    def __init__(self, data, dtype, device):
        self.data = (_read_blocks if is_mapped(data) else _to_tensor)(data, dtype, device)
        self.dtype = dtype
        self.device = device

    def take(self, rows):
        """Rows, by their numbers on the device."""
        return self.data.index_select(0, rows)

    def walk(self, parts):
        """Each part's rows."""
        return map(self.take, parts)

    def slices(self, first, sizes):
        """Rows that follow each other, from the first on, without a copy."""
        return self.data[first : first + sum(sizes)].split(sizes)


class OnDisk:
    """Instances read as they are needed, one batch ahead, so that memory holds two batches."""

    def __init__(self, data, dtype, device):
        self.data = data
        self.dtype = dtype
        self.device = device

    def take(self, rows):
        """Rows, by their numbers."""
        batch = torch.from_numpy(self.data[rows.cpu().numpy()]).to(self.dtype)
        if self.device.type == "cuda":
            return batch.pin_memory().to(self.device, non_blocking=True)
        return batch.to(self.device)

    def walk(self, parts):
        """Each part's rows, while the next part is read."""
        with ThreadPoolExecutor(1) as pool:
            ahead = None
            for part in parts:
                ready, ahead = ahead, pool.submit(self.take, part)
                if ready is not None:
                    yield ready.result()
            if ahead is not None:
                yield ahead.result()


def make_source(data, dtype, device):
    """The source for an array: streamed from a memory map to a CPU, or if a GPU has no room."""
    fits = _fits(data.size * dtype.itemsize, device)
    streams = is_mapped(data) if device.type == "cpu" else not fits
    return (OnDisk if streams else InMemory)(data, dtype, device)


class Batch(NamedTuple):
    """What one step sees: instances, and what belongs to each.

    ``input`` is (batch, ...); ``target`` codes or shares of classes, or values; ``weight`` of the
    loss, (batch,); ``domain`` the code of the subject trained on, (batch,); ``extra`` more input by
    name; ``unlabelled`` a batch of the target domain, of as many instances, without a target.
    """

    input: torch.Tensor
    target: torch.Tensor | None = None
    weight: torch.Tensor | None = None
    domain: torch.Tensor | None = None
    extra: dict = {}  # noqa: RUF012
    unlabelled: "Batch | None" = None

    def take(self, rows):
        """Some of the instances; of the target domain all."""
        part = [None if fact is None else fact[rows] for fact in self[:4]]
        extra = {name: block[rows] for name, block in self.extra.items()}
        return Batch(*part, extra, self.unlabelled)


class Batches(Dataset):
    """Batches of rows of a source; to skorch's callbacks, one of its data sets.

    Parameters
    ----------
    source : InMemory or OnDisk
    rows : ndarray of shape (n,)
        Rows of the source, which may repeat.
    size : int
        Most rows in a batch; see :mod:`~sklearn_eeg._engine.sampling`.
    target, weight, domain, group : Tensor, first axis n, or None
    extra : dict of str to source
        More input, with the rows of ``source``.
    generator : torch.Generator or None
        Shuffles before each pass; ``None``: in order.
    sampler : callable
        (index, size, generator) -> the rows of each batch of a pass.
    unlabelled : Batches or None
        Of the target domain.
    """

    def __init__(
        self,
        source,
        rows,
        size,
        target=None,
        weight=None,
        domain=None,
        group=None,
        extra=None,
        generator=None,
        sampler=even,
        unlabelled=None,
    ):
        self.source = source
        self.rows = torch.as_tensor(rows, device=source.device)
        # Whether the rows follow each other, so that batches of them are views.
        self.is_block = len(rows) > 0 and bool((np.diff(rows) == 1).all())
        self.size = size
        self.y = target
        self.weight = weight
        self.domain = domain
        self.group = group
        self.extra = extra or {}
        self.generator = generator
        self.sampler = sampler
        self.unlabelled = unlabelled

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.source.take(self.rows[i : i + 1])[0], self.y[i]

    def only(self, places):
        """Batches of some of these rows, by their places, in order."""
        return Batches(self.source, self.rows[places].cpu().numpy(), self.size, extra=self.extra)

    @property
    def X(self):
        """All rows, as skorch's scoring callbacks ask for them."""
        return self.source.take(self.rows)

    def draw(self):
        """Places of the rows of each batch of one pass, in another order at each call."""
        return [part.to(self.rows.device) for part in self._draw(self.generator)]

    def count(self):
        """Count the batches of one pass."""
        return len(self._draw(torch.Generator()))

    def _draw(self, generator):
        index = Index(len(self), self.y, self.domain, self.group)
        sampler = self.sampler if self.group is None else one_of_each(self.sampler)
        return sampler(index, self.size, generator)

    def __iter__(self):
        return self.in_order() if self.generator is None else self.walk(self.draw())

    def in_order(self):
        """Iterate over batches without shuffling."""
        sizes = even_sizes(len(self), self.size)
        places = torch.arange(len(self), device=self.rows.device).split(sizes)
        if self.is_block and isinstance(self.source, InMemory):
            inputs = self.source.slices(int(self.rows[0]), sizes)
        else:
            inputs = self.source.walk(self.rows.split(sizes))
        return map(self._batch, places, inputs)

    def walk(self, parts):
        """Iterate over the batches of such parts, each with one of the target domain beside."""
        inputs = self.source.walk([self.rows[part] for part in parts])
        batches = map(self._batch, parts, inputs)
        if self.unlabelled is None:
            return batches
        others = self.unlabelled.walk(self._draw_unlabelled([len(part) for part in parts]))
        return (batch._replace(unlabelled=b) for batch, b in zip(batches, others, strict=True))

    def _batch(self, part, x):
        extra = {name: source.take(self.rows[part]) for name, source in self.extra.items()}
        facts = (None if f is None else f[part] for f in (self.y, self.weight, self.domain))
        return Batch(x, *facts, extra)

    def _draw_unlabelled(self, sizes):
        order = cycle(len(self.unlabelled), sum(sizes), self.generator)
        return order.to(self.rows.device).split(sizes)


def _to_tensor(data, dtype, device):
    # Torch warns of arrays that may not be written, which it would not do anyway.
    data = np.asarray(data)
    if not data.flags.writeable or any(stride < 0 for stride in data.strides):
        data = data.copy()
    return torch.from_numpy(data).to(device, dtype)


def _read_blocks(data, dtype, device):
    # What is on disk goes to the device without passing through memory as a whole.
    out = torch.empty(data.shape, dtype=dtype, device=device)
    step = max(1, READ_BYTES // max(1, data[:1].nbytes))
    for start in range(0, len(data), step):
        out[start : start + step] = _to_tensor(data[start : start + step], dtype, device)
    return out


def _fits(n_bytes, device):
    if device.type != "cuda":
        return True
    # Half of what is free, so that the model, its activations and a neighbour's fold fit too.
    return n_bytes < torch.cuda.mem_get_info(device)[0] / 2
