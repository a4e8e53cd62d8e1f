import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from sklearn_eeg.classifiers import BandPowerNetClassifier, Runtime
from sklearn_eeg.evaluation._target import transductive_steps
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.features._de import gaussian_entropy
from sklearn_eeg.nn.models import BandPowerNet
from sklearn_eeg.preprocessing import SubjectScaler
from sklearn_eeg.trials import Trials


def make(n_channels=3, **settings):
    return BandPowerNet(n_channels, 200, n_outputs=2, sfreq=128, **settings).double().eval()


@pytest.fixture
def study():
    """48 trials of 4 windows of 3 channels, of six subjects whose gains differ."""
    rng = np.random.default_rng(0)
    subject = np.repeat(np.arange(6), 8)
    y = np.tile(["calm", "tense"], 24)
    data = rng.normal(size=(48, 4, 3, 200)) * np.exp(rng.normal(size=6))[subject, None, None, None]
    data[y == "tense", :, 0] *= 1.5
    trials = Trials(
        data, axes=["window", "channel", "time"], sfreq=128, metadata={"subject": subject}
    )
    return trials, y


def fit(study, **settings):
    trained = study[0].subject < 4
    settings = {
        "n_filters": 3,
        "random_state": 0,
        "runtime": Runtime(precision="float64"),
    } | settings
    return BandPowerNetClassifier(**settings).fit(study[0][trained], study[1][trained])


def test_filters_of_single_electrodes_give_the_entropy_of_each():
    x = np.random.default_rng(0).normal(size=(5, 3, 200))
    model = make(n_filters=3)
    model.filters.data = torch.eye(3, dtype=torch.float64).repeat(5, 1, 1)
    power = model.log_power(torch.tensor(x)).exp().detach().numpy().reshape(5, 5, 3)
    expected = DEExtractor(sfreq=128).fit_transform(x)
    assert_allclose(gaussian_entropy(power).swapaxes(1, 2), expected, rtol=1e-5)


def test_a_filter_mixes_the_signals():
    x = torch.randn(4, 3, 200, dtype=torch.float64)
    model = make(n_filters=2)
    mixed = torch.einsum("bfc,nct->nbft", model.filters, x)
    for b in range(5):
        for f in range(2):
            alone = make(n_channels=1, n_filters=1)
            alone.filters.data.fill_(1.0)
            expected = alone.log_power(mixed[:, b, f, None])[:, b]
            torch.testing.assert_close(model.log_power(x)[:, 2 * b + f], expected)


def test_what_two_electrodes_have_in_common_is_seen_by_filters_alone():
    # The power of each electrode is the same in both classes; that of their sum is not.
    rng = np.random.default_rng(0)
    shared, own = rng.normal(size=(2, 120, 1, 100)), rng.normal(size=(120, 1, 100))
    y = np.arange(120) % 2
    X = np.concatenate([shared[0], np.where(y[:, None, None], shared[0], own)], axis=1)
    X += 0.5 * rng.normal(size=X.shape)
    model = BandPowerNetClassifier(sfreq=128, bands={"all": (1, 50)}, random_state=0, max_epochs=60)
    assert model.fit(X[:80], y[:80]).score(X[80:], y[80:]) > 0.9


def test_a_person_is_scaled_by_all_their_windows_however_they_are_split(study):
    trials, _ = study
    model = fit(study, transductive=True)
    new = trials[trials.subject >= 4]
    module, order = model.module_, np.random.default_rng(0).permutation(len(new))
    x = torch.tensor(new.data.reshape(-1, 3, 200))
    with torch.no_grad():
        power = module.log_power(x).numpy()
        scaled = SubjectScaler("feature").fit_transform(power, groups=new.subject.repeat(4))
        logits = module.head(torch.tensor(scaled)).numpy()
    odds = np.exp(logits)
    expected = (odds / odds.sum(1, keepdims=True)).reshape(-1, 4, 2).mean(1)
    assert_allclose(model.predict_proba(new), expected, atol=1e-4)
    model._predict_bytes = 1
    assert_allclose(model.predict_proba(new[order]), expected[order], atol=1e-4)
    alone = np.concatenate([model.predict_proba(new[:8]), model.predict_proba(new[8:])])
    assert_allclose(alone, expected, atol=1e-4)


def test_a_gain_of_a_person_changes_their_answer_unless_it_is_transductive(study):
    trials, _ = study
    louder = trials.replace(data=3 * trials.data)
    plain, transductive = fit(study), fit(study, transductive=True)
    assert_allclose(
        transductive.predict_proba(louder), transductive.predict_proba(trials), atol=1e-6
    )
    assert np.abs(plain.predict_proba(louder) - plain.predict_proba(trials)).max() > 0.05
    for one, other in zip(
        plain.module_.parameters(), transductive.module_.parameters(), strict=True
    ):
        assert torch.equal(one, other)


def test_it_pays_with_people_of_different_gains(study):
    trials, y = study
    new = trials.subject >= 4
    assert fit(study, transductive=True).score(trials[new], y[new]) > 0.9


def test_without_subjects_a_person_is_scaled_as_those_of_the_training(study):
    trials, _ = study
    model = fit(study, transductive=True)
    with pytest.warns(UserWarning, match="expected Trials with a 'subject' column"):
        found = model.predict_proba(trials.replace(metadata=None))
    assert_allclose(found, fit(study).predict_proba(trials))


@pytest.mark.parametrize("transductive", [False, True])
def test_only_who_is_transductive_says_so(transductive):
    model = BandPowerNetClassifier(transductive=transductive)
    assert model.__sklearn_tags__().non_deterministic == transductive
    assert transductive_steps(model) == ["BandPowerNetClassifier"] * transductive


def test_bands_beyond_the_rate_are_refused():
    with pytest.raises(ValueError, match="'gamma' must satisfy 0 < low < high < 50 Hz"):
        BandPowerNet(3, 200, n_outputs=2, sfreq=100)
