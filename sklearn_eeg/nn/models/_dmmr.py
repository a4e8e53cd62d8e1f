"""DMMR: an encoder that learns to rebuild every subject's sequences, then a head on it."""

from math import prod

import torch
import torch.nn.functional as F
from torch import nn

from sklearn_eeg.nn._types import Missing, Passes
from sklearn_eeg.nn.attention import Attention
from sklearn_eeg.nn.functional import fill_missing, lstm_step, reverse_gradient, sigmoid_ramp
from sklearn_eeg.nn.layers._branch_decoder import BranchDecoder


class DMMR(nn.Module):
    r"""Features weighed in each window, an LSTM over windows, a head on its last state.

    (batch, window, ...) -> (batch, class), logits; what comes after the windows is flattened to
    features. The weights are a softmax over the features of a window. Windows with nothing but NaN
    are missing and passed over; a lone NaN is zero.

    Before the labels are learnt, the encoder learns with a decoder for each source subject, which
    are given up afterwards (``Rebuilding``). A subject that is met later needs none.

    Parameters
    ----------
    n_features, n_outputs : int
    n_domains : int, default=1
        Source subjects, a decoder each.
    n_hidden : int, default=64
        Units of the LSTMs and of the head.
    pretrain_epochs : int, default=300
        Passes through the source before the labels are learnt; ``None``: none.
    pretrain_lr : float, default=1e-3
        Learning rate of Adam in these passes.
    pretrain_decay : float, default=5e-4
        Its weight decay.
    subject_weight : float, default=0.05
        Of the loss by which the encoder unlearns whose a sequence is.

    Notes
    -----
    197,085 parameters for 310 features and 3 classes, 1,823,260 before the labels with 14 sources.

    ==========================================  =================================================
    Left open by the source                     Our decision
    ==========================================  =================================================
    Batches of one source before the labels     All sources in each, as many rows of each; a row's
                                                partner in every subject is one of its class there,
                                                at random, or none where the batch has none
    Short trials                                Missing windows; before the labels sequences end
                                                together, since decoders begin with the last window
    Ramp of the gradient reversal               By the epoch
    Windows of a sequence (30 or 10, one by     The trial's as it comes; cut it before
    one onwards)
    Best epoch by labels of the target          Never; ``validation`` holds out source subjects
    Scaled by the target's least and most       What stands before in the pipeline decides
    The test's last incomplete batch left out   Every trial gets its answer
    Decoders idle beside the head               Given up
    ==========================================  =================================================

    References
    ----------
    Wang et al. (2024), DMMR: Cross-subject domain generalization for EEG-based emotion recognition
    via denoising mixed mutual reconstruction, AAAI 38(1).
    https://doi.org/10.1609/aaai.v38i1.27819

    Examples
    --------
    >>> import torch
    >>> model = DMMR(n_features=310, n_outputs=3)
    >>> model(torch.randn(4, 30, 62, 5)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        n_features: int,
        n_outputs: int,
        n_domains: int = 1,
        n_hidden: int = 64,
        pretrain_epochs: int = 300,
        pretrain_lr: float = 1e-3,
        pretrain_decay: float = 5e-4,
        subject_weight: float = 0.05,
    ) -> None:
        super().__init__()
        self.encoder = WeighingLSTM(n_features, n_hidden)
        self.head = nn.Sequential(
            nn.Linear(n_hidden, n_hidden, bias=False),
            nn.BatchNorm1d(n_hidden),
            nn.ReLU(),
            nn.Linear(n_hidden, n_outputs),
        )
        self.n_domains, self.subject_weight = n_domains, subject_weight
        self.pretrain_epochs = pretrain_epochs or 0
        self.pretrain_lr, self.pretrain_decay = pretrain_lr, pretrain_decay

    def attends(self, shape: tuple[int, ...]) -> dict[str, Attention]:
        """The gate to the features of each window."""
        features = torch.eye(prod(shape[1:]), dtype=torch.bool).unflatten(1, shape[1:])
        return {"features": Attention([self.encoder.gate], features, start=1, one_by_one=True)}

    def forward(self, x: torch.Tensor, missing: Missing = None) -> torch.Tensor:
        """Logits of each trial; `missing` as in :func:`sklearn_eeg.nn.functional.fill_missing`."""
        x, missing = fill_missing(x.flatten(2), missing)
        hidden, _ = self.encoder(self.encoder.weigh(x), missing)
        return self.head(hidden)

    def pretrain_by_subject(self, passes: Passes) -> None:
        """Teach the encoder to rebuild the sequences of all subjects.

        Parameters
        ----------
        passes : callable
            Each call walks through batches of (input, target, code of the subject).
        """
        task = Rebuilding(self.encoder, self.n_domains).to(self.encoder.gate.weight)
        optimizer = torch.optim.Adam(
            task.parameters(), lr=self.pretrain_lr, weight_decay=self.pretrain_decay
        )
        for epoch in range(self.pretrain_epochs):
            strength = sigmoid_ramp(epoch / self.pretrain_epochs)
            for x, target, domain in passes():
                rebuilt, confused = task(x.flatten(2), target, domain, strength)
                (rebuilt + self.subject_weight * confused).backward()
                optimizer.step()
                optimizer.zero_grad()


class FeatureGate(nn.Linear):
    """Scores of the features of each window."""

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Weight of each feature: (batch * window, 1, feature)."""
        return self.forward(x).softmax(-1).flatten(0, 1).unsqueeze(1)


