"""DAEEGViT: a small vision transformer over the values of one window."""

from math import prod

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.attention import Attention, stretches
from sklearn_eeg.nn.layers._self_attention import SelfAttention
from sklearn_eeg.nn.layers._squeeze_excite import SqueezeExcite


class DAEEGViT(nn.Module):
    """Transformer whose blocks also convolve across tokens: (batch, ...) -> (batch, class), logits.

    The values of a window, electrode by electrode, are cut into patches, each of which becomes a
    token. Attention, an inverted bottleneck that mixes the tokens and a perceptron make a block.
    What the class token has gathered passes a last layer and a tanh, and so becomes the feature on
    which domains are to be aligned; it enters the head.

    Parameters
    ----------
    n_features : int
        Values of a window, such as 62 electrodes x 5 bands = 310.
    n_outputs : int
    patch_size : int, default=31
        Values that become a token; zeros fill the last patch.
    n_hidden : int, default=20
        Features of a token; a multiple of `n_heads`.
    n_heads : int, default=4
    n_blocks : int, default=4

    Notes
    -----
    27,723 parameters for 310 values and 3 classes. The public file has 28,656: it also makes a
    layer from 310 values to the classes, 933 parameters, which nothing ever calls.

    =============================================  ===============================================
    Left open by the source                        Our decision
    =============================================  ===============================================
    How domains are adapted                        Left out: neither paper's abstract nor file tell
                                                   the loss. ``alignment`` of the classifier acts on
                                                   the same feature, by a distance of your choice
    Training                                       That of all our classifiers
    Values that fill no whole number of patches    Zeros behind them
    Fewer than four tokens, class token included   One unit in the squeeze of the bottleneck
    The bottleneck's shortcut beside the block's   Both, as in the file: its input counts twice
    Sigmoid at the end                             Logits; one of many classes is meant
    Bug: the file's constructor names a class      Not so
    that is not there, and cannot be run
    Bug: a batch of one row loses its first axis   Kept
    =============================================  ===============================================

    References
    ----------
    Ouyang et al. (2025), DAEEGViT: a domain adaptive vision transformer framework for EEG
    cognitive state identification, https://doi.org/10.1016/j.bspc.2024.107019
    Tan & Le (2019), EfficientNet, ICML (the bottleneck, MBConv).

    Examples
    --------
    >>> model = DAEEGViT(n_features=310, n_outputs=3)
    >>> model(torch.randn(4, 62, 5)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        patch_size: int = 31,
        n_hidden: int = 20,
        n_heads: int = 4,
        n_blocks: int = 4,
    ) -> None:
        super().__init__()
        self.patch_size = patch_size
        n_tokens = -(-n_features // patch_size) + 1
        self.embedding = nn.Linear(patch_size, n_hidden)
        self.class_token = nn.Parameter(torch.zeros(1, n_hidden))
        self.positions = nn.Parameter(torch.zeros(n_tokens, n_hidden))
        self.blocks = nn.Sequential(*(_Block(n_tokens, n_hidden, n_heads) for _ in range(n_blocks)))
        self.norm = nn.LayerNorm(n_hidden, eps=1e-6)
        self.summary = nn.Sequential(nn.Linear(n_hidden, n_hidden), nn.Tanh())
        self.head = nn.Linear(n_hidden, n_outputs)

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """Patches and the class token to each other; a patch is some entries of the window."""
        n_patches = len(self.positions) - 1
        patches = stretches(n_patches, prod(shape), self.patch_size, self.patch_size)
        entries = F.pad(patches, (0, 0, 1, 0)).unflatten(1, shape)
        layers = [block.get_submodule("attention.1") for block in self.blocks]
        first = torch.arange(n_patches + 1) == 0
        return {"patches": Attention(layers, entries, learnt=first)}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        x = x.flatten(1)
        x = F.pad(x, (0, -x.shape[1] % self.patch_size))
        patches = self.embedding(x.unflatten(1, (-1, self.patch_size)))
        first = self.class_token.to(patches.dtype).expand(x.shape[0], 1, -1)
        tokens = self.blocks(torch.cat([first, patches], 1) + self.positions)
        return self.head(self.summary(self.norm(tokens[:, 0])))


class _Block(nn.Module):
    def __init__(self, n_tokens, n_hidden, n_heads):
        super().__init__()
        self.attention = nn.Sequential(
            nn.LayerNorm(n_hidden, eps=1e-6), SelfAttention(n_hidden, n_heads)
        )
        self.bottleneck = _bottleneck(n_tokens, 4 * n_tokens)
        self.perceptron = nn.Sequential(
            nn.LayerNorm(n_hidden, eps=1e-6),
            nn.Linear(n_hidden, 4 * n_hidden),
            nn.GELU(),
            nn.Linear(4 * n_hidden, n_hidden),
        )

    def forward(self, x):
        x = x + self.attention(x)
        # The bottleneck has a shortcut of its own within the block's.
        x = x + (x + self.bottleneck(x))
        return x + self.perceptron(x)


def _bottleneck(n_tokens, wide):
    return nn.Sequential(
        nn.Conv1d(n_tokens, wide, 1, bias=False),
        nn.BatchNorm1d(wide),
        nn.GELU(),
        nn.Conv1d(wide, wide, 3, padding=1, groups=wide, bias=False),
        nn.BatchNorm1d(wide),
        nn.GELU(),
        SqueezeExcite(wide, max(1, n_tokens // 4), nn.GELU),
        nn.Conv1d(wide, n_tokens, 1, bias=False),
        nn.BatchNorm1d(n_tokens),
    )
