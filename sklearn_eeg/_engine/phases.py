"""What a module may learn in its own way, before the training and after it."""

import copy

import torch

from sklearn_eeg._engine.sampling import balanced_domains


def pretrain(net, batches):
    """Let a module learn from its inputs alone, or from what subjects have in common.

    Its ``pretrain`` is given a function that walks through all inputs in batches, in another order
    at each call. Its ``pretrain_by_subject`` is given one that walks through all of (input, target,
    code of the subject), with as many rows of each subject in a batch.
    """
    net.module_.train()
    if hasattr(net.module_, "pretrain"):
        net.module_.pretrain(lambda: (net.padding(batch.input) for batch in batches))
    if hasattr(net.module_, "pretrain_by_subject"):
        mixed = copy.copy(batches)
        mixed.sampler, mixed.unlabelled = balanced_domains, None
        net.module_.pretrain_by_subject(
            lambda: ((net.padding(b.input), b.target, b.domain) for b in mixed)
        )


def begin(net, batches):
    """Let a module solve for its first weights, with gradients, and say whether it has.

    Its ``begin`` is given what ``finish`` is.
    """
    return hasattr(net.module_, "begin") and net.module_.begin(_labelled(net, batches))


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
