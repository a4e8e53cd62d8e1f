"""MS-MDA: shared layers, then a branch a source subject, each brought near the target."""

from itertools import chain, pairwise
from math import log
from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.alignment import mmd
from sklearn_eeg.nn.functional import sigmoid_ramp
from sklearn_eeg.nn.layers._branch_batch_norm1d import BranchBatchNorm1d
from sklearn_eeg.nn.layers._branch_linear import BranchLinear


class MSMDA(nn.Module):
    r"""Layers that all share, then a branch of features and logits for each source subject.

    (batch, ...) -> (batch, class); what an instance holds is flattened to features. The answer for
    a subject that is not known is the logarithm of the mean over the branches of their
    probabilities; for a source, the logits of its branch. The branches are one product.

    Beside the target, the features :math:`f_m` of the batch's source m and :math:`g_i` of the
    target in each branch i give the loss between the domains, both means over rows,

    .. math:: \gamma\,\mathrm{MMD}(f_m, g_m) + \frac{\gamma}{100} \sum_{i \neq m}
       \overline{\lvert \mathrm{softmax}(g_m) - \mathrm{softmax}(g_i) \rvert}

    with :math:`\gamma` from 0 to nearly 1 over the training
    (:func:`~sklearn_eeg.nn.functional.sigmoid_ramp`). A branch's running statistics are then of
    both, of the target mostly.

    Parameters
    ----------
    n_features, n_outputs : int
    n_domains : int, default=1
        Source subjects, a branch each.
    n_shared : tuple of (int, int, int), default=(256, 128, 64)
        Units of the layers that all share.
    n_hidden : int, default=32
        Features of a branch.
    kernel : {"linear", "gaussian"}, default="linear"
        Of the discrepancy. ``"linear"``: squared distance of the means;
        ``"gaussian"``: :func:`sklearn_eeg.nn.alignment.mmd`.

    Notes
    -----
    152,170 parameters for 310 features, 14 sources and 3 classes.

    =========================================  ==================================================
    Left open by the source                    Our decision
    =========================================  ==================================================
    Kernel of the discrepancy                  Linear, as published: the mean of all products of
                                               row differences, which pairs rows and so needs equal
                                               batches, is the squared distance of the two means
    The disagreement is of features            As published; not of the branches' probabilities
    Widths for 160 features (128, 64, 64)      ``n_shared=(128, 64, 64)``
    No target                                  The branches alone; a branch's statistics are then
                                               those of its own source
    Optimizer made anew in each round          One optimizer, whose momentum lasts
    Best iteration by labels of the target     Never; ``validation`` holds out source subjects
    Scaled by the target's own least and most  What stands before in the pipeline decides
    The last incomplete batch is dropped       Batches of even size, each row once
    =========================================  ==================================================

    References
    ----------
    Chen et al. (2021), MS-MDA: Multisource marginal distribution adaptation for cross-subject and
    cross-session EEG emotion recognition, Frontiers in Neuroscience 15.
    https://doi.org/10.3389/fnins.2021.778488

    Examples
    --------
    >>> import torch
    >>> model = MSMDA(n_features=310, n_outputs=3, n_domains=14)
    >>> x = torch.randn(4, 62, 5)
    >>> model(x).exp().sum(1)
    tensor([1.0000, 1.0000, 1.0000, 1.0000], grad_fn=<SumBackward1>)
    >>> model(x, domain=torch.tensor([7, 7, 7, 7])).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        n_domains: int = 1,
        n_shared: tuple[int, int, int] = (256, 128, 64),
        n_hidden: int = 32,
        kernel: Literal["linear", "gaussian"] = "linear",
    ) -> None:
        super().__init__()
        widths = (n_features, *n_shared)
        layers = [(nn.Linear(*pair), nn.LeakyReLU(0.01)) for pair in pairwise(widths)]
        self.shared = nn.Sequential(nn.Flatten(), *chain(*layers))
        self.extract = nn.Linear(widths[-1], n_domains * n_hidden)
        self.norm = BranchBatchNorm1d(n_domains, n_hidden)
        self.head = BranchHead(n_domains, n_hidden, n_outputs)
        self.discrepancy = KERNELS[kernel]

    def forward(self, x: torch.Tensor, domain: torch.Tensor | None = None) -> torch.Tensor:
        """Logits of each row's branch, or of the mean over all where nobody knows the branch.

        Parameters
        ----------
        x : Tensor of shape (batch, ...)
        domain : LongTensor of shape (batch,), default=None
            Code of each row's source.

        Returns
        -------
        Tensor of shape (batch, class)
        """
        features = self.extract(self.shared(x)).unflatten(1, self.norm.shape)
        features = own_branch(features, domain)
        return self.head(F.leaky_relu(self.norm(features, domain), 0.01), domain)

    def domain_loss(
        self, source: torch.Tensor, target: torch.Tensor, progress: float, domain: torch.Tensor
    ) -> torch.Tensor:
        """Discrepancy and disagreement, for a batch of one source.

        Parameters
        ----------
        source : Tensor of shape (batch, feature)
            In their own branch.
        target : Tensor of shape (batch, branch * feature)
            In all branches.
        progress : float
        domain : LongTensor of shape (batch,)
            Source of the rows, the same for all.
        """
        strength = sigmoid_ramp(progress)
        target = target.unflatten(1, self.norm.shape)
        one = domain[:1]
        mine = target.index_select(1, one)
        shares = target.softmax(2)
        apart = (shares.index_select(1, one) - shares).abs().mean((0, 2)).sum()
        return strength * (self.discrepancy(source, mine.squeeze(1)) + apart / 100)


class BranchHead(nn.Module):
    """Logits of each row's branch, or the logarithm of the branches' mean probability."""

    def __init__(self, n_branches, n_features, n_outputs):
        super().__init__()
        self.each = BranchLinear(n_branches, n_features, n_outputs)

    def forward(self, x, branch=None):
        """(batch, branch, feature), or (batch, feature) with the branch of each row, to logits."""
        n_branches = len(self.each.weight)
        if branch is not None:
            x = x.unsqueeze(1).expand(-1, n_branches, -1)
            return own_branch(self.each(x), branch)
        return self.each(x).log_softmax(2).logsumexp(1) - log(n_branches)


def own_branch(x, branch):
    """Each row's own branch, (batch, branch, feature) -> (batch, feature); all where it is None."""
    if branch is None:
        return x
    return torch.einsum("nb,nbf->nf", F.one_hot(branch, x.shape[1]).to(x.dtype), x)


def distance_of_means(source, target):
    """Squared distance of the means over rows: the discrepancy by a linear kernel."""
    return (source.mean(0) - target.mean(0)).square().sum()


KERNELS = {"linear": distance_of_means, "gaussian": mmd}
