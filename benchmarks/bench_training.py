"""Training and prediction against the published loop, skorch as it comes, and the tightest loop."""

import os
from functools import partial
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import GroupKFold, cross_validate
from skorch import NeuralNetClassifier
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks import geometric
from benchmarks.measure import compare
from sklearn_eeg.classifiers import (
    ConvLSTMClassifier,
    DGCNNClassifier,
    EEGNetClassifier,
    ResAttentioNetClassifier,
    RGNNClassifier,
    TSceptionClassifier,
)
from sklearn_eeg.montage import SEED_62
from sklearn_eeg.nn.models import DGCNN, RGNN, ConvLSTMNet, EEGNet, ResAttentioNet, TSception
from sklearn_eeg.trials import Trials

BATCH = 32
# Windows, which are many and small.
BATCH_OF_WINDOWS = 512
# One epoch would be as much preparation as training.
EPOCHS_OF_WINDOWS = 5


class PublishedBlock(nn.Module):
    """A residual block of plain convolutions."""

    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv1d(n_in, n_out, 3, stride, 1, bias=False),
            nn.BatchNorm1d(n_out),
            nn.ReLU(),
            nn.Conv1d(n_out, n_out, 3, 1, 1, bias=False),
            nn.BatchNorm1d(n_out),
        )
        self.shortcut = nn.Identity()
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.Sequential(
                nn.Conv1d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm1d(n_out)
            )

    def forward(self, x):
        return F.relu(self.residual(x) + self.shortcut(x))


