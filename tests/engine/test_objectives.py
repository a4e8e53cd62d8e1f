from functools import partial
from itertools import combinations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV, cross_validate
from torch import nn

from sklearn_eeg._engine.objectives import mean_distance
from sklearn_eeg.classifiers import Aligned, ModuleClassifier, ResAttentioNetClassifier, Runtime
from sklearn_eeg.nn.alignment import coral, mmd
from sklearn_eeg.nn.functional import sigmoid_ramp
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.trials import Unlabelled


class Encoder(nn.Module):
    """A linear encoder and a head on its features."""

    def __init__(self, n_features, n_outputs, n_windows=1):
        super().__init__()
        self.encode = nn.Sequential(nn.Flatten(), nn.Linear(n_windows * n_features, 4))
        self.head = nn.Linear(4, n_outputs)

    def forward(self, x):
        return self.head(self.encode(x))


class Penalised(Encoder):
    def penalty(self):
        return 100 * self.head.weight.square().sum()


exact = partial(
    ModuleClassifier,
    module=Encoder,
    runtime=Runtime(precision="float64"),
    batch_size=100,
    max_epochs=30,
    lr=0.02,
    random_state=0,
)


def constant(progress):
    return 1.0


@pytest.fixture
def target(sequences):
    """The same trials in another montage: mixed, scaled and shifted."""
    X, _ = sequences
    return X.replace(data=(2 * X.data[::-1, :, ::-1] + 1).copy(), metadata=X.metadata)


def distance_of(model, X, target):
    module = model.module_
    with torch.no_grad():
        features = [module.encode(torch.from_numpy(d.data).double()) for d in (X, target)]
    return coral(*features).item()


def test_a_penalty_of_the_module_is_part_of_the_loss(sequences):
    X, y = sequences
    plain, penalised = exact().fit(X, y), exact(module=Penalised).fit(X, y)
    assert penalised.module_.head.weight.norm() < plain.module_.head.weight.norm() / 10


def test_alignment_brings_the_domains_together(sequences, target):
    X, y = sequences
    near = exact(alignment=Aligned("coral", 10.0)).fit(X, y, X_target=Unlabelled(target))
    apart = exact().fit(X, y)
    assert distance_of(near, X, target) < distance_of(apart, X, target) / 5
    assert near.score(X, y) == 1


def test_the_loss_is_the_criterion_and_the_distance(sequences, target):
    X, y = sequences
    settings = {"max_epochs": 1, "lr": 1e-300}
    aligned = exact(alignment=Aligned(coral, 3.0, ramp=constant), **settings)
    aligned.fit(X, y, X_target=Unlabelled(target))
    plain = exact(**settings).fit(X, y)
    excess = aligned.history_[-1]["train_loss"] - plain.history_[-1]["train_loss"]
    assert_allclose(excess, 3 * distance_of(plain, X, target), rtol=1e-9)


def test_the_ramp_rises_over_the_training(sequences, target):
    assert_allclose([sigmoid_ramp(0), sigmoid_ramp(0.5), sigmoid_ramp(1)], [0, 0.986614, 0.999909],
                    rtol=1e-5)  # fmt: skip
    seen = []

    def watch(progress):
        seen.append(progress)
        return 0.0

    X, y = sequences
    exact(max_epochs=2, batch_size=12, alignment=Aligned("mmd", ramp=watch)).fit(
        X, y, X_target=Unlabelled(target)
    )
    assert seen == [0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize("alignment", ["coral", "mmd", coral, Aligned("mmd", 0.5)])
def test_distances_by_name_or_as_functions(alignment, sequences, target):
    X, y = sequences
    model = exact(alignment=alignment).fit(X, y, X_target=Unlabelled(target))
    again = exact(alignment=alignment).fit(X, y, X_target=Unlabelled(target))
    assert_array_equal(model.predict_proba(X), again.predict_proba(X))
    assert (model.predict_proba(X) != exact().fit(X, y).predict_proba(X)).any()


def test_no_strength_is_no_alignment(sequences, target):
    X, y = sequences
    idle = exact(alignment=Aligned("coral", 0.0)).fit(X, y, X_target=Unlabelled(target))
    # Batches are shuffled otherwise, since the target's rows come from the same generator.
    assert_allclose(idle.predict_proba(X), exact().fit(X, y).predict_proba(X), rtol=1e-9)


def test_labels_of_the_target_change_nothing(sequences, target):
    X, y = sequences
    labelled = target.replace(metadata=target.metadata.assign(label=y[::-1], target=1))
    bare, told = (
        exact(alignment="coral").fit(X, y, X_target=Unlabelled(t)).predict_proba(X)
        for t in (target, labelled)
    )
    assert_array_equal(bare, told)


def test_the_target_never_enters_the_criterion(sequences, target):
    X, y = sequences
    rows = []

    def spy(logits, truth):
        rows.append(len(logits))
        return torch.nn.functional.cross_entropy(logits, truth, reduction="none")

    model = exact(loss=spy, alignment="coral", validation=0.25, max_epochs=2)
    model.fit(X, y, X_target=Unlabelled(target))
    # 18 trials of three subjects train, six of one are held out, in each of two epochs.
    assert rows == [18, 6, 18, 6]
    assert set(X.subject[model.validation_trials_]) < set(X.subject)


def test_validation_measures_the_criterion_alone(sequences, target):
    X, y = sequences
    settings = {"validation": 0.25, "max_epochs": 1, "lr": 1e-300}
    plain = exact(**settings).fit(X, y)
    aligned = exact(alignment=Aligned("coral", 5.0, constant), **settings)
    aligned.fit(X, y, X_target=Unlabelled(target))
    assert aligned.history_[-1]["valid_loss"] == plain.history_[-1]["valid_loss"]


def test_networks_of_ours_and_windows_of_target_trials(sequences, target):
    X, y = sequences
    model = ResAttentioNetClassifier(base_width=2, max_epochs=2, alignment="mmd", random_state=0)
    hidden = target.data.copy()
    hidden[3, 2:] = np.nan
    model.fit(X, y, X_target=Unlabelled(target.replace(data=hidden)))
    assert np.isfinite(model.predict_proba(X)).all()
    by_window = exact(axes=("channel", "band"), max_epochs=2, alignment="coral")
    assert by_window.fit(X, y, X_target=Unlabelled(target)).predict(X).shape == (24,)


def test_regressors_align_too():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 3, 1, 4, 4)), rng.normal(size=12)
    model = Conv2DLSTMRegressor(n_hidden=8, max_epochs=2, alignment="coral", random_state=0)
    assert model.fit(X, y, X_target=Unlabelled(X + 1)).predict(X).shape == (12,)


