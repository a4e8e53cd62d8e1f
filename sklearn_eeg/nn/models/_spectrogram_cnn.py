"""A convolutional network over the stacked mel spectrograms of bipolar channels."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from sklearn_eeg.montage._chains import longitudinal_chains
from sklearn_eeg.nn._chains import (
    LONGITUDINAL,
    check_chains,
    mean_of_neighbours,
    mean_of_others,
)
from sklearn_eeg.nn.layers._gem import GeM
from sklearn_eeg.nn.layers._mel_decibels import MelDecibels
from sklearn_eeg.nn.models._mixed_cnn import MixedCNN

# A channel without signal, in decibels: the floor of the power.
_SILENCE = -100.0


class SpectrogramCNN(nn.Module):
    """Mel spectrograms of all channels as one image, a backbone, GeM pooling, a linear head.

    (batch, channel, time), signals, or (batch, channel, mel, frame), ready spectrograms in
    decibels -> (batch, class), logits. The channels' spectrograms are stacked along the height,
    in the order of the channels.

    A NaN is silence: zero in a signal, -100 dB in a spectrogram. Take differences of electrodes
    (the bipolar montage) before, so that a lost electrode silences the channels that need it.

    Parameters
    ----------
    n_channels, n_outputs : int
    sfreq : float, default=200.0
        Sampling rate of signals, in hertz. This and the next eight: as in
        :class:`~sklearn_eeg.nn.layers.MelDecibels`; ready spectrograms do not use them.
    n_fft, win_length, hop_length, n_mels : int, default=1024, 128, 39, 128
    l_freq, h_freq, amin, top_db : float, default=0.53, 40.0, 1e-10, None
    contrasts : None, "longitudinal" or sequence of sequences of int, default=None
        ``None``: one plane, the spectrograms. Chains of channels that follow each other, or the
        longitudinal chains by ``ch_names``, or of 16 channels without: three planes, beside the
        spectrograms their differences from the mean of all other channels and from the mean of
        their one or two neighbours.
    centre : float, default=None
        Seconds around the middle of a signal that the network sees once more, in finer
        steps (frames of 32 samples every 8). ``None``: no second view.
    backbone : str or callable, default="mixed"
        ``"mixed"``: :class:`~sklearn_eeg.nn.models.MixedCNN`. Another string: a model of timm by
        its name, with random weights (``"mixnet_xl"``), or with the published ones that a tag names
        (``"mixnet_xl.ra_in1k"``), which timm fetches. A callable: given the number of planes,
        returns a module from images to feature maps with the attribute ``num_features``.
    dropout : float, default=0.2
        Before the head.

    Notes
    -----
    0.53 million parameters with the default backbone and 6 classes; 10,368,271 with
    ``"mixnet_xl"``. MixNet has depthwise kernels of mixed sizes and squeeze-excitation; it has no
    attention or transformer, whatever descriptions of this recipe say.

    ==========================================  =================================================
    Left open by the source                     Our decision
    ==========================================  =================================================
    Planes: of signals or of spectrograms       Of spectrograms, which may come ready
    Neighbours of the ends of a chain           The one there is
    How the centre view joins                   Same backbone, its pooled features beside
    Dropout of the backbone                     Between pooling and head
    A dropped channel in decibels (0)           Silence, -100 dB
    Backbone: pretrained, by name               Our own by default, nothing is fetched
    Epochs: 12 to 20                            15
    Gradient clip: 4 or 20                      4
    Mixup: on or off, by version                Off; pass it as ``augmentation=``
    Weight of a vote by their number            ``sample_weight=``
    ==========================================  =================================================

    References
    ----------
    Recipe: https://github.com/darraghdog/kaggle-hms-3rd-place-solution
    Tan & Le (2019), MixConv: mixed depthwise convolutional kernels, BMVC.
    Radenović, Tolias & Chum (2019), IEEE TPAMI 41(7), eq. 3 (GeM).

    Examples
    --------
    >>> model = SpectrogramCNN(n_channels=16, n_outputs=6, n_mels=32, hop_length=100)
    >>> model(torch.randn(2, 16, 2000)).shape
    torch.Size([2, 6])
    >>> model(torch.randn(2, 16, 32, 21)).shape
    torch.Size([2, 6])
    """

    contrasts: torch.Tensor | None

    def __init__(
        self,
        n_channels: int,
        n_outputs: int,
        sfreq: float = 200.0,
        n_fft: int = 1024,
        win_length: int = 128,
        hop_length: int = 39,
        n_mels: int = 128,
        l_freq: float = 0.53,
        h_freq: float = 40.0,
        amin: float = 1e-10,
        top_db: float | None = None,
        contrasts: str | Sequence[Sequence[int]] | None = None,
        centre: float | None = None,
        backbone: str | Callable[[int], nn.Module] = "mixed",
        dropout: float = 0.2,
        ch_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        band: dict[str, Any] = {"l_freq": l_freq, "h_freq": h_freq, "amin": amin, "top_db": top_db}
        self.spectrogram = MelDecibels(sfreq, n_fft, win_length, hop_length, n_mels, **band)
        if isinstance(contrasts, str) and contrasts == "longitudinal":
            contrasts = LONGITUDINAL if ch_names is None else longitudinal_chains(ch_names)
        self.register_buffer("contrasts", _contrasts(contrasts, n_channels), persistent=False)
        self.n_central = None
        if centre is not None:
            self.n_central = round(centre * sfreq)
            self.central = MelDecibels(sfreq, 2 * n_fft, 32, 8, max(1, n_mels // 2), **band)
        self.backbone = _backbone(backbone, 1 if contrasts is None else 3)
        self.pool = GeM()
        n_views = 1 if centre is None else 2
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(n_views * self.backbone.num_features, n_outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of each trial.

        Parameters
        ----------
        x : Tensor of shape (batch, channel, time) or (batch, channel, mel, frame)

        Returns
        -------
        Tensor of shape (batch, class)
        """
        views = [self.pool(self.backbone(self.stack(view))) for view in self._views(x)]
        return self.head(self.dropout(torch.cat(views, -1)))

    def stack(self, spectrograms: torch.Tensor) -> torch.Tensor:
        """Image of all channels: (batch, channel, mel, frame) -> (batch, plane, row, frame)."""
        images = spectrograms.unsqueeze(1)
        if self.contrasts is not None:
            contrasts = torch.einsum("pkc,bcmf->bpkmf", self.contrasts, spectrograms)
            images = torch.cat([images, contrasts], 1)
        return images.flatten(2, 3)

    def _views(self, x):
        if x.ndim == 4:
            if self.n_central is not None:
                raise ValueError(
                    "SpectrogramCNN: expected signals (batch, channel, time) for a view of their "
                    f"centre, got spectrograms of shape {tuple(x.shape)}; pass signals or set "
                    "centre=None."
                )
            return [x.masked_fill(x.isnan(), _SILENCE)]
        x = x.masked_fill(x.isnan(), 0)
        views = [self.spectrogram(x)]
        if self.n_central is not None:
            n_around = max(0, x.shape[-1] - self.n_central)
            views.append(self.central(x[..., n_around // 2 :][..., : self.n_central]))
        return views


def _contrasts(chains, n_channels):
    """Matrices (2, channel, channel) that take channels to their two contrasts, or ``None``."""
    if chains is None:
        return None
    check_chains(chains, n_channels, "SpectrogramCNN")
    means = torch.stack([mean_of_others(n_channels), mean_of_neighbours(chains)])
    return torch.eye(n_channels) - means


def _backbone(backbone, planes):
    if callable(backbone):
        module = backbone(planes)
        if not hasattr(module, "num_features"):
            raise TypeError(
                "SpectrogramCNN: expected a backbone with the attribute num_features, the channels "
                f"of its feature maps, got {type(module).__name__} without; set it on the module."
            )
        return module
    if backbone == "mixed":
        return MixedCNN(planes)
    if not isinstance(backbone, str):
        raise ValueError(
            f"SpectrogramCNN: expected backbone='mixed', the name of a timm model or a callable, "
            f"got {backbone!r}."
        )
    try:
        import timm
    except (ImportError, RuntimeError, OSError) as error:
        # RuntimeError, OSError: a torchvision whose native part does not fit torch.
        raise ImportError(
            f"SpectrogramCNN: backbone={backbone!r} needs timm, which cannot be imported here "
            f"({error}); install the extra 'timm' with the torchvision of your torch, or use "
            "backbone='mixed'."
        ) from error
    if not timm.is_model(backbone):
        raise ValueError(
            f"SpectrogramCNN: expected backbone='mixed' or the name of a timm model, got "
            f"{backbone!r}; timm.list_models() has the names."
        )
    return timm.create_model(
        backbone, pretrained="." in backbone, in_chans=planes, num_classes=0, global_pool=""
    )
