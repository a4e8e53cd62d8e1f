"""BDAE: an autoencoder of two views with one code, begun by Boltzmann machines."""

import torch
from torch import nn

from sklearn_eeg.nn._types import Passes
from sklearn_eeg.nn.layers._rbm import RBM
from sklearn_eeg.nn.layers._standardise import Standardise


class BDAENet(nn.Module):
    """One code from which both views can be rebuilt, for views that tell of the same thing.

    (batch, feature) of both views side by side -> (batch, feature), what the rebuilt features lack
    of the standardised ones; training makes it small. :meth:`encode` gives the code.

    Parameters
    ----------
    n_features : int
        Of both views.
    n_first : int
        Of the first view, which come first.
    sizes : (int, int, int), default=(200, 150, 100)
        Units of the first view's hidden layer, of the second's, and of the code.
    rbm_epochs : int, default=10
        Passes through the data in which each Boltzmann machine learns, before the training.
    rbm_lr : float, default=0.005
        Their learning rate.

    Notes
    -----
    205,043 parameters for 310 and 33 features.

    ========================================  =================================================
    Left open by the source                   Our decision
    ========================================  =================================================
    All sizes                                 200, 150 and 100 units
    Scale of the features                     Standardised as measured before training
    Visible units of the lower machines       Gaussian, of unit variance
    Training of the machines                  Contrastive divergence of one step, momentum 0.9
    Weights of the decoder                    The encoder's, transposed, as a start; then its own
    Loss                                      Mean squared error of each view, both added
    ========================================  =================================================

    References
    ----------
    Liu, Zheng & Lu (2016), Emotion recognition using multimodal deep learning, ICONIP,
    https://arxiv.org/abs/1602.08225
    Ngiam et al. (2011), Multimodal deep learning, ICML.

    Examples
    --------
    >>> model = BDAENet(n_features=343, n_first=310)
    >>> x = torch.randn(20, 343)
    >>> model(x).shape, model.encode(x).shape
    (torch.Size([20, 343]), torch.Size([20, 100]))
    """

    def __init__(
        self,
        n_features: int,
        n_first: int,
        sizes: tuple[int, int, int] = (200, 150, 100),
        rbm_epochs: int = 10,
        rbm_lr: float = 0.005,
    ) -> None:
        super().__init__()
        first, second, code = sizes
        self.n_first, self.n_hidden = n_first, first
        self.rbm_epochs, self.rbm_lr = rbm_epochs, rbm_lr
        self.standardise = Standardise(n_features)
        widths = [(n_first, first), (n_features - n_first, second)]
        self.encoders = nn.ModuleList(nn.Linear(n, n_hidden) for n, n_hidden in widths)
        self.joint = nn.Linear(first + second, code)
        self.split = nn.Linear(code, first + second)
        self.decoders = nn.ModuleList(nn.Linear(n_hidden, n) for n, n_hidden in widths)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Rebuilt features less the standardised ones."""
        views = self._views(x)
        hidden = self.split(self._code(views)).sigmoid().tensor_split([self.n_hidden], 1)
        rebuilt = [decoder(h) for decoder, h in zip(self.decoders, hidden, strict=True)]
        return torch.cat(rebuilt, 1) - torch.cat(views, 1)

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Code of both views, (batch, code), each unit between 0 and 1."""
        return self._code(self._views(x))

    def _views(self, x):
        return self.standardise(x).tensor_split([self.n_first], 1)

    def _hidden(self, views):
        hidden = [encoder(v) for encoder, v in zip(self.encoders, views, strict=True)]
        return torch.cat(hidden, 1).sigmoid()

    def _code(self, views):
        return self.joint(self._hidden(views)).sigmoid()

    def pretrain(self, passes: Passes) -> None:
        """Let Boltzmann machines learn, the lower ones first, and begin from their weights."""
        self.standardise.measure(passes())

        def of_view(index):
            return lambda: (self._views(x)[index] for x in passes())

        def of_both():
            return (self._hidden(self._views(x)).detach() for x in passes())

        for index, layers in enumerate(zip(self.encoders, self.decoders, strict=True)):
            self._learn(*layers, of_view(index), "gaussian")
        self._learn(self.joint, self.split, of_both, "binary")

    def _learn(self, encoder, decoder, passes, visible):
        rbm = RBM(encoder.in_features, encoder.out_features, visible).to(encoder.weight)
        rbm.learn(passes, self.rbm_epochs, self.rbm_lr, momentum=0.9)
        with torch.no_grad():
            encoder.weight.copy_(rbm.weight)
            encoder.bias.copy_(rbm.hidden_bias)
            decoder.weight.copy_(rbm.weight.T)
            decoder.bias.copy_(rbm.visible_bias)
