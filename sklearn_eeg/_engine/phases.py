"""What a module may learn in its own way, before the training and after it."""

import torch


def pretrain(net, batches):
    """Let a module learn from its inputs alone.

    Its ``pretrain`` is given a function that walks through all inputs in batches, in another order
    at each call.
    """
    if hasattr(net.module_, "pretrain"):
        net.module_.train()
        net.module_.pretrain(lambda: (net.padding(batch.input) for batch in batches))


def begin(net, batches):
    """Let a module solve for its first weights, with gradients.

    Its ``begin`` is given what ``finish`` is.
    """
    if hasattr(net.module_, "begin"):
        net.module_.begin(_labelled(net, batches))


@torch.no_grad()
def finish(net, batches):
    """Let a module solve for its last weights, in evaluation mode.

    Its ``finish`` is given a function that walks through all of (input, target, weight) in batches,
    in order; the weight, with that of the class, may be ``None``.
    """
    if hasattr(net.module_, "finish"):
        net.module_.eval()
        net.module_.finish(_labelled(net, batches))


def _labelled(net, batches):
    # A criterion that judges outputs alone knows no classes.
    weigh = getattr(net.criterion_, "weigh", lambda target, weight: weight)
    return lambda: (
        (net.padding(b.input), b.target, weigh(b.target, b.weight)) for b in batches.in_order()
    )