class TestBetweenSources:
    def test_the_distance_is_the_mean_over_pairs(self):
        rows = torch.randn(4, 5, 3, generator=torch.Generator().manual_seed(0))
        for distance in (coral, mmd):
            pairs = [distance(a, b) for a, b in combinations(rows, 2)]
            torch.testing.assert_close(
                mean_distance(distance, rows), torch.stack(pairs).mean(), rtol=1e-4, atol=1e-6
            )

    def test_a_batch_has_as_many_rows_of_each_subject_in_their_order(self, sequences):
        X, y = sequences
        seen = []

        def spy(one, other):
            seen.append(one.shape)
            return (one - other).square().sum()

        part = Aligned(spy, between="sources")
        exact(alignment=part, batch_size=2, max_epochs=1).fit(X, y)
        # Six trials of each of four subjects; two of each are in a batch, whatever its size.
        assert seen == [(2, 4)] * 3

    def test_subjects_come_together(self, sequences):
        X, y = sequences
        scale = np.array([1.0, 1.5, 2.0, 3.0])[np.unique(X.subject, return_inverse=True)[1]]
        X = X.replace(data=X.data * scale[:, None, None, None])

        def distance_of(model):
            module = model.module_
            with torch.no_grad():
                features = module.encode(torch.from_numpy(X.data).double())
            people = [features[X.subject == one] for one in np.unique(X.subject)]
            return mean_distance(coral, torch.stack(people)).item()

        near = exact(alignment=Aligned("coral", 1.0, between="sources")).fit(X, y)
        assert distance_of(near) < distance_of(exact().fit(X, y)) / 5
        assert near.score(X, y) == 1

    def test_the_loss_is_the_criterion_and_the_mean_distance(self, sequences):
        X, y = sequences
        settings = {"max_epochs": 1, "lr": 1e-300}
        part = Aligned("coral", 3.0, ramp=constant, between="sources")
        # All trials of all subjects are one batch.
        aligned, plain = exact(alignment=part, **settings).fit(X, y), exact(**settings).fit(X, y)
        features = plain.module_.encode(torch.from_numpy(X.data).double())
        people = torch.stack([features[X.subject == one] for one in np.unique(X.subject)])
        excess = aligned.history_[-1]["train_loss"] - plain.history_[-1]["train_loss"]
        assert_allclose(excess, 3 * mean_distance(coral, people).item(), rtol=1e-9)

    def test_subjects_held_out_take_no_part(self, sequences):
        X, y = sequences
        part = Aligned("coral", between="sources")
        settings = {"alignment": part, "validation": 0.25, "max_epochs": 1}
        model = exact(**settings).fit(X, y)
        held = model.validation_trials_
        other = X.data.copy()
        other[held] *= 100
        again = exact(**settings).fit(X.replace(data=other), y)
        for one, two in zip(
            model.module_.state_dict().values(), again.module_.state_dict().values(), strict=True
        ):
            assert torch.equal(one, two)

    def test_a_network_with_its_own_loss_between_domains_has_both(self, sequences, target):
        calls = []

        class Own(Encoder):
            def domain_loss(self, source, target, progress, domain):
                calls.append((len(source), len(target), len(domain.unique())))
                return source.mean() - target.mean()

        X, y = sequences
        part = Aligned("coral", between="sources")
        exact(module=Own, alignment=part, max_epochs=1).fit(X, y, X_target=Unlabelled(target))
        assert calls == [(24, 24, 4)]


