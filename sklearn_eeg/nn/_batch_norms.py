"""Running statistics of batch normalisations, measured anew on other data."""

import torch
from torch.nn.modules.batchnorm import _BatchNorm


def batch_norms(module):
    """Batch normalisations of a module that keep running statistics."""
    norms = [part for part in module.modules() if isinstance(part, _BatchNorm)]
    return [norm for norm in norms if norm.running_mean is not None]


@torch.no_grad()
def measure_batch_norms(module, run):
    """Put the statistics of some data into each batch normalisation.

    One layer after the other, in the order in which data meet them: each is measured behind those
    that were measured before. So in evaluation mode the module answers as it would while training
    on all of these data in one batch, without dropout, however they are batched.

    Parameters
    ----------
    module : torch.nn.Module
        Left in evaluation mode.
    run : callable
        Without arguments; each call passes all data through the module.

    Examples
    --------
    >>> norm, x = torch.nn.BatchNorm1d(2), torch.randn(8, 2)
    >>> measure_batch_norms(norm, lambda: [norm(part) for part in x.split(4)])
    >>> torch.allclose(norm(x), norm.train()(x), atol=1e-5)
    True
    """
    module.eval()
    for norm in _in_order_of_use(batch_norms(module), run):
        _measure(norm, run)


def _in_order_of_use(norms, run):
    used = {}
    hooks = [
        norm.register_forward_pre_hook(lambda norm, _: used.setdefault(norm)) for norm in norms
    ]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return list(used)


def _measure(norm, run):
    parts, momentum = [], norm.momentum

    def keep(norm, inputs, _):
        parts.append((_count(norm, *inputs), norm.running_mean.clone(), norm.running_var.clone()))

    # Its running statistics are then those of each batch.
    norm.train().momentum = 1.0
    hook = norm.register_forward_hook(keep)
    try:
        run()
    finally:
        hook.remove()
        norm.eval().momentum = momentum
    counts, means, variances = map(torch.stack, zip(*parts, strict=True))
    counts = counts.to(means.dtype).unsqueeze(1)
    share = counts / counts.sum()
    mean = (share * means).sum(0)
    # Each batch's variance is the unbiased one, that of all is not.
    within = variances * (counts - 1) / counts
    norm.running_mean.copy_(mean)
    norm.running_var.copy_((share * (within + (means - mean).square())).sum(0))


def _count(norm, x, missing=None):
    """Values that enter the statistics of a channel."""
    if missing is not None:
        return (~missing).sum()
    return torch.tensor(x.numel() // norm.num_features, device=x.device)
