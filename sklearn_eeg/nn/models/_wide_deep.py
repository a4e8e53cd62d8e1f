"""WideDeep: a line, and one hidden layer beside it that begins at nothing."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._types import Passes


class WideDeep(nn.Module):
    """A line and a hidden layer, summed: (batch, ...) -> (batch, class), logits.

    Logistic regression that may bend. The last layer of either part begins at zero, so that the
    network is the line until the hidden layer has found something that a line cannot have; with
    ``start="logistic"``, :meth:`begin` puts the line where logistic regression ends.

    Parameters
    ----------
    n_features : int
        Values of a window, such as 62 electrodes x 5 bands = 310.
    n_outputs : int
    n_hidden : int, default=64
        Units of the hidden layer.
    dropout : float, default=0.5
        Of the hidden units; half of it of the values that enter them.
    start : {"zero", "logistic"}, default="zero"
        Where the line begins: at zero, or at the solution of logistic regression.
    C : float, default=0.1
        Inverse strength of that regression's penalty, as in scikit-learn.

    Notes
    -----
    21,032 parameters for 310 values and 3 classes.

    ==========================================  ===================================================
    Left open by the source                     Our decision
    ==========================================  ===================================================
    Another task: which values, which sizes     The same values for both parts; 64 units, one layer
    Products of values in the wide part         None: the hidden layer has to find them
    First weights                               Line and last layer zero
    An optimizer for each part                  One for both
    Regularization                              Dropout before and behind the hidden layer
    ==========================================  ===================================================

    References
    ----------
    Cheng et al. (2016), Wide & deep learning for recommender systems, DLRS,
    https://doi.org/10.1145/2988450.2988454

    Examples
    --------
    >>> model = WideDeep(n_features=310, n_outputs=3)
    >>> model(torch.randn(2, 62, 5)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        n_hidden: int = 64,
        dropout: float = 0.5,
        start: str = "zero",
        C: float = 0.1,
    ) -> None:
        super().__init__()
        if start not in ("zero", "logistic"):
            raise ValueError(f"expected start to be 'zero' or 'logistic', got {start!r}.")
        self.start, self.C = start, C
        self.line = nn.Linear(n_features, n_outputs)
        self.hidden = nn.Sequential(
            nn.Dropout(dropout / 2), nn.Linear(n_features, n_hidden), nn.GELU(), nn.Dropout(dropout)
        )
        self.head = nn.Linear(n_hidden, n_outputs)
        for weights in (*self.line.parameters(), *self.head.parameters()):
            nn.init.zeros_(weights)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        x = x.flatten(1)
        return self.line(x) + self.head(self.hidden(x))

    def begin(self, passes: Passes) -> bool:
        """Put the line where ``start`` says.

        Parameters
        ----------
        passes : callable
            Returns what walks through all of (input, target, weight) in batches; the weight may be
            ``None``.

        Returns
        -------
        bool
            Whether it is a solution.
        """
        if self.start == "zero":
            return False
        x, target, weight = (_join(part) for part in zip(*passes(), strict=True))
        solution = solve_logistic(x.flatten(1), target, self.line.out_features, self.C, weight)
        with torch.no_grad():
            for ours, found in zip(self.line.parameters(), solution, strict=True):
                ours.copy_(found)
        return True


def _join(parts):
    return None if parts[0] is None else torch.cat(parts)


def solve_logistic(x, target, n_classes, C, weight=None):
    r"""Weights (class, feature) and biases (class,) of logistic regression, in double precision.

    They minimise :math:`C \sum_i w_i L_i + \frac12 \|W\|^2`, where :math:`L` is the cross-entropy
    and the biases are free. For two classes, :math:`W` is the difference of the classes' weights,
    as in scikit-learn.

    Parameters
    ----------
    x : Tensor of shape (n, feature)
    target : Tensor of shape (n,) or (n, class)
        Codes of the classes, or shares.
    n_classes : int
    C : float
    weight : Tensor of shape (n,) or None, default=None

    Returns
    -------
    weights, biases : Tensor

    Examples
    --------
    >>> x = torch.tensor([[-1.0], [1.0]])
    >>> weights, biases = solve_logistic(x, torch.tensor([0, 1]), n_classes=2, C=1.0)
    >>> slope = weights[1] - weights[0]
    >>> torch.allclose(slope, 2 / (1 + slope.exp()))
    True
    """
    x = x.double()
    target = target.double() if target.is_floating_point() else target
    weight = x.new_ones(len(x)) if weight is None else weight.double()
    weights = x.new_zeros(n_classes, x.shape[1], requires_grad=True)
    biases = x.new_zeros(n_classes, requires_grad=True)
    # Two classes have opposite weights, each half of their difference.
    strength = (1.0 if n_classes == 2 else 0.5) / (C * weight.sum())
    optimizer = torch.optim.LBFGS(
        [weights, biases],
        max_iter=1000,
        history_size=20,
        tolerance_grad=1e-8,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def objective():
        optimizer.zero_grad()
        losses = F.cross_entropy(x @ weights.T + biases, target, reduction="none")
        loss = (weight * losses).sum() / weight.sum() + strength * weights.square().sum()
        loss.backward()
        return loss

    optimizer.step(objective)
    return weights.detach(), biases.detach()
