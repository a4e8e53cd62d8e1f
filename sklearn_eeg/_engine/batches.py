"""Batches as slices of one shuffled index: from a tensor on the device, or from disk."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from skorch.dataset import Dataset

from sklearn_eeg._mapped import is_mapped

READ_BYTES = 2**26


class InMemory:
    """Instances that lie on the device as a whole."""

    def __init__(self, data, dtype, device):
        self.data = (_read_blocks if is_mapped(data) else _to_tensor)(data, dtype, device)
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


class Batches(Dataset):
    """Batches (x, target, weight) of rows of a source; to skorch's callbacks, one of its data sets.

    Parameters
    ----------
    source : InMemory or OnDisk
    rows : ndarray of shape (n,)
        Rows of the source, which may repeat.
    target : Tensor, first axis n
    weight : Tensor of shape (n,) or None
    size : int
        Most rows in a batch; all batches of a pass have as many, give or take one. A batch of one
        row joins the one before, since batch normalisation has no variance of one row.
    generator : torch.Generator or None
        Shuffles before each pass; ``None``: in order.
    """

    def __init__(self, source, rows, target, weight, size, generator=None):
        device = target.device
        self.source = source
        self.rows = torch.as_tensor(rows, device=device)
        # Whether the rows follow each other, so that batches of them are views.
        self.is_block = len(rows) > 0 and bool((np.diff(rows) == 1).all())
        self.y = target
        self.weight = weight
        self.size = size
        self.generator = generator

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.source.take(self.rows[i : i + 1])[0], self.y[i]

    @property
    def X(self):
        """All rows, as skorch's scoring callbacks ask for them."""
        return self.source.take(self.rows)

    @property
    def n_batches(self):
        """Batches of one pass."""
        return len(self._sizes())

    def _sizes(self):
        # Even: the statistics of a last batch of a few rows would undo what the others taught.
        n, n_batches = len(self), -(-len(self) // self.size)
        sizes = [n // n_batches + (i < n % n_batches) for i in range(n_batches)]
        if len(sizes) > 1 and sizes[-1] == 1 < self.size:
            sizes[-2:] = [sizes[-2] + 1]
        return sizes

    def __iter__(self):
        if self.generator is None:
            return self.in_order()
        order = torch.randperm(len(self), generator=self.generator)
        return self._shuffled(order.to(self.rows.device))

    def in_order(self):
        """Iterate over batches without shuffling."""
        sizes = self._sizes()
        if self.is_block and isinstance(self.source, InMemory):
            x = self.source.slices(int(self.rows[0]), sizes)
        else:
            x = self.source.walk(self.rows.split(sizes))
        weight = [None] * len(sizes) if self.weight is None else self.weight.split(sizes)
        yield from zip(x, self.y.split(sizes), weight, strict=True)

    def _shuffled(self, order):
        parts = order.split(self._sizes())
        x = self.source.walk([self.rows[part] for part in parts])
        for part, batch in zip(parts, x, strict=True):
            yield batch, self.y[part], None if self.weight is None else self.weight[part]


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
