"""What is kept of a model, what is not, and what is refused."""

import json
import struct
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from safetensors import safe_open
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import InconsistentVersionWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC, LinearSVC
from torch import nn

from sklearn_eeg import classifiers, decomposition, persistence, recipes
from sklearn_eeg.augmentation import AdditiveNoise
from sklearn_eeg.classifiers import (
    ModuleClassifier,
    ResAttentioNetClassifier,
    Runtime,
    WideDeepClassifier,
    WindowedClassifier,
)
from sklearn_eeg.conformal import SubjectConformalClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.montage import GridMapper
from sklearn_eeg.persistence import describe, load, save
from sklearn_eeg.preprocessing import ChannelScaler
from sklearn_eeg.regressors import Conv2DLSTMRegressor
from sklearn_eeg.trials import Trials

DATA = Path(__file__).parent / "data"
X, Y = make_emotion_trials(4, n_stimuli=6, random_state=0)


def back(model, folder, **settings):
    return load(save(model, folder / "it.safetensors"), **settings)


@pytest.mark.parametrize("name", ["logistic", "svm", "lda", "naive-bayes", "mlp", "dgcnn", "gru"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_whole_recipes_come_back(name, tmp_path):
    settings = {"max_epochs": 1} if name in ("dgcnn", "gru") else None
    model = recipes.make(name, random_state=0, settings=settings).fit(X, Y)
    other = back(model, tmp_path)
    assert_array_equal(other.predict(X), model.predict(X))
    if hasattr(model, "predict_proba"):
        assert_array_equal(other.predict_proba(X), model.predict_proba(X))
    assert repr(other) == repr(model)


@pytest.mark.parametrize(
    "inner",
    [
        LogisticRegression(),
        SVC(),
        LinearSVC(),
        GaussianNB(),
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
    ids=lambda model: type(model).__name__,
)
def test_classic_models_on_windows_come_back(inner, tmp_path):
    features = np.random.default_rng(0).standard_normal((12, 4, 3, 5))
    y = np.tile([0, 1], 6)
    model = WindowedClassifier(inner).fit(features, y)
    other = back(model, tmp_path)
    assert_array_equal(other.predict_proba(features), model.predict_proba(features))
    assert_array_equal(other.predict_windows(features), model.predict_windows(features))


def test_of_a_search_the_best_is_kept(tmp_path):
    features = np.random.default_rng(0).standard_normal((12, 20))
    y = np.tile([0, 1], 6)
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=2).fit(features, y)
    other = back(search, tmp_path)
    assert isinstance(other, LogisticRegression)
    assert_array_equal(other.predict_proba(features), search.predict_proba(features))


def test_pipelines_in_pipelines_and_lists_of_models(tmp_path):
    features = np.random.default_rng(0).standard_normal((60, 4))
    y, subject = np.tile([0, 1], 30), np.repeat(np.arange(10), 6)
    inner = Pipeline([("one", make_pipeline(StandardScaler(), GaussianNB()))])
    model = SubjectConformalClassifier(inner, alpha=0.2, cv=3).fit(features, y, groups=subject)
    other = back(model, tmp_path)
    assert_array_equal(other.p_values(features), model.p_values(features))


def network(**settings):
    features = np.random.default_rng(0).standard_normal((12, 4, 3, 5))
    y = np.tile(["calm", "tense"], 6)
    settings = {"max_epochs": 2, "random_state": 0} | settings
    return WideDeepClassifier(**settings).fit(features, y), features, y


def test_what_belongs_to_a_machine_is_left_out(tmp_path):
    runtime = Runtime(checkpoint=tmp_path / "states", precision="float64")
    model, features, _ = network(runtime=runtime, verbose=0, device="cpu", callbacks=[])
    other = back(model, tmp_path)
    assert other.runtime.checkpoint is None
    assert other.runtime.precision == "float64"
    assert other.callbacks is None and other.device == "auto"
    assert_array_equal(other.predict_proba(features), model.predict_proba(features))
    assert "states" not in (tmp_path / "it.safetensors").read_bytes().decode("latin1")


def test_what_was_learnt_in_training_is_told(tmp_path):
    features = np.random.default_rng(0).standard_normal((12, 4, 3, 5))
    y, subject = np.tile(["calm", "tense"], 6), np.repeat([1, 2, 3], 4)
    model = WideDeepClassifier(
        validation=0.5, augmentation=AdditiveNoise(0.1), max_epochs=2, random_state=0
    ).fit(features, y, groups=subject)
    other = back(model, tmp_path)
    for before, after in zip(model.history_, other.history_, strict=True):
        assert set(before) - set(after) <= {"dur"}
        assert {k: after[k] for k in after if k != "batches"}.items() <= _hashable(before)
    assert (other.n_iter_, other.n_steps_, other.best_epoch_) == (
        model.n_iter_,
        model.n_steps_,
        model.best_epoch_,
    )
    assert isinstance(other.augmentation, AdditiveNoise)
    # It can be moved, continued and fitted anew.
    assert_array_equal(
        other.calibrate(features[:2], y[:2]).predict_proba(features),
        model.calibrate(features[:2], y[:2]).predict_proba(features),
    )
    assert_array_equal(
        other.fit(features, y, groups=subject).predict_proba(features),
        model.fit(features, y, groups=subject).predict_proba(features),
    )


def _hashable(row):
    return {k: v for k, v in row.items() if k != "batches"}.items()


def dense(n_outputs):
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(4), nn.Linear(4, n_outputs))


def test_code_is_refused_or_given_again(tmp_path):
    features = np.random.default_rng(0).standard_normal((12, 3, 5))
    y = np.tile([0, 1], 6)
    model = make_pipeline(
        ChannelScaler(), ModuleClassifier(module=dense, max_epochs=1, random_state=0)
    )
    model.fit(features, y)
    file = tmp_path / "it.safetensors"
    with pytest.raises(TypeError, match=r"got function at model\.steps\[1\]\[1\]\.module; save it"):
        save(model, file)
    assert not file.exists()
    save(model, file, leave_out_code=True)
    place = "model.steps[1][1].module"
    assert describe(file)["left_out"] == [place]
    for code in (dense, {place: dense}):
        assert_array_equal(
            load(file, code=code).predict_proba(features), model.predict_proba(features)
        )
    with pytest.raises(
        ValueError, match=r"load: expected the code that was left out at '.*module'"
    ):
        load(file)
    with pytest.raises(ValueError, match="load: "):
        load(file, code=lambda n_outputs: nn.Sequential(nn.Flatten(), nn.Linear(15, n_outputs)))


@pytest.mark.parametrize(
    ("model", "error", "sentence"),
    [
        (LogisticRegression(), NotFittedError, "not fitted"),
        (
            make_pipeline(FunctionTransformer(np.abs), GaussianNB()).fit(np.eye(4), [0, 1, 0, 1]),
            TypeError,
            "got FunctionTransformer at model.steps",
        ),
    ],
)
def test_what_cannot_be_kept_is_a_sentence(model, error, sentence, tmp_path):
    with pytest.raises(error, match=sentence):
        save(model, tmp_path / "it")
    assert not list(tmp_path.iterdir())


def test_an_older_file_stays_until_the_new_one_is_there(tmp_path, monkeypatch):
    model, *_ = network()
    file = save(model, tmp_path / "it.safetensors")
    before = file.read_bytes()
    monkeypatch.setattr(persistence._bundle, "_pack", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(model, file)
    assert file.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_arrays_lie_as_they_did_and_so_products_round_alike(tmp_path):
    trials, y = make_emotion_trials(n_subjects=4, duration=8.0, random_state=0)
    steps = DEExtractor(1.0), LDSSmoother("filter"), ChannelScaler(), WindowedClassifier()
    model = make_pipeline(*steps).fit(trials, y)
    again = load(save(model, tmp_path / "model"))
    coefficients = model[-1].estimator_.coef_
    # Or it would say nothing.
    assert coefficients.flags.f_contiguous and not coefficients.flags.c_contiguous
    assert again[-1].estimator_.coef_.flags.f_contiguous
    assert_array_equal(again.predict_proba(trials), model.predict_proba(trials))


def test_the_same_model_makes_the_same_file(tmp_path):
    one, other = (save(network()[0], tmp_path / name) for name in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()


def test_other_libraries_read_the_weights(tmp_path):
    model, *_ = network()
    file = save(model, tmp_path / "it.safetensors")
    with safe_open(file, framework="pt") as tensors:
        for name, weight in model.module_.state_dict().items():
            assert_array_equal(tensors.get_tensor(f"model.net.{name}"), weight)


def test_a_manifest_tells_what_it_is(tmp_path):
    model = recipes.make("wide-deep", random_state=0, settings={"max_epochs": 1}).fit(X, Y)
    said = describe(save(model, tmp_path / "it"))
    assert said["steps"][0] == "BandpassNotch" and said["steps"][-1] == "WideDeepClassifier"
    assert said["channels"] == list(X.ch_names)
    assert said["sfreq"] == X.sfreq
    assert said["classes"] == sorted(set(Y.tolist()))
    assert said["n_parameters"] == sum(p.numel() for p in model[-1].module_.parameters())
    assert said["training"]["n_iter"] == 1
    assert said["format"] == 1 and said["versions"]["sklearn_eeg"]
    json.dumps(said)


def test_another_version_of_scikit_learn_is_warned_of(tmp_path, monkeypatch):
    model, *_ = network()
    file = save(model, tmp_path / "it")
    monkeypatch.setattr(persistence._bundle.sklearn, "__version__", "0.0")
    with pytest.warns(InconsistentVersionWarning, match="A model from version"):
        load(file)


@pytest.mark.parametrize("file", sorted(DATA.glob("*.safetensors")), ids=lambda file: file.stem)
def test_files_of_earlier_versions_load(file):
    """Kept as they were written, with what they answered then."""
    known = np.load(file.with_suffix(".npz"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InconsistentVersionWarning)
        model = load(file)
    np.testing.assert_allclose(model.predict_proba(known["X"]), known["answer"], atol=1e-6)


def test_there_are_files_of_earlier_versions():
    assert len(list(DATA.glob("*.safetensors"))) == 4


def test_padding_of_windows_is_kept(tmp_path):
    features = np.random.default_rng(0).standard_normal((12, 40, 3, 5))
    features[::2, 30:] = np.nan
    model = ResAttentioNetClassifier(base_width=4, max_epochs=1, random_state=0)
    model.fit(features, np.tile([0, 1], 6))
    other = back(model, tmp_path)
    short = features[:, :20]
    assert_array_equal(other.predict_proba(features), model.predict_proba(features))
    assert_array_equal(other.predict_proba(short), model.predict_proba(short))


def test_the_header_is_what_safetensors_says(tmp_path):
    content = save(network()[0], tmp_path / "it").read_bytes()
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    assert set(header["__metadata__"]) == {"sklearn_eeg"}


def test_regressors_and_what_stands_before_them_are_kept(tmp_path):
    y = X.data.std(axis=(1, 2)).astype(float)
    steps = DEExtractor(window=2.0), ChannelScaler(), GridMapper("10-20-5x5")
    settings = {"max_epochs": 2, "validation": None, "random_state": 0}
    model = make_pipeline(*steps, Conv2DLSTMRegressor(**settings)).fit(X, y)
    other = back(model, tmp_path)
    assert_array_equal(other.predict(X), model.predict(X))
    assert describe(tmp_path / "it.safetensors")["n_parameters"] > 0


class BothBlocks(nn.Module):
    """A network of two blocks."""

    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.line = nn.Linear(n_features, n_outputs)
        self.eye = nn.LazyLinear(n_outputs)

    def forward(self, x, eye):
        return self.line(x.flatten(1)) + self.eye(eye)


def with_eyes():
    rng = np.random.default_rng(0)
    eye = rng.standard_normal((24, 4)).astype(np.float32)
    data = rng.standard_normal((24, 3, 5)).astype(np.float32)
    axes = ["channel", "band"]
    return Trials(data, axes=axes, extra={"eye": eye}), np.tile(["a", "b"], 12)


@pytest.mark.parametrize("name", ["DCCA", "BDAE"])
def test_a_second_block_of_the_trials_is_kept_with_what_represents_both(name, tmp_path):
    trials, y = with_eyes()
    sizes = {"DCCA": {"sizes": (6, 2)}, "BDAE": {}}[name]
    settings = {"max_epochs": 2, "validation": None, "random_state": 0, **sizes}
    first = getattr(decomposition, name)(**settings)
    model = make_pipeline(first, WindowedClassifier(LinearSVC())).fit(trials, y)
    other = back(model, tmp_path)
    assert_array_equal(other[:-1].transform(trials).data, model[:-1].transform(trials).data)
    assert_array_equal(other.predict(trials), model.predict(trials))
    with pytest.raises(ValueError, match="block 'eye' in extra"):
        other.predict(trials.replace(extra={}))


def test_a_module_of_two_blocks_is_kept_when_it_is_given_again(tmp_path):
    trials, y = with_eyes()
    settings = {"max_epochs": 2, "validation": None, "random_state": 0}
    model = ModuleClassifier(module=BothBlocks, extra=("eye",), **settings).fit(trials, y)
    file = save(model, tmp_path / "it", leave_out_code=True)
    other = load(file, code=BothBlocks)
    assert_array_equal(other.predict_proba(trials), model.predict_proba(trials))


@pytest.mark.parametrize("name", ["ResAttentioNetClassifier", "WideDeepClassifier"])
def test_a_pickle_is_about_as_large_as_the_weights(name, tmp_path):
    features = np.random.default_rng(0).standard_normal((12, 30, 19, 5)).astype(np.float32)
    model = getattr(classifiers, name)(max_epochs=2, random_state=0, validation=None)
    model.fit(features, np.tile([0, 1], 6))
    joblib.dump(make_pipeline(ChannelScaler(), model).fit(features, [0, 1] * 6), tmp_path / "it")
    n_bytes = sum(w.numel() * w.element_size() for w in model.module_.state_dict().values())
    assert (tmp_path / "it").stat().st_size < 1.05 * n_bytes + 60_000
