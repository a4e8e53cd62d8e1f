"""DCCA: two views mapped to where they correlate, then fused."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from sklearn_eeg.nn._types import Passes
from sklearn_eeg.nn.canonical import canonical_projections
from sklearn_eeg.nn.layers._standardise import Standardise


class DCCANet(nn.Module):
    """Map each view by layers of its own to components that correlate in pairs.

    (batch, feature) of both views side by side -> (batch, 2 components), those of the first view
    first, which training makes correlate. :meth:`fuse` makes one vector of both, of their canonical
    variates once these are known.

    Parameters
    ----------
    n_features : int
        Of both views.
    n_first : int
        Of the first view, which come first.
    n_outputs : int, default=None
        Classes, with ``fusion="attention"``, which then follow the components as logits.
    sizes : sequence of int, default=(389, 218, 115, 20)
        Units of the layers of each view; the last are the components. One number is a linear map.
    fusion : {"weighted_sum", "concatenate", "attention"}, default="weighted_sum"
        How both views become one vector. ``"attention"`` weighs the views of each row by itself,
        and is trained on labels.
    weight : float, default=0.5
        Of the first view in the weighted sum, from 0 to 1; the second has the rest. The paper found
        0.7 best on SEED-V.
    ridge : float, default=1e-5
        Variance added to every component of both views where correlations are taken.

    Notes
    -----
    359,255 parameters for 310 and 33 features.

    ==============================================  ===========================================
    Left open by the source                         Our decision
    ==============================================  ===========================================
    Scale of the features                           Standardised as measured before training
    Initial values                                  Glorot-uniform, zero biases, those of Keras
    Signs of the canonical variates                 Largest weight of the first view positive
    Attention's form                                Softmax of one linear map of both views
    Attention's classifier                          One linear layer, on the fused vector
    What attention fuses                            The components, which the classifier saw
    How its two losses are added                    Cross-entropy, and 0.7 times the correlations'
    ==============================================  ===========================================

    Public code has a switch for all singular values that takes the root of their summed squares;
    here it is their sum, as defined.

    References
    ----------
    Andrew, Arora, Bilmes & Livescu (2013), Deep canonical correlation analysis, ICML.
    Liu, Qiu, Zheng & Lu (2022), Comparing recognition performance and robustness of multimodal deep
    learning models for multimodal emotion recognition, IEEE TCDS 14(2),
    https://arxiv.org/abs/1908.05349
    Architecture: https://github.com/Jielin-Qiu/DCCA_Emotion_Recognition

    Examples
    --------
    >>> model = DCCANet(n_features=343, n_first=310)
    >>> x = torch.randn(100, 343)
    >>> model(x).shape, model.fuse(x).shape
    (torch.Size([100, 40]), torch.Size([100, 20]))
    """

    centre: torch.Tensor
    projections: torch.Tensor
    correlations: torch.Tensor

    def __init__(
        self,
        n_features: int,
        n_first: int,
        n_outputs: int | None = None,
        sizes: Sequence[int] = (389, 218, 115, 20),
        fusion: str = "weighted_sum",
        weight: float = 0.5,
        ridge: float = 1e-5,
    ) -> None:
        super().__init__()
        self.n_first, self.fusion, self.weight, self.ridge = n_first, fusion, weight, ridge
        self.standardise = Standardise(n_features)
        self.towers = nn.ModuleList(
            build_tower([n, *sizes]) for n in (n_first, n_features - n_first)
        )
        k = sizes[-1]
        if fusion == "attention":
            if n_outputs is None:
                raise ValueError("expected n_outputs with fusion='attention', got None.")
            self.gate = nn.Linear(2 * k, 2)
            self.head = nn.Linear(k, n_outputs)
        self.register_buffer("centre", torch.zeros(2, 1, k))
        self.register_buffer("projections", torch.eye(k).repeat(2, 1, 1))
        self.register_buffer("correlations", torch.full((k,), torch.nan))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Components of both views, and logits if attention fuses them."""
        pair = self.components(x)
        answer = pair.transpose(0, 1).flatten(1)
        if self.fusion != "attention":
            return answer
        return torch.cat([answer, self.head(self._attend(pair))], 1)

    def components(self, x: torch.Tensor) -> torch.Tensor:
        """Components of each view: (view, batch, component)."""
        views = self.standardise(x).tensor_split([self.n_first], 1)
        return torch.stack([tower(view) for tower, view in zip(self.towers, views, strict=True)])

    def variates(self, x: torch.Tensor) -> torch.Tensor:
        """Canonical variates of each view: (view, batch, component), of unit variance."""
        return (self.components(x) - self.centre) @ self.projections

    def fuse(self, x: torch.Tensor) -> torch.Tensor:
        """One vector a row: (batch, component), or (batch, 2 components) if concatenated."""
        if self.fusion == "attention":
            return self._attend(self.components(x))
        first, second = self.variates(x)
        if self.fusion == "concatenate":
            return torch.cat([first, second], 1)
        return self.weight * first + (1 - self.weight) * second

    def attention_weights(self, x: torch.Tensor) -> torch.Tensor:
        """Share of each view in the fused vector: (batch, view)."""
        return self._shares(self.components(x))

    def _shares(self, pair):
        return self.gate(pair.transpose(0, 1).flatten(1)).softmax(1)

    def _attend(self, pair):
        return (self._shares(pair).T.unsqueeze(-1) * pair).sum(0)

    def pretrain(self, passes: Passes) -> None:
        """Measure the features."""
        self.standardise.measure(passes())

    def finish(self, passes: Passes) -> None:
        """Find the canonical variates of the components, once these are learnt."""
        pair = torch.cat([self.components(x) for x, *_ in passes()], 1).double()
        of_first, of_second, correlations = canonical_projections(pair[0], pair[1], self.ridge)
        self.centre.copy_(pair.mean(1, keepdim=True))
        self.projections.copy_(torch.stack([of_first, of_second]))
        self.correlations.copy_(correlations)


def build_tower(sizes):
    """Sigmoid layers and a linear one, begun as Keras begins them."""
    layers = []
    for n_in, n_out in pairwise(sizes):
        layer = nn.Linear(n_in, n_out)
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Sigmoid()]
    return nn.Sequential(*layers[:-1])
