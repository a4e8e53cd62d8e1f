import copy
import signal
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback
from torch import nn

from sklearn_eeg._engine.schedules import Schedule
from sklearn_eeg.classifiers import ModuleClassifier, ResAttentioNetClassifier, Runtime

DOUBLE = Runtime(precision="float64")


def linear_module(n_features, n_outputs, n_windows=1):
    return nn.Sequential(nn.Flatten(), nn.Linear(n_windows * n_features, n_outputs))


exact = partial(
    ModuleClassifier,
    module=linear_module,
    runtime=DOUBLE,
    batch_size=100,
    max_epochs=5,
    lr=0.02,
    random_state=0,
)


def weights(model):
    return [value.clone() for value in model.module_.state_dict().values()]


def assert_same_weights(one, other):
    for ours, theirs in zip(weights(one), weights(other), strict=True):
        assert torch.equal(ours, theirs)


class Start(Callback):
    """Keeps the weights a training starts from."""

    def on_train_begin(self, net, **kwargs):
        self.module_ = copy.deepcopy(net.module_)


def start_of(model):
    return dict(model.net_.callbacks_)["Start"].module_


def test_equals_a_loop_written_by_hand(sequences):
    X, y = sequences
    model = exact(callbacks=[Start()], weight_decay=0.1, label_smoothing=0.1).fit(X, y)
    module = start_of(model)
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.02, weight_decay=0.1)
    data = torch.from_numpy(X.data.astype(float))
    codes = torch.from_numpy((y == "tense").astype(int))
    for _ in range(5):
        optimizer.zero_grad()
        loss = F.cross_entropy(module(data), codes, label_smoothing=0.1)
        loss.backward()
        optimizer.step()
    for ours, theirs in zip(weights(model), module.state_dict().values(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)
    assert_allclose(model.history_[-1]["train_loss"], loss.item())


def test_each_epoch_sees_every_trial_once_in_another_order(sequences):
    _, y = sequences
    seen = []
    numbers = np.arange(24.0)[:, None] * np.ones((1, 3))

    def watch(batch, labels, generator):
        seen.append(batch[:, 0].tolist())
        return batch, labels

    exact(augmentation=watch, batch_size=5, max_epochs=2).fit(numbers, y)
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 4] * 2
    first, second = np.concatenate(seen[:5]).tolist(), np.concatenate(seen[5:]).tolist()
    assert sorted(first) == sorted(second) == list(range(24))
    assert first != second


def test_augmentation_is_for_training_batches_only(sequences):
    X, y = sequences
    sizes = []

    def spoil(batch, labels, generator):
        sizes.append((len(batch), labels.shape[1], labels.sum().item()))
        return torch.rand(batch.shape, generator=generator, dtype=batch.dtype), labels

    model = exact(augmentation=[spoil], validation=0.25, batch_size=9).fit(X, y)
    assert sizes == [(9, 2, 9.0), (9, 2, 9.0)] * 5
    again = exact(augmentation=[spoil], validation=0.25, batch_size=9).fit(X, y)
    assert_same_weights(model, again)


def test_soft_labels_may_come_out_of_augmentation(sequences):
    X, y = sequences

    def even(batch, labels, generator):
        return torch.ones_like(batch), torch.full_like(labels, 0.5)

    model = exact(augmentation=even, max_epochs=200).fit(X, y)
    even_input = X.replace(data=np.ones_like(X.data))
    assert_allclose(model.predict_proba(even_input), 0.5, atol=1e-3)


def test_accumulated_batches_are_one_large_batch(sequences):
    X, y = sequences
    large = exact(batch_size=24, optimizer="sgd").fit(X, y)
    small = exact(batch_size=6, accumulation=4, optimizer="sgd").fit(X, y)
    for one, other in zip(weights(large), weights(small), strict=True):
        torch.testing.assert_close(one, other)


def test_the_last_accumulated_batches_may_be_fewer(sequences):
    X, y = sequences
    large = exact(batch_size=24, optimizer="sgd").fit(X, y)
    small = exact(batch_size=6, accumulation=7, optimizer="sgd").fit(X, y)
    for one, other in zip(weights(large), weights(small), strict=True):
        torch.testing.assert_close(one, other)


def test_clipped_gradients_bound_a_step(sequences):
    X, y = sequences
    settings = {"optimizer": "sgd", "lr": 1.0, "max_epochs": 1}
    model = exact(callbacks=[Start()], gradient_clip=1e-3, **settings).fit(X, y)
    before = start_of(model).state_dict().values()
    moved = sum((a - b).square().sum() for a, b in zip(weights(model), before, strict=True))
    assert_allclose(moved.sqrt().item(), 1e-3, rtol=1e-2)


def test_moving_average_of_constant_weights_is_the_weights(sequences):
    X, y = sequences
    model = exact(ema=0.9, lr=1e-300).fit(X, y)
    assert_same_weights(model, exact(lr=1e-300).fit(X, y))


