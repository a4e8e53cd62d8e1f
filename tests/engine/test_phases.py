"""What a module may do in its own way: before training, after it, after a step, by domain."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from torch import nn

from sklearn_eeg.classifiers import ModuleClassifier, Runtime
from sklearn_eeg.trials import Trials, Unlabelled


class Line(nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.head = nn.Linear(n_features, n_outputs)

    def forward(self, x):
        return self.head(x.flatten(1))


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    metadata = {"subject": np.repeat([7, 8, 9], 8)}
    y = np.arange(24) % 2
    return Trials(rng.normal(size=(24, 3, 4)) + y[:, None, None], metadata=metadata), y


def fit(module, data, **settings):
    rest = settings.pop("fit", {})
    X, y = data
    settings = {"max_epochs": 3, "lr": 0.01, "random_state": 0} | settings
    return ModuleClassifier(module=module, **settings).fit(X, y, **rest)


def test_a_module_learns_from_all_inputs_before_the_labels(data):
    class Centred(Line):
        def pretrain(self, passes):
            first, second = torch.cat(list(passes())), torch.cat(list(passes()))
            assert not torch.equal(first, second)
            torch.testing.assert_close(first.sum(0), second.sum(0))
            self.seen = first.sum()
            self.before = self.head.weight.detach().clone()

    model = fit(Centred, data)
    assert_allclose(model.module_.seen, data[0].data.sum(), rtol=1e-5)
    assert not torch.equal(model.module_.before, model.module_.head.weight)


def test_a_module_learns_what_subjects_have_in_common_before_the_labels(data):
    X, y = data
    rows = np.r_[:8, 8:12, 16:24]

    class Common(Line):
        def pretrain_by_subject(self, passes):
            self.seen = list(zip(*passes(), strict=True))

    x, target, domain = fit(Common, (X[rows], y[rows]), batch_size=12).module_.seen
    # A pass goes once through the subjects with most trials, eight, and twice through the third.
    assert [part.bincount().tolist() for part in domain] == [[4, 4, 4]] * 2
    sums = X.data.sum((1, 2))
    place = [int(np.abs(sums - row.sum().item()).argmin()) for row in torch.cat(x)]
    assert_array_equal(torch.cat(target), y[place])
    assert_array_equal(torch.cat(domain), X.subject[place] - 7)
    assert set(place) == set(rows)


def test_a_warm_start_does_not_pretrain_again(data):
    class Counting(Line):
        calls = 0

        def pretrain(self, passes):
            self.calls += 1

    X, y = data
    model = fit(Counting, data, runtime=Runtime(warm_start=True))
    assert model.fit(X, y).module_.calls == 1


def test_a_module_solves_for_its_last_weights_after_the_training(data):
    class Solved(Line):
        def finish(self, passes):
            assert not self.training
            x, target, weight = zip(*passes(), strict=True)
            assert set(weight) == {None}
            x = torch.cat(x).flatten(1)
            one_hot = nn.functional.one_hot(torch.cat(target)).to(x.dtype)
            self.head.weight.copy_(torch.linalg.lstsq(x, one_hot).solution.T)
            self.head.bias.zero_()

    X, y = data
    x = X.data.reshape(24, -1)
    expected = np.linalg.lstsq(x, np.eye(2)[y], rcond=None)[0]
    model = fit(Solved, data, runtime=Runtime(precision="float64"))
    assert_allclose(model.module_.head.weight.detach().numpy(), expected.T, atol=1e-10)


def test_who_solves_for_weights_is_told_what_trials_and_classes_weigh(data):
    class Told(Line):
        def finish(self, passes):
            _, _, weight = zip(*passes(), strict=True)
            self.told = torch.cat(weight)

    weight = np.linspace(0.1, 0.9, 24)
    told = fit(
        Told, data, class_weight={0: 1.0, 1: 4.0}, fit={"sample_weight": weight}
    ).module_.told
    wanted = weight * np.array([1, 4])[data[1]]
    assert_allclose(told / told[0], wanted / wanted[0], rtol=1e-6)


def test_a_module_solves_for_its_first_weights_before_the_training(data):
    class Begun(Line):
        calls = 0

        def begin(self, passes):
            x, target, weight = zip(*passes(), strict=True)
            assert set(weight) == {None}
            loss = nn.functional.cross_entropy(self(torch.cat(x)), torch.cat(target))
            self.slope = torch.autograd.grad(loss, self.head.weight)[0]
            self.calls += 1

    X, y = data
    model = fit(Begun, data, runtime=Runtime(warm_start=True))
    assert model.module_.slope.any()
    assert model.fit(X, y).module_.calls == 1


def test_weights_are_constrained_after_every_step(data):
    class Bounded(Line):
        @torch.no_grad()
        def constrain(self):
            self.head.weight.renorm_(2, 0, 0.01)

    norms = fit(Bounded, data, lr=1.0).module_.head.weight.norm(dim=1)
    assert (norms <= 0.01 + 1e-6).all()


class Banked(nn.Module):
    """A head for each subject; of one that it does not know, the mean of all."""

    def __init__(self, n_features, n_outputs, n_domains):
        super().__init__()
        self.bank = nn.Parameter(torch.zeros(n_domains, n_features, n_outputs))
        self.codes = set()

    def forward(self, x, domain=None):
        x = x.flatten(1)
        if domain is None:
            return x @ self.bank.mean(0)
        self.codes |= set(domain.tolist())
        return torch.einsum("nf,nfo->no", x, self.bank[domain])


def test_a_network_is_built_for_the_subjects_trained_on_and_told_of_them(data):
    model = fit(Banked, data, validation=0.3)
    trained = np.setdiff1d(np.arange(24), model.validation_trials_)
    assert set(model.domains_) == set(data[0].subject[trained]) != {7, 8, 9}
    assert len(model.module_.bank) == len(model.domains_) == 2
    assert model.module_.codes == {0, 1}
    assert model.predict(data[0]).shape == (24,)


def test_unknown_subjects_are_one_domain(data):
    X, y = data
    model = fit(Banked, (X.data, y))
    assert model.domains_ is None
    assert model.module_.codes == {0}


def test_a_warm_start_must_see_the_subjects_of_a_bank_again(data):
    X, y = data
    model = fit(Banked, data, runtime=Runtime(warm_start=True))
    with pytest.raises(ValueError, match="expected data like those of the fit"):
        model.fit(X[:16], y[:16])
    line = fit(Line, data, runtime=Runtime(warm_start=True))
    line.fit(X[:16], y[:16])


class Adapting(Line):
    def __init__(self, n_features, n_outputs):
        super().__init__(n_features, n_outputs)
        self.seen = []

    def domain_loss(self, source, target, progress, domain):
        self.seen.append((len(source), len(target), progress, domain.unique().tolist()))
        return 10 * (self.head(source).mean() - self.head(target).mean() - 1).square()


def test_a_networks_own_loss_between_domains_needs_a_target(data):
    X, _ = data
    assert fit(Adapting, data).module_.seen == []
    target = Unlabelled(X.data + 1)
    model = fit(Adapting, data, fit={"X_target": target})
    sizes, others, progress, domains = zip(*model.module_.seen, strict=True)
    assert sizes == others == (24,) * 3
    assert progress == (0, 1 / 3, 2 / 3)
    assert domains == ([0, 1, 2],) * 3
    plain = fit(Adapting, data).module_.head.weight
    assert not torch.equal(model.module_.head.weight, plain)


def test_a_networks_own_loss_and_an_alignment_add_up(data):
    target = {"X_target": Unlabelled(data[0].data + 1)}
    seen = fit(Adapting, data, alignment="coral", fit=target).module_.seen
    assert len(seen) == 3


def test_a_target_that_nobody_asks_for_is_refused(data):
    with pytest.raises(ValueError, match="expected an alignment where X_target is given"):
        fit(Line, data, fit={"X_target": Unlabelled(data[0].data)})


def test_a_compiled_network_takes_no_target(data):
    with pytest.raises(ValueError, match="expected compile=False where something is aligned"):
        fit(
            Adapting,
            data,
            runtime=Runtime(compile=True),
            fit={"X_target": Unlabelled(data[0].data)},
        )


def test_a_target_changes_nothing_but_by_the_loss_between_domains(data):
    class Indifferent(Line):
        def domain_loss(self, source, target, progress, domain):
            return 0 * target.sum()

    X, _ = data
    model = fit(Indifferent, data, fit={"X_target": Unlabelled(X.data + 5)})
    assert_allclose(model.predict_proba(X), fit(Line, data).predict_proba(X), rtol=1e-6)