class TestRefusals:
    def test_a_target_that_can_be_sliced(self, sequences, target):
        X, y = sequences
        model = exact(alignment="coral")
        for sliceable in (target, target.data, list(target.data)):
            with pytest.raises(
                TypeError, match=r"^ModuleClassifier: expected X_target as Unlab.*sl"
            ):
                model.fit(X, y, X_target=sliceable)

    def test_searches_that_would_slice_it(self, sequences, target):
        X, y = sequences
        model, sliced = exact(alignment="coral", max_epochs=2), {"X_target": X}
        with pytest.raises(TypeError, match="expected X_target as Unlabelled, got Trials"):
            cross_validate(model, X, y, params=sliced, cv=2, error_score="raise")
        grid = GridSearchCV(model, {"lr": [0.1, 0.01]}, cv=2, error_score="raise")
        with pytest.raises(TypeError, match="expected X_target as Unlabelled, got Trials"):
            grid.fit(X, y, X_target=X)

    def test_searches_pass_the_unlabelled_whole(self, sequences, target):
        X, y = sequences
        sizes = []

        class Spy(ModuleClassifier):
            def fit(self, X, y, *, sample_weight=None, groups=None, X_target=None):
                sizes.append((len(X), len(X_target.trials)))
                return super().fit(
                    X, y, sample_weight=sample_weight, groups=groups, X_target=X_target
                )

        whole = {"X_target": Unlabelled(target)}
        model = Spy(module=Encoder, alignment="coral", max_epochs=2, random_state=0)
        cross_validate(model, X, y, params=whole, cv=3, error_score="raise")
        GridSearchCV(model, {"lr": [0.1]}, cv=3, error_score="raise").fit(X, y, **whole)
        assert sizes == [(16, 24)] * 6 + [(24, 24)]

    def test_one_without_the_other(self, sequences, target):
        X, y = sequences
        with pytest.raises(ValueError, match="expected an alignment where X_target is given"):
            exact().fit(X, y, X_target=Unlabelled(target))
        with pytest.raises(ValueError, match="expected X_target, unlabelled trials"):
            exact(alignment="coral").fit(X, y)

    def test_a_target_of_other_channels(self, sequences, target):
        X, y = sequences
        fewer = target.replace(data=target.data[:, :, :3], ch_names=None)
        with pytest.raises(ValueError, match="expected 4 channels as in fit, got 3"):
            exact(alignment="coral").fit(X, y, X_target=Unlabelled(fewer))

    def test_a_module_without_a_head(self, sequences, target):
        X, y = sequences

        def headless(n_features, n_windows, n_outputs):
            return nn.Sequential(nn.Flatten(), nn.Linear(n_windows * n_features, n_outputs))

        with pytest.raises(ValueError, match="expected a module with a part called head"):
            exact(module=headless, alignment="coral").fit(X, y, X_target=Unlabelled(target))

    @pytest.mark.parametrize("alignment", ["dan", 3, ["coral"]])
    def test_words_that_name_no_alignment(self, alignment, sequences, target):
        X, y = sequences
        with pytest.raises(ValueError, match=r"expected alignment to be None, one of \['coral'"):
            exact(alignment=alignment).fit(X, y, X_target=Unlabelled(target))

    def test_words_that_name_no_distance(self, sequences, target):
        X, y = sequences
        with pytest.raises(ValueError, match=r"expected the distance of Aligned to be one of \['c"):
            exact(alignment=Aligned("dann")).fit(X, y, X_target=Unlabelled(target))

    def test_words_that_name_no_domains(self, sequences, target):
        X, y = sequences
        with pytest.raises(ValueError, match=r"expected between to be one of .*got 'people'"):
            exact(alignment=Aligned("coral", between="people")).fit(X, y)

    @pytest.mark.parametrize("alignment", [Aligned("coral", between="sources"), None])
    def test_a_target_for_what_asks_for_none(self, alignment, sequences, target):
        X, y = sequences
        with pytest.raises(ValueError, match="expected an alignment where X_target is given"):
            exact(alignment=alignment).fit(X, y, X_target=Unlabelled(target))

    def test_one_subject_where_two_are_aligned(self, sequences):
        X, y = sequences
        model = exact(alignment=Aligned("coral", between="sources"))
        with pytest.raises(ValueError, match="expected to train on two subjects or more"):
            model.fit(X.data, y)

    def test_features_out_of_a_compiled_network(self, sequences):
        X, y = sequences
        model = exact(alignment=Aligned("coral", between="sources"), runtime=Runtime(compile=True))
        with pytest.raises(ValueError, match="expected compile=False where something is aligned"):
            model.fit(X, y)

    @pytest.mark.parametrize("strength", [np.nan, -1.0, "strong"])
    def test_a_strength_that_is_none(self, strength, sequences, target):
        X, y = sequences
        with pytest.raises(ValueError, match="expected strength to be a finite number, 0 or more"):
            exact(alignment=Aligned("coral", strength)).fit(X, y, X_target=Unlabelled(target))
