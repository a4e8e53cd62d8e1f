"""HSLT: transformers over the electrodes of a region, and one over the regions."""

from collections.abc import Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._sides import find_regions
from sklearn_eeg.nn.attention import Attention
from sklearn_eeg.nn.layers._regional_encoder import RegionalEncoder
from sklearn_eeg.nn.layers._regional_linear import RegionalLinear


class HSLT(nn.Module):
    """Hierarchical spatial learning transformer: (batch, channel, band) -> (batch, class), logits.

    Each region has a transformer of its own, whose tokens are its electrodes and one more, learned.
    A linear map over a region's tokens brings all regions to as many as the smallest has, which
    has no such map. They are the token of the region in the second transformer, whose own learned
    token answers.

    Parameters
    ----------
    n_channels, n_bands, n_outputs : int
    n_units : tuple of (int, int), default=(8, 16)
        Features of an electrode's token, and of a region's.
    n_blocks : tuple of (int, int), default=(2, 2)
        Of a region's transformer, and of that over regions.
    n_inner : int, default=64
        Width of the attention in both; a multiple of ``n_heads``.
    n_heads : int, default=16
    dropout : tuple of (float, float), default=(0.4, 0.1)
        In the blocks, and on the regions' tokens.
    ch_names : sequence of str, default=None
        Names of the electrodes, of which :func:`~sklearn_eeg.montage.regions` tells the region; a
        lone channel needs none.

    Notes
    -----
    374,005 parameters for SEED's 62 channels, 5 bands and 3 classes; 373,330 for DEAP's 32 and 2.
    The nearest published relative of R2G-STLT (10.1016/j.neunet.2024.106624), whose layers are not
    to be had, and another network than that.

    =========================================  ==================================================
    Left open by the source                    Our decision
    =========================================  ==================================================
    Other caps than those of SEED and DEAP     Regions by the row and column of an electrode
    Softmax or sigmoid (public code)           Logits
    Several windows                            Trained one by one, averaged
    LibEER: names two regions of SEED the      Regions by the names of their electrodes
    other way round; the sizes agree
    =========================================  ==================================================

    References
    ----------
    Wang, Wang, Hu, Yin & Song (2022), Transformers for EEG-based emotion recognition: a
    hierarchical spatial information learning model, IEEE Sensors Journal 22(5),
    https://doi.org/10.1109/JSEN.2022.3144317

    Examples
    --------
    >>> from sklearn_eeg.montage import DEAP_32
    >>> model = HSLT(n_channels=32, n_bands=5, n_outputs=2, ch_names=DEAP_32)
    >>> model(torch.randn(4, 32, 5)).shape
    torch.Size([4, 2])
    """

    def __init__(
        self,
        n_channels: int,
        n_bands: int,
        n_outputs: int,
        n_units: tuple[int, int] = (8, 16),
        n_blocks: tuple[int, int] = (2, 2),
        n_inner: int = 64,
        n_heads: int = 16,
        dropout: tuple[float, float] = (0.4, 0.1),
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        regions = find_regions(n_channels, ch_names, "hslt", "HSLT")
        n_regions, sizes = len(regions), [len(region) for region in regions]
        encoder = partial(RegionalEncoder, n_inner=n_inner, n_heads=n_heads, dropout=dropout[0])
        n_electrode, n_region = n_units
        self.gather = RegionTokens(regions, n_bands, n_electrode)
        self.electrode_blocks = nn.ModuleList(
            encoder(n_regions, n_electrode) for _ in range(n_blocks[0])
        )
        self.reduce = TokenMap([size + 1 for size in sizes])
        self.embed = nn.Linear((min(sizes) + 1) * n_electrode, n_region)
        self.dropout = nn.Dropout(dropout[1])
        self.token = nn.Parameter(torch.randn(1, n_region))
        self.positions = nn.Parameter(torch.randn(n_regions + 1, n_region))
        self.region_blocks = nn.ModuleList(encoder(1, n_region) for _ in range(n_blocks[1]))
        self.head = nn.Linear(n_region, n_outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each window."""
        return self.head(self.describe_brain(self.describe_regions(x)))

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """Electrodes to those of their region, and the learned token and regions to regions."""
        channel, present = self.gather.channel.cpu(), self.gather.present.cpu()
        n_regions, n_tokens = present.shape
        electrodes = torch.zeros(n_regions, n_tokens, shape[0], dtype=torch.bool)
        regions = torch.zeros(n_regions + 1, shape[0], dtype=torch.bool)
        learnt = torch.zeros(n_regions, n_tokens, dtype=torch.bool)
        learnt[:, 0] = True
        for region in range(n_regions):
            own = channel[region][present[region, 1:]]
            electrodes[region, 1 + torch.arange(len(own)), own] = True
            regions[1 + region, own] = True
        first = torch.arange(n_regions + 1) == 0
        return {
            "electrodes": Attention(
                list(self.electrode_blocks), electrodes.flatten(0, 1), learnt=learnt.flatten()
            ),
            "regions": Attention(list(self.region_blocks), regions, learnt=first),
        }

    def describe_regions(self, x: torch.Tensor) -> torch.Tensor:
        """What each region's transformer says: (batch, region, feature)."""
        tokens = self.gather(x)
        for block in self.electrode_blocks:
            tokens = block(tokens, self.gather.present)
        return self.reduce(tokens).flatten(2)

    def describe_brain(self, regions: torch.Tensor) -> torch.Tensor:
        """What the learned token has seen of the regions: (batch, feature)."""
        tokens = self.dropout(self.embed(regions))
        tokens = torch.cat([self.token.expand(tokens.shape[0], 1, -1), tokens], 1) + self.positions
        tokens = tokens.unsqueeze(1)
        for block in self.region_blocks:
            tokens = block(tokens)
        return tokens[:, 0, 0]


class RegionTokens(nn.Module):
    """Tokens of each region, a learned one and those of its electrodes.

    (batch, channel, band) -> (batch, region, token, feature). Regions smaller than the largest have
    idle tokens at their end; ``present``, (region, token), tells of those that are not.
    """

    channel: torch.Tensor
    position: torch.Tensor
    present: torch.Tensor

    def __init__(self, regions, n_bands, n_features):
        super().__init__()
        n_tokens = 1 + max(map(len, regions))
        n_positions = sum(1 + len(region) for region in regions)
        # What an idle token holds is of no account: the first channel.
        channel = torch.zeros(len(regions), n_tokens - 1, dtype=torch.long)
        position = torch.zeros(len(regions), n_tokens, dtype=torch.long)
        present = torch.zeros(len(regions), n_tokens, dtype=torch.bool)
        places = torch.arange(n_positions).split([1 + len(region) for region in regions])
        for row, (region, place) in enumerate(zip(regions, places, strict=True)):
            channel[row, : len(region)] = torch.tensor(region)
            position[row, : len(place)] = place
            present[row, : len(place)] = True
        self.register_buffer("channel", channel, persistent=False)
        self.register_buffer("position", position, persistent=False)
        self.register_buffer("present", present, persistent=False)
        self.token = nn.Parameter(torch.randn(len(regions), 1, 1, n_features))
        self.embed = RegionalLinear(len(regions), n_bands, n_features)
        self.positions = nn.Parameter(torch.randn(n_positions, n_features))

    def forward(self, x):
        """Embed the electrodes."""
        tokens = self.embed(x[:, self.channel].transpose(0, 1))
        first = self.token.expand(-1, x.shape[0], -1, -1)
        tokens = torch.cat([first, tokens], 2) + self.positions[self.position].unsqueeze(1)
        return tokens.transpose(0, 1)


class TokenMap(nn.Module):
    """Bring all regions to as many tokens as the smallest has, by a linear map over tokens.

    (batch, region, token, feature) -> (batch, region, fewer tokens, feature). The smallest regions
    stay as they are.

    Parameters
    ----------
    sizes : sequence of int
        Tokens of each region.
    """

    fixed: torch.Tensor
    row: torch.Tensor
    number: torch.Tensor

    def __init__(self, sizes):
        super().__init__()
        n_kept, mapped = min(sizes), [size for size in sizes if size > min(sizes)]
        bound = torch.tensor(mapped).to(torch.get_default_dtype()).rsqrt().unsqueeze(1)
        rows = torch.cat(
            [row.expand(n, 1) for row, n in zip(bound, mapped, strict=True)] or [bound]
        )
        self.weight = nn.Parameter(rows * (2 * torch.rand(sum(mapped), n_kept) - 1))
        self.bias = nn.Parameter(bound * (2 * torch.rand(len(mapped), n_kept) - 1))
        # Rows of the weight, then those that keep a token, then one that drops it.
        fixed = torch.cat([torch.eye(n_kept), torch.zeros(1, n_kept)])
        self.register_buffer("fixed", fixed, persistent=False)
        learned = iter(torch.arange(sum(mapped)).split(mapped))
        kept = sum(mapped) + torch.arange(n_kept)
        row = torch.full((len(sizes), max(sizes)), sum(mapped) + n_kept)
        for place, size in enumerate(sizes):
            row[place, :size] = kept if size == n_kept else next(learned)
        self.register_buffer("row", row, persistent=False)
        is_mapped = torch.tensor(sizes) > n_kept
        number = torch.where(is_mapped, is_mapped.cumsum(0) - 1, len(mapped))
        self.register_buffer("number", number, persistent=False)

    def forward(self, x):
        """Map the tokens."""
        kernel = torch.cat([self.weight, self.fixed])[self.row]
        bias = F.pad(self.bias, (0, 0, 0, 1))[self.number]
        return torch.einsum("brtf,rtk->brkf", x, kernel) + bias.unsqueeze(-1)
