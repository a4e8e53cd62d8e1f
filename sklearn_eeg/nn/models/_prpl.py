"""PR-PL: prototypes of the classes, met through a bilinear form, and pairs instead of labels."""

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn.functional import reverse_gradient, sigmoid_ramp

# Keeps logarithms finite.
TINY = 1e-5
# Of the newest batch in what is kept of the batches.
MOMENTUM = 0.1
# Of the loss that keeps prototypes orthonormal.
ORTHOGONALITY = 0.01


class PRPL(nn.Module):
    r"""Features f, a prototype P for each class, and scores ``(U f) @ (V P).T``.

    (batch, ...) -> (batch, class); what an instance holds is flattened to features. Training looks
    at pairs of rows: two of one class shall have like shares, ``softmax(score)``, and two of
    different classes unlike ones. So a column of the scores is a cluster, not a class, and which
    classes its rows have is counted on the source: the answer is the logarithm of
    ``softmax(score) @ classes``, with the share of each class in each cluster.

    Prototypes are the means of the features in each class, with one row of zeros more: those of
    the batch while training. To predict, prototypes and shares of classes are running means over
    the batches, as those of a batch normalisation.

    Parameters
    ----------
    n_features, n_outputs : int
    n_hidden : tuple of (int, int), default=(64, 64)
        Units of the two layers of the features.
    rank : int, default=32
        Rows of U and of V.
    dropout : float, default=0.25
        In the discriminator of the domains.
    target_weight : float, default=2.0
        Of the target's pairs at the end of the training, up to which it rises evenly.
    thresholds : tuple of (float, float), default=(0.9, 0.5)
        Likeness above which a pair of the target is taken for alike, and below which for unlike;
        pairs between teach nothing. Both move evenly to their middle over the training.

    Notes
    -----
    32,385 parameters for 310 features: 24,064 of the features, 4,096 of the scores and 4,225 of
    the discriminator, which learns only where there is a target.

    ==========================================  =================================================
    Left open by the source                     Our decision
    ==========================================  =================================================
    Which class a cluster is (majority vote)    Its shares of the classes, so that the answer is a
                                                probability
    Prototypes to predict with                  Running means; the public code keeps those of the
                                                last batch
    Thresholds (the public code's near their    Even, to meet at the end of the training
    middle ever more slowly and never meet)
    Identity for the orthogonality              Of the classes, P Pᵀ; the public code compares the
                                                matrix PᵀP, of rank 3, with that of 64 features
    No certain pair in a batch (0 / 0)          No loss of pairs
    Epochs (1,000 of 35 batches)                As many batches: 71 passes through 14 sources
    Gradient reversal                           ``sigmoid_ramp(3.5 * progress)``, the published
                                                curve over those batches
    Best epoch by labels of the target          Never; ``validation`` holds out source subjects
    Scaled by the target's least and most       What stands before in the pipeline decides
    ==========================================  =================================================

    References
    ----------
    Zhou et al. (2023), PR-PL: A novel prototypical representation based pairwise learning framework
    for emotion recognition using EEG signals, IEEE Transactions on Affective Computing.
    https://doi.org/10.1109/TAFFC.2023.3288118

    Examples
    --------
    >>> import torch
    >>> model = PRPL(n_features=310, n_outputs=3)
    >>> model(torch.randn(4, 62, 5)).shape
    torch.Size([4, 3])
    """

    counts: torch.Tensor
    n_batches: torch.Tensor

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        n_hidden: tuple[int, int] = (64, 64),
        rank: int = 32,
        dropout: float = 0.25,
        target_weight: float = 2.0,
        thresholds: tuple[float, float] = (0.9, 0.5),
    ) -> None:
        super().__init__()
        first, last = n_hidden
        self.encode = nn.Sequential(
            nn.Flatten(), nn.Linear(n_features, first), nn.ReLU(), nn.Linear(first, last), nn.ReLU()
        )
        self.head = Meeting(n_outputs, last, rank)
        self.discriminator = nn.Sequential(
            nn.Linear(last, last), nn.ReLU(), nn.Dropout(dropout), nn.Linear(last, 1)
        )
        for layer in (*self.encode, *self.discriminator):
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=0.03)
                nn.init.zeros_(layer.bias)
        self.register_buffer("counts", torch.eye(n_outputs))
        self.register_buffer("n_batches", torch.tensor(0.0))
        self.target_weight, self.thresholds = target_weight, thresholds

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logarithm of the probability of each class."""
        return self.read(self.head(self.encode(x)))

    def read(self, scores: torch.Tensor) -> torch.Tensor:
        """Logarithm of the probability of each class, from the scores of each cluster."""
        counts = self.counts + TINY
        return (scores.softmax(1) @ (counts / counts.sum(1, keepdim=True))).log()

    def meet(
        self, features: torch.Tensor, shares: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of labelled rows by their own prototypes, and these; both enter what is kept.

        Parameters
        ----------
        features : Tensor of shape (batch, feature)
        shares : Tensor of shape (batch, class)
            Of each class in each row's target, times the weight of the row.

        Returns
        -------
        scores : Tensor of shape (batch, cluster)
        prototypes : Tensor of shape (class, feature)
        """
        prototypes = shares.T @ features / (1 + shares.sum(0)).unsqueeze(1)
        scores = self.head(features, prototypes)
        with torch.no_grad():
            clusters = F.one_hot(scores.argmax(1), scores.shape[1]).to(shares.dtype)
            newest = torch.maximum(1 / (self.n_batches + 1), self.n_batches.new_tensor(MOMENTUM))
            self.counts.lerp_(clusters.T @ shares, newest)
            self.head.prototypes.lerp_(prototypes, newest)
            self.n_batches += 1
        return scores, prototypes

    def domain_loss(
        self,
        source: torch.Tensor,
        target: torch.Tensor,
        progress: float,
        domain: torch.Tensor | None = None,
        prototypes: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Adversarial loss of both domains' features, and that of the target's certain pairs.

        Parameters
        ----------
        source, target : Tensor of shape (batch, feature)
        progress : float
        domain : ignored
            Whose the source's rows are.
        prototypes : Tensor of shape (class, feature), default=None
            ``None``: those kept.
        """
        pairs = self._pairs(self.head(target, prototypes), progress)
        return self._confusion(source, target, progress) + self.target_weight * progress * pairs

    def _confusion(self, source, target, progress):
        strength = sigmoid_ramp(3.5 * progress)
        losses = []
        for features, sign in ((source, 1), (target, -1)):
            blurred = features + 0.005 * torch.randn_like(features)
            answer = self.discriminator(reverse_gradient(blurred, strength))
            losses.append(F.softplus(-sign * answer).mean())
        return (losses[0] + losses[1]) / 2

    def _pairs(self, scores, progress):
        upper, lower = self.thresholds
        middle, reach = (upper + lower) / 2, (upper - lower) / 2 * (1 - progress)
        alike = likeness(scores.softmax(1))
        certain = (alike - middle).abs() > reach
        terms = pair_entropy(alike, (alike > middle).to(alike.dtype))
        return (terms * certain).sum() / certain.sum().clamp(min=1)

    def stray(self, prototypes: torch.Tensor) -> torch.Tensor:
        """How far prototypes are from orthonormal, weighted as in the loss."""
        identity = torch.eye(len(prototypes), dtype=prototypes.dtype, device=prototypes.device)
        return ORTHOGONALITY * torch.linalg.matrix_norm(prototypes @ prototypes.T - identity)


class Meeting(nn.Module):
    """Scores of features by prototypes: (batch, feature) -> (batch, class)."""

    prototypes: torch.Tensor

    def __init__(self, n_outputs, n_features, rank):
        super().__init__()
        self.left = nn.Parameter(torch.randn(rank, n_features))
        self.right = nn.Parameter(torch.randn(rank, n_features))
        self.register_buffer("prototypes", torch.randn(n_outputs, n_features))

    def forward(self, x, prototypes=None):
        """By these prototypes, (class, feature), or by those kept."""
        prototypes = self.prototypes if prototypes is None else prototypes
        return F.linear(F.linear(x, self.left), F.linear(prototypes, self.right))


def likeness(shares):
    """Cosine of each pair of rows, (batch, class) -> (batch, batch); 1 where they are alike."""
    shares = F.normalize(shares, dim=1)
    return shares @ shares.T


def pair_entropy(alike, truth):
    """Cross-entropy of each pair's likeness, from 0 to 1."""
    return -truth * (alike + TINY).log() - (1 - truth) * (1 - alike + TINY).log()