class WeighingLSTM(nn.Module):
    """Weights of the features in each window, and an LSTM's state after the last window."""

    def __init__(self, n_features, n_hidden):
        super().__init__()
        self.gate = FeatureGate(n_features, n_features)
        for values in self.gate.parameters():
            nn.init.normal_(values)
        self.lstm = nn.LSTM(n_features, n_hidden, batch_first=True)

    def weigh(self, x):
        """Features times their weights: (batch, window, feature), as it came."""
        return self.gate(x).softmax(-1) * x

    def forward(self, x, missing=None):
        """Hidden and cell state, (batch, hidden) each, which missing windows leave as they were."""
        if missing is None:
            return tuple(state.squeeze(0) for state in self.lstm(x)[1])
        weights = self.lstm
        drive = F.linear(x, weights.weight_ih_l0, weights.bias_ih_l0 + weights.bias_hh_l0)
        hidden = cell = drive.new_zeros(x.shape[0], weights.hidden_size)
        for step, gone in zip(drive.unbind(1), missing.unsqueeze(2).unbind(1), strict=True):
            fresh = lstm_step(step + F.linear(hidden, weights.weight_hh_l0), cell)
            hidden = torch.where(gone, hidden, fresh[0])
            cell = torch.where(gone, cell, fresh[1])
        return hidden, cell


class Rebuilding(nn.Module):
    """What is learnt before the labels: rebuild in each subject what has a row's class.

    Windows but the last are shuffled and encoded. Each subject's decoder answers backwards from
    the last state; the sum of the answers is encoded again, and each decoder's answer to that must
    be a sequence of the same class in its subject. From the first state a head tells whose the
    sequence is, and the encoder learns to prevent it.

    Parameters
    ----------
    encoder : WeighingLSTM
    n_domains : int
    """

    def __init__(self, encoder, n_domains):
        super().__init__()
        n_features, n_hidden = encoder.lstm.input_size, encoder.lstm.hidden_size
        self.encoder = encoder
        self.decoder = BranchDecoder(n_domains, n_features, n_hidden)
        self.subjects = nn.Linear(n_hidden, n_domains)

    def forward(self, x, target, domain, strength):
        """Loss of the decoders, summed over subjects, and that of the head that tells subjects.

        Parameters
        ----------
        x : Tensor of shape (batch, window, feature)
        target : LongTensor of shape (batch,), or Tensor of shape (batch, class)
        domain : LongTensor of shape (batch,)
        strength : float
            Of the reversed gradient.
        """
        x, missing = end_together(*fill_missing(x))
        weighed = self.encoder.weigh(x)
        order = torch.randperm(x.shape[1] - 1, device=x.device)
        order = F.pad(order, (0, 1), value=x.shape[1] - 1)
        shuffled = None if missing is None else missing[:, order]
        hidden, cell = self.encoder(weighed[:, order], shuffled)
        told = self.subjects(reverse_gradient(hidden, strength))
        states = self.decoder(hidden, cell, x.shape[1])
        again = self.encoder(self.decoder.mix(states), missing)
        answers = self.decoder.answer(self.decoder(*again, x.shape[1]))
        codes = target if target.ndim == 1 else target.argmax(1)
        rebuilt = self._distance(answers, weighed, missing, codes, domain)
        return rebuilt, F.cross_entropy(told, domain)

    def _distance(self, answers, weighed, missing, codes, domain):
        partner, known = draw_partners(codes, domain, self.subjects.out_features)
        # (batch, branch, window, feature), by an operation whose gradient a GPU adds in one order.
        wanted = F.embedding(partner, weighed.flatten(1)).unflatten(2, weighed.shape[1:])
        errors = (answers.transpose(1, 2) - wanted).square().mean(3)
        counted = known.unsqueeze(2).expand_as(errors)
        if missing is not None:
            counted = counted & ~missing[partner]
        return ((errors * counted).sum((0, 2)) / counted.sum((0, 2)).clamp(min=1)).sum()


def end_together(x, missing):
    """Sequences with their missing steps put before the others, and which these are."""
    if missing is None:
        return x, None
    order = (~missing).to(torch.uint8).argsort(dim=1, stable=True)
    return x.take_along_dim(order.unsqueeze(2), 1), missing.take_along_dim(order, 1)


def draw_partners(target, domain, n_domains):
    """A row of the same class in each subject for each row, at random, and whether there is one.

    Parameters
    ----------
    target, domain : LongTensor of shape (batch,)
    n_domains : int

    Returns
    -------
    partner : LongTensor of shape (batch, subject)
    known : BoolTensor of shape (batch, subject)

    Examples
    --------
    >>> partner, known = draw_partners(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]), 2)
    >>> known
    tensor([[ True, False],
            [ True,  True],
            [ True,  True]])
    >>> partner[known]
    tensor([0, 1, 2, 1, 2])
    """
    alike = target.unsqueeze(1) == target
    score = torch.rand(alike.shape, device=target.device).masked_fill(~alike, -1)
    theirs = F.one_hot(domain, n_domains).T.bool()
    best, partner = score.unsqueeze(1).masked_fill(~theirs, -1).max(2)
    return partner, best >= 0