def test_moving_average_follows_its_recursion(sequences):
    X, y = sequences
    trace = []

    class Trace(Callback):
        def on_epoch_end(self, net, **kwargs):
            trace.append([value.clone() for value in net.module_.state_dict().values()])

    model = exact(ema=0.3, callbacks=[Start(), Trace()]).fit(X, y)
    average = list(start_of(model).state_dict().values())
    for n, now in enumerate(trace, start=1):
        decay = min(0.3, (1 + n) / (10 + n))
        average = [decay * a + (1 - decay) * b for a, b in zip(average, now, strict=True)]
    for ours, theirs in zip(weights(model), average, strict=True):
        torch.testing.assert_close(ours, theirs)


class TestSchedule:
    @staticmethod
    def rates(schedule, n_epochs, losses=None):
        optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.5)
        optimizer.param_groups[0]["base_lr"] = 0.5
        rates = []
        for epoch in range(n_epochs):
            schedule.set_rates(optimizer, epoch)
            rates.append(optimizer.param_groups[0]["lr"])
            schedule.end_epoch(optimizer, losses[epoch] if losses else 1.0, epoch + 1)
        return rates

    def test_cosine_is_torchs(self):
        optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.5)
        theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
        expected = []
        for _ in range(10):
            expected.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            theirs.step()
        assert_allclose(self.rates(Schedule("cosine", 0, 10), 10), expected)

    def test_plateau_is_torchs(self):
        losses = [1.0, 0.9, *[0.9] * 9, 0.5, *[0.6] * 30]
        optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.5)
        theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=0.5, patience=5, min_lr=1e-6
        )
        expected = []
        for loss in losses:
            expected.append(optimizer.param_groups[0]["lr"])
            theirs.step(loss)
        assert min(expected) < 0.1
        assert_allclose(self.rates(Schedule("plateau", 0, 99), len(losses), losses), expected)

    def test_warm_up_rises_to_the_curve(self):
        rates = self.rates(Schedule("cosine", 4, 10), 10)
        assert_allclose(rates[:5], 0.5 * np.arange(5) / 4)
        assert_allclose(rates[4:], 0.25 * (1 + np.cos(np.pi * np.arange(6) / 6)))

    def test_callables_and_lines(self):
        assert_allclose(self.rates(Schedule("linear", 0, 4), 4), [0.5, 0.375, 0.25, 0.125])
        assert_allclose(
            self.rates(Schedule(lambda done: 1 - done, 0, 4), 4), [0.5, 0.375, 0.25, 0.125]
        )

    def test_a_fit_follows(self, sequences):
        X, y = sequences
        model = exact(lr_schedule="linear", max_epochs=4).fit(X, y)
        assert_allclose(model.history_[:, "lr"], [0.02, 0.02, 0.015, 0.01])


@pytest.mark.parametrize("loss", ["focal", "margin", "kl", "cross_entropy", "capsule"])
def test_every_loss_learns(loss, sequences):
    X, y = sequences
    assert exact(loss=loss, max_epochs=60).fit(X, y).score(X, y) == 1


def test_bfloat16_is_close_to_float32(sequences):
    X, y = sequences
    settings = {"base_width": 4, "dropout": 0.0, "max_epochs": 3, "lr": 1e-3, "random_state": 0}
    half = ResAttentioNetClassifier(runtime=Runtime(precision="bf16"), **settings).fit(X, y)
    full = ResAttentioNetClassifier(**settings).fit(X, y)
    assert next(half.module_.parameters()).dtype == torch.float32
    difference = np.abs(half.predict_proba(X) - full.predict_proba(X)).max()
    assert 0 < difference < 0.05


def test_ctrl_c_keeps_what_was_learnt_and_says_when(sequences):
    X, y = sequences

    class CtrlC(Callback):
        def on_batch_end(self, net, training, **kwargs):
            if training and len(net.history) == 4:
                signal.raise_signal(signal.SIGINT)

    with pytest.warns(ConvergenceWarning, match="interrupted in epoch 4 of 50"):
        model = exact(max_epochs=50, callbacks=[CtrlC()]).fit(X, y)
    assert model.interrupted_
    assert model.n_iter_ == len(model.history_) == 3
    assert model.predict(X).shape == (24,)


def test_ctrl_c_in_the_first_epoch_goes_on_up(sequences):
    X, y = sequences

    def press(batch, labels, generator):
        signal.raise_signal(signal.SIGINT)

    before = torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        exact(augmentation=press, runtime=Runtime(n_threads=before + 1)).fit(X, y)
    assert torch.get_num_threads() == before


def test_a_memory_map_trains_as_its_array_does(sequences, tmp_path):
    X, y = sequences
    np.save(tmp_path / "x.npy", X.data)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    expected = exact(batch_size=7).fit(X.data, y)
    model = exact(batch_size=7).fit(mapped, y)
    assert_same_weights(model, expected)
    assert_array_equal(model.predict_proba(mapped), expected.predict_proba(X.data))
    mapped_trials = X.replace(data=mapped)
    assert_same_weights(exact(batch_size=7).fit(mapped_trials, y), expected)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_compiled_network_trains_the_same_model(sequences):
    X, y = sequences
    model = exact(runtime=replace(DOUBLE, compile=True)).fit(X, y)
    assert_allclose(model.predict_proba(X), exact().fit(X, y).predict_proba(X), rtol=1e-6)