class PublishedNet(nn.Module):
    """ResAttentioNet as described, in torch's own layers: the same sizes, the same arithmetic."""

    def __init__(self, n_features, n_classes, width=16):
        super().__init__()
        widths = [width, width, 2 * width, 4 * width, 8 * width]
        blocks = []
        for i, (n_in, n_out) in enumerate(pairwise(widths)):
            stride = 1 if i == 0 else 2
            blocks += [PublishedBlock(n_in, n_out, stride), PublishedBlock(n_out, n_out, 1)]
        self.encoder = nn.Sequential(
            nn.Conv1d(n_features, width, 7, 2, 3, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.MaxPool1d(3, 2, 1),
            *blocks,
        )
        self.dropout = nn.Dropout(0.5)
        self.query = nn.Parameter(torch.randn(1, 1, 8 * width))
        self.attention = nn.MultiheadAttention(8 * width, 2, batch_first=True)
        self.head = nn.Sequential(
            nn.Linear(8 * width, 8 * width),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(8 * width, n_classes),
        )

    def forward(self, x):
        steps = self.dropout(self.encoder(x.transpose(1, 2)).transpose(1, 2))
        pooled, _ = self.attention(self.query.expand(len(x), -1, -1), steps, steps)
        return self.head(pooled.squeeze(1))


class PublishedConvLSTM(nn.Module):
    """A ConvLSTM whose cell convolves input and state at each step."""

    def __init__(self, n_planes, n_rows, n_columns, n_classes, n_filters=16):
        super().__init__()
        self.from_input = nn.Conv2d(n_planes, 4 * n_filters, 5, padding=2)
        self.from_state = nn.Conv2d(n_filters, 4 * n_filters, 5, padding=2, bias=False)
        self.n_filters = n_filters
        self.head = nn.Sequential(
            nn.Dropout(0.2),
            nn.Flatten(),
            nn.Linear(n_filters * n_rows * n_columns, 256),
            nn.ReLU(),
            nn.Linear(256, n_classes),
        )

    def forward(self, x):
        h = c = x.new_zeros(len(x), self.n_filters, *x.shape[-2:])
        for step in x.unbind(1):
            i, f, g, o = (self.from_input(step) + self.from_state(h)).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return self.head(h)


def train_published(module, X, codes, n_epochs, lr, device):
    """Train as published: a DataLoader, and a wait for the loss and the counts of every batch."""
    module = module.to(device)
    loader = DataLoader(
        TensorDataset(torch.from_numpy(X), torch.from_numpy(codes)), BATCH, shuffle=True
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = torch.optim.AdamW(module.parameters(), lr=lr, weight_decay=1e-4)
    for _ in range(n_epochs):
        total = correct = 0
        module.train()
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            output = module(x)
            loss = criterion(output, y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            correct += (output.argmax(1) == y).sum().item()
    return module


def train_tight(module, X, codes, n_epochs, lr, device):
    """Nothing but the work: data on the device, slices of one shuffled index, a fused optimizer."""
    module = module.to(device).train()
    x, y = torch.from_numpy(X).to(device), torch.from_numpy(codes).to(device)
    optimizer = torch.optim.AdamW(module.parameters(), lr=lr, weight_decay=1e-4, fused=True)
    for _ in range(n_epochs):
        for rows in torch.randperm(len(x)).to(device).split(BATCH):
            optimizer.zero_grad()
            loss = F.cross_entropy(run_tight(module, x[rows]), y[rows], label_smoothing=0.1)
            loss.backward()
            optimizer.step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return module


def train_windows(module, X, codes, lr, device, size=BATCH_OF_WINDOWS):
    """The tightest loop for a network on windows, with the penalty or constraint it has."""
    module = module.to(device).train()
    penalty = getattr(module, "penalty", lambda: 0)
    constrain = getattr(module, "constrain", lambda: None)
    x, y = torch.from_numpy(X).to(device), torch.from_numpy(codes).to(device)
    optimizer = torch.optim.AdamW(module.parameters(), lr=lr, weight_decay=1e-4, fused=True)
    for _ in range(EPOCHS_OF_WINDOWS):
        for rows in torch.randperm(len(x)).to(device).split(size):
            optimizer.zero_grad()
            (F.cross_entropy(module(x[rows]), y[rows]) + penalty()).backward()
            optimizer.step()
            constrain()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return module


def run_tight(module, x):
    return module(x, missing=False)


def train_skorch(module, X, codes, n_epochs, lr, device):
    """Skorch as it comes, but for its split, which would train on four fifths."""
    net = NeuralNetClassifier(
        module, criterion=nn.CrossEntropyLoss, optimizer=torch.optim.AdamW, lr=lr,
        max_epochs=n_epochs, batch_size=BATCH, train_split=None, verbose=0, device=str(device),
    )  # fmt: skip
    return net.fit(X, codes)


def find_device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def rows(quick):
    n_threads = torch.get_num_threads()
    # One thread for all: what a fold has where folds fill the cores.
    torch.set_num_threads(1)
    try:
        yield from bench_resattentionet(quick)
        yield from bench_conv_lstm(quick)
        yield from bench_graphs(quick)
        yield from bench_signals(quick)
        yield from bench_prediction(quick)
        yield from bench_folds(quick)
    finally:
        torch.set_num_threads(n_threads)


def make_data(shape, n_classes):
    rng = np.random.default_rng(0)
    return rng.standard_normal(shape, dtype=np.float32), rng.integers(n_classes, size=shape[0])


def bench_resattentionet(quick):
    n_trials, n_epochs, device = 160 if quick else 756, 1, find_device()
    X, y = make_data((n_trials, 60, 310), 3)
    settings = {"max_epochs": n_epochs, "class_weight": None, "random_state": 0}
    facts = (X, y, n_epochs, 5e-5, device)
    yield from compare(
        f"epoch of ResAttentioNet, {n_trials} x 60 x 310, {device.type}",
        lambda: ResAttentioNetClassifier(**settings).fit(X, y),
        {
            "published loop": lambda: train_published(PublishedNet(310, 3), *facts),
            "skorch, no validation": lambda: train_skorch(PublishedNet(310, 3), *facts),
            "tightest loop, our network": lambda: train_tight(ResAttentioNet(310, 3), *facts),
        },
        rounds=3 if quick else 7,
        note="one thread",
    )


def bench_conv_lstm(quick):
    n_trials, n_epochs, device = 64 if quick else 756, 1, find_device()
    X, y = make_data((n_trials, 15, 15, 8, 9), 4)
    facts = (X, y, n_epochs, 1e-3, device)
    yield from compare(
        f"epoch of ConvLSTM, {n_trials} x 15 x 15 x 8 x 9, {device.type}",
        lambda: ConvLSTMClassifier(max_epochs=n_epochs, random_state=0).fit(X, y),
        {
            "published loop": lambda: train_published(PublishedConvLSTM(15, 8, 9, 4), *facts),
            "skorch, no validation": lambda: train_skorch(PublishedConvLSTM(15, 8, 9, 4), *facts),
            "tightest loop, our network": lambda: train_tight(ConvLSTMNet(15, 8, 9, 4), *facts),
        },
        rounds=3,
        note="one thread",
    )


def bench_graphs(quick):
    n_trials, device = 18 if quick else 72, find_device()
    X, y = make_data((n_trials, 60, 62, 5), 3)
    trials, n = Trials(X, ch_names=SEED_62), 60 * n_trials
    settings = {"max_epochs": EPOCHS_OF_WINDOWS, "batch_size": BATCH_OF_WINDOWS, "random_state": 0}
    facts = (X.reshape(n, 62, 5), y.repeat(60), 1e-3, device)
    kind = {"rounds": 3, "note": "one thread"}
    names = {"ch_names": SEED_62}
    yield from compare(
        f"{EPOCHS_OF_WINDOWS} epochs of DGCNN, {n} windows of 62 x 5, {device.type}",
        lambda: DGCNNClassifier(**settings).fit(trials, y),
        {
            "tightest loop, our network": lambda: train_windows(DGCNN(62, 5, 3), *facts),
            **in_geometric(lambda: train_windows(geometric.make_dgcnn(62, 5, 3), *facts)),
        },
        **kind,
    )
    yield from compare(
        f"{EPOCHS_OF_WINDOWS} epochs of RGNN, {n} windows of 62 x 5, {device.type}",
        lambda: RGNNClassifier(**settings).fit(trials, y),
        {
            "tightest loop, our network": lambda: train_windows(RGNN(62, 5, 3, **names), *facts),
            **in_geometric(lambda: train_windows(geometric.make_rgnn(62, 5, 3, **names), *facts)),
        },
        **kind,
    )


def in_geometric(train):
    return {"torch_geometric's messages": train} if geometric.IS_INSTALLED else {}


def bench_signals(quick):
    n, size, device = 128 if quick else 512, 64, find_device()
    X, y = make_data((n, 62, 200), 3)
    trials = Trials(X, sfreq=200, ch_names=SEED_62)
    settings = {"max_epochs": EPOCHS_OF_WINDOWS, "batch_size": size, "random_state": 0}
    for estimator, make in (
        (partial(EEGNetClassifier, class_weight=None), lambda: EEGNet(62, 200, 3, 200)),
        (TSceptionClassifier, lambda: TSception(62, 3, 200, ch_names=SEED_62)),
    ):
        name = type(make()).__name__
        yield from compare(
            f"{EPOCHS_OF_WINDOWS} epochs of {name}, {n} windows of 62 x 200, {device.type}",
            lambda estimator=estimator: estimator(**settings).fit(trials, y),
            {
                "tightest loop, our network": lambda make=make: train_windows(
                    make(), X, y, 1e-3, device, size
                )
            },
            rounds=3,
            note="one thread",
        )


def bench_prediction(quick):
    n_trials, device = 160 if quick else 756, find_device()
    X, y = make_data((n_trials, 60, 310), 3)
    ours = ResAttentioNetClassifier(max_epochs=1, random_state=0).fit(X, y)
    published = PublishedNet(310, 3).to(device)

    def eager():
        published.eval()
        loader = DataLoader(TensorDataset(torch.from_numpy(X)), BATCH)
        with torch.no_grad():
            return np.concatenate([published(x.to(device)).softmax(1).cpu() for (x,) in loader])

    yield from compare(
        f"prediction of ResAttentioNet, {n_trials} trials, {device.type}",
        lambda: ours.predict_proba(X),
        {"eager batches of 32": eager},
        rounds=5 if quick else 15,
        note="one thread",
    )


def bench_folds(quick):
    n_trials, n_epochs = 160 if quick else 756, 2 if quick else 8
    X, y = make_data((n_trials, 60, 310), 3)
    groups = np.arange(n_trials) % 4
    device, n_jobs = find_device(), min(2, os.cpu_count() or 1)
    model = ResAttentioNetClassifier(max_epochs=n_epochs, class_weight=None, random_state=0)

    def ours():
        return cross_validate(model, X, y, groups=groups, cv=GroupKFold(4), n_jobs=n_jobs)

    def published():
        for train, test in GroupKFold(4).split(X, y, groups):
            facts = (X[train], y[train], n_epochs, 5e-5, device)
            module = train_published(PublishedNet(310, 3), *facts).eval()
            with torch.no_grad():
                module(torch.from_numpy(X[test]).to(device)).argmax(1).cpu()

    yield from compare(
        f"four folds of ResAttentioNet, {n_epochs} epochs, {device.type}",
        ours,
        {"published loop, fold by fold": published},
        rounds=3,
        note=f"cross_validate(n_jobs={n_jobs}) on {os.cpu_count()} cores, workers warm",
    )
