"""Trials that are transformed once: what comes from the cache is what the step makes, and fresh."""

import json
import multiprocessing
import os
import pickle
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path

import mne
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg import Trials, _fingerprints, _identity, evaluation, features, preprocessing
from sklearn_eeg._base import SignalTransformer, is_stateless
from sklearn_eeg._store import read_entry
from sklearn_eeg.datasets import map_trials
from sklearn_eeg.preprocessing import (
    ArtifactRejector,
    BandpassNotch,
    CachedTransformer,
    Flatten,
    SequencePadder,
    SubjectScaler,
    _cached_transformer,
)
from sklearn_eeg.testing._samples import SHAPES, make_samples
from tests.instances import INSTANCES

# The model alone: of a line beside it others tell.
evaluate = partial(evaluation.evaluate, logistic=False)

MADE = []
N, NAMES = 12, ["Fz", "Cz"]
Y = np.tile([0, 1], N // 2)
DATA = np.random.default_rng(0).standard_normal((N, 2, 30)) + Y[:, None, None]
TRIALS = Trials(
    DATA, sfreq=100, ch_names=NAMES, metadata={"subject": np.repeat(np.arange(N // 2), 2)}
)


class Gain(SignalTransformer):
    """Multiplies, and counts the trials."""

    _takes = "channel time"
    _stateless = True

    def __init__(self, gain=1.0, n_jobs=None):
        self.gain = gain
        self.n_jobs = n_jobs

    def _transform(self, trials):
        MADE.extend(range(len(trials)))
        time.sleep(getattr(Gain, "pause", 0) * len(trials))
        return trials.map(lambda x: x * self.gain)


def n_made(work):
    MADE.clear()
    work()
    return len(MADE)


def entries(folder):
    return sorted((Path(folder) / "trials").glob("*.npy"))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "Größe und mehr ($1)"


def pipeline(folder, step=None):
    return make_pipeline(CachedTransformer(step or Gain(), folder), Flatten(), LogisticRegression())


def test_a_grid_over_folds_makes_each_trial_once(folder):
    grid = {"logisticregression__C": [0.1, 1.0, 10.0], "flatten": [Flatten()]}
    plain = GridSearchCV(pipeline(None), grid, cv=GroupKFold(3), return_train_score=True)
    search = GridSearchCV(pipeline(folder), grid, cv=GroupKFold(3), return_train_score=True)
    assert n_made(lambda: search.fit(TRIALS, Y, groups=TRIALS.subject)) == N
    assert len(entries(folder)) == N
    plain.fit(TRIALS, Y, groups=TRIALS.subject)
    for name in ("mean_test_score", "mean_train_score"):
        assert_array_equal(search.cv_results_[name], plain.cv_results_[name])
    assert n_made(lambda: search.predict(TRIALS)) == 0


def test_a_grid_over_the_step_makes_each_trial_once_a_setting(folder):
    grid = {"cachedtransformer__step__gain": [1.0, 2.0], "logisticregression__C": [0.1, 1.0]}
    search = GridSearchCV(pipeline(folder), grid, cv=GroupKFold(3))
    assert n_made(lambda: search.fit(TRIALS, Y, groups=TRIALS.subject)) == 2 * N


def test_so_do_cross_validate_evaluate_and_a_second_seed(folder):
    model = pipeline(folder)
    cv = GroupKFold(3)
    assert n_made(lambda: cross_validate(model, TRIALS, Y, groups=TRIALS.subject, cv=cv)) == N
    assert n_made(lambda: evaluate(model, TRIALS, Y, cv=3)) == 0
    seeded = clone(model).set_params(logisticregression__random_state=1)
    assert n_made(lambda: evaluate(seeded, TRIALS, Y, cv=3)) == 0
    expected = evaluate(pipeline(None), TRIALS, Y, cv=3)
    assert evaluate(model, TRIALS, Y, cv=3).to_dict() == expected.to_dict()
    store = folder / "folds"
    assert evaluate(model, TRIALS, Y, cv=3, store=store).to_dict() == expected.to_dict()
    assert evaluate(model, TRIALS, Y, cv=3, store=store).to_dict() == expected.to_dict()


def test_the_digest_of_a_trial_is_taken_once_for_all_its_slices(folder, monkeypatch):
    taken, real = [], _fingerprints.fingerprint
    monkeypatch.setattr(_fingerprints, "fingerprint", lambda x: taken.append(1) or real(x))
    trials = Trials(DATA, sfreq=100, metadata=TRIALS.metadata)
    twice = make_pipeline(
        CachedTransformer(Gain(), folder),
        CachedTransformer(Gain(2.0), folder),
        Flatten(),
        LogisticRegression(),
    )
    evaluate(twice, trials, Y, cv=3)
    evaluate(twice, trials[::-1], Y[::-1], cv=6)
    # Of what comes from the cache, its name is known.
    assert len(taken) == N


STATELESS = [
    pytest.param(make, id=f"{name}-{index}")
    for name, makers in INSTANCES.items()
    for index, make in enumerate(makers)
    if name != "CachedTransformer" and isinstance(make(), SignalTransformer)
    if is_stateless(make())
]
# These sum over a batch in another order than over one trial.
BATCHED = {"DEExtractor", "FeatureStack", "FractalExtractor", "PSDExtractor"}


def check_equal(found, expected, equal=np.array_equal):
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    assert found.is_ragged == expected.is_ragged
    for one, other in zip(found.data, expected.data, strict=True):
        assert equal(one, other, equal_nan=True)
    for name in ("axes", "sfreq", "ch_names", "unit", "bands", "features", "window_onsets"):
        assert getattr(found, name) == getattr(expected, name)
    assert found._assumed == expected._assumed
    assert_frame_equal(found.metadata, expected.metadata)


@pytest.mark.parametrize("make", STATELESS)
def test_every_stateless_step_comes_from_the_cache_bit_for_bit(make, folder):
    n_taken = 0
    for kind in SHAPES:
        for ragged in (False, True):
            trials, _ = make_samples(kind, ragged=ragged)
            try:
                plain = clone(make()).fit(trials)
                together = plain.transform(trials)
            except ValueError:
                continue
            n_taken += 1
            step = CachedTransformer(make(), folder).fit(trials)
            made, without = step.transform(trials), clone(step).set_params(memory=None)
            n_files = len(entries(folder))
            check_equal(made, together, np.array_equal if exact(plain) else np.allclose)
            check_equal(step.transform(trials), made)
            check_equal(without.fit_transform(trials), made)
            check_equal(step.transform(trials[[4]]), plain.transform(trials[[4]]))
            assert len(entries(folder)) == n_files
    assert n_taken


def exact(step):
    return type(step).__name__ not in BATCHED


def test_arrays_lists_epochs_and_tables_come_back_as_their_kind(folder):
    step = CachedTransformer(Gain(2.0), folder).fit(DATA)
    assert_array_equal(step.transform(DATA), 2 * DATA)
    (first, second) = step.transform([DATA[0], DATA[1]])
    assert_array_equal([first, second], 2 * DATA[:2])
    info = mne.create_info(NAMES, 100.0, "eeg")
    epochs = mne.EpochsArray(DATA * 1e-6, info, verbose="error")
    doubled = CachedTransformer(Gain(2.0), folder).fit_transform(epochs)
    assert isinstance(doubled, mne.BaseEpochs)
    np.testing.assert_allclose(doubled.get_data(), 2e-6 * DATA)
    flat = features.BandSelector([0])
    rows = Trials(DATA[:, :, 0], features=["a", "b"])
    tables = [
        step.set_output(transform="pandas").fit_transform(rows)
        for step in (flat, CachedTransformer(flat, folder))
    ]
    assert_frame_equal(*tables)


def test_names_of_features_are_the_steps(folder):
    de = features.DEExtractor(bands={"low": (4, 12), "high": (20, 40)})
    names = CachedTransformer(de, folder).fit(TRIALS).get_feature_names_out()
    assert list(names) == ["Fz_low", "Fz_high", "Cz_low", "Cz_high"]


def test_what_a_step_writes_into_the_table_is_kept(folder):
    rejector = ArtifactRejector(1.5, muscle=None, line_freq=25.0, max_bad_channels=0.4)
    expected = rejector.fit_transform(TRIALS)
    assert len(expected.metadata.columns) > 1
    for _ in range(2):
        step = CachedTransformer(clone(rejector), folder)
        assert_frame_equal(step.fit_transform(TRIALS).metadata, expected.metadata)


def test_trials_on_disk_are_read_by_blocks_and_cached(folder, tmp_path):
    mapped = map_trials(Gain(), TRIALS, tmp_path / "maps")
    step = CachedTransformer(Gain(3.0), folder).fit(mapped)
    assert_array_equal(step.transform(mapped).data, 3 * DATA)
    assert n_made(lambda: step.transform(mapped[::2])) == 0


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (SubjectScaler(), "each trial by itself, got SubjectScaler, which learns"),
        (make_pipeline(BandpassNotch(10, 40), SubjectScaler()), "got SubjectScaler, which learns"),
        (preprocessing.MissingFiller("mean"), "got MissingFiller, which learns"),
        (FunctionTransformer(np.abs), "got FunctionTransformer, which learns .* or does not say"),
        (LogisticRegression(), "got LogisticRegression"),
        ("passthrough", "expected a transformer as step, got 'passthrough'"),
        (None, "expected a transformer as step, got None"),
    ],
)
def test_steps_that_learn_are_refused_by_name(step, sentence, folder):
    with pytest.raises(TypeError, match=f"^CachedTransformer: .*{sentence}"):
        CachedTransformer(step, folder).fit(TRIALS)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"memory": 3}, "expected memory to be a folder or None, got 3"),
        ({"max_bytes": -1}, "expected max_bytes to be a whole number of 0 or more or None"),
        ({"max_bytes": 1.5}, "expected max_bytes to be a whole number"),
    ],
)
def test_other_arguments_are_checked(settings, sentence):
    with pytest.raises((TypeError, ValueError), match=f"^CachedTransformer: {sentence}"):
        CachedTransformer(Gain(), **settings).fit(TRIALS)


def test_a_file_in_the_folders_place_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    step = CachedTransformer(Gain(), tmp_path / "file").fit(TRIALS)
    with pytest.raises(OSError, match=r"expected a folder that can be written.* memory="):
        step.transform(TRIALS)


def one_sample(monkeypatch):
    data = DATA.copy()
    data[5, 1, 17] = np.nextafter(data[5, 1, 17], 9)
    return TRIALS.replace(data=data), Gain(), 1


def one_zeros_sign(monkeypatch):
    # Equal numbers, other bytes.
    data = DATA.copy()
    data[2, 0, 3] = -0.0
    return TRIALS.replace(data=data), Gain(), 1


def another_type(monkeypatch):
    return TRIALS.replace(data=DATA.astype("f4")), Gain(), N


def another_rate(monkeypatch):
    return TRIALS.replace(sfreq=200), Gain(), N


def other_names(monkeypatch):
    return TRIALS.replace(ch_names=["C3", "C4"]), Gain(), N


def another_unit(monkeypatch):
    return TRIALS.replace(unit="mV"), Gain(), N


def another_argument(monkeypatch):
    return TRIALS, Gain(np.nextafter(1.0, 2)), N


def a_step_more(monkeypatch):
    return TRIALS, make_pipeline(Gain(), preprocessing.Rereference()), N


def another_version(monkeypatch):
    monkeypatch.setattr(_cached_transformer, "versions", lambda: {"numpy": "9.9.9"})
    return TRIALS, Gain(), N


def another_source(monkeypatch):
    monkeypatch.setattr(_identity, "_package_code", lambda: b"other")
    return TRIALS, Gain(), N


@pytest.mark.parametrize(
    "change",
    [
        one_sample, one_zeros_sign, another_type, another_rate, other_names, another_unit,
        another_argument, a_step_more, another_version, another_source,
    ],
)  # fmt: skip
def test_any_change_of_what_decides_a_trial_makes_it_anew(change, folder, monkeypatch):
    CachedTransformer(Gain(), folder).fit_transform(TRIALS)
    trials, step, n_anew = change(monkeypatch)
    cached = CachedTransformer(step, folder).fit(trials)
    expected = clone(step).fit_transform(trials).data
    assert n_made(lambda: cached.transform(trials)) == n_anew
    assert n_made(lambda: cached.transform(trials)) == 0
    assert_array_equal(cached.transform(trials).data, expected)


def test_how_fast_and_who_it_is_changes_nothing(folder):
    CachedTransformer(Gain(), folder).fit_transform(TRIALS)
    others = TRIALS.replace(metadata={"subject": np.arange(N) + 100})
    step = CachedTransformer(Gain(n_jobs=2), folder).fit(others)
    assert n_made(lambda: step.transform(others)) == 0
    assert_array_equal(step.transform(others).subject, np.arange(N) + 100)


@pytest.mark.parametrize("scale", [2.0, -1.0, 1e-6])
def test_samples_written_over_in_place_are_noticed(scale, folder):
    data = DATA.copy()
    trials = Trials(data, sfreq=100)
    step = CachedTransformer(Gain(), folder).fit(trials)
    step.transform(trials)
    data *= scale
    assert_array_equal(step.transform(trials).data, DATA * scale)
    assert_array_equal(step.transform(trials[3:5]).data, DATA[3:5] * scale)


@pytest.mark.parametrize("kind", ["empty", "cut", "foreign"])
def test_a_damaged_file_is_made_anew(kind, folder):
    step = CachedTransformer(Gain(2.0), folder).fit(TRIALS)
    step.transform(TRIALS)
    for path in entries(folder)[:3]:
        content = path.read_bytes()
        damaged = {"empty": b"", "cut": content[:-40], "foreign": os.urandom(999)}[kind]
        path.write_bytes(damaged)
    assert n_made(lambda: step.transform(TRIALS)) == 3
    assert_array_equal(step.transform(TRIALS).data, 2 * DATA)


def test_a_file_is_an_npy_file_of_numbers(folder):
    CachedTransformer(Gain(), folder).fit_transform(TRIALS)
    found = [np.load(path, mmap_mode="r", allow_pickle=False)[0] for path in entries(folder)]
    assert {x.tobytes() for x in found} == {x.tobytes() for x in DATA}


def test_the_oldest_files_make_room(folder):
    CachedTransformer(Gain(), folder).fit_transform(TRIALS[:4])
    size = entries(folder)[0].stat().st_size + 64
    old = set(entries(folder))
    for path in old:
        os.utime(path, (1, 1))
    step = CachedTransformer(Gain(), folder, max_bytes=10 * size).fit(TRIALS)
    assert_array_equal(step.transform(TRIALS).data, DATA)
    left = set(entries(folder))
    assert sum(path.stat().st_size for path in left) <= 10 * size
    assert len(left) >= 10
    assert len(left & old) == len(left) - (N - 4)
    nothing = CachedTransformer(Gain(3.0), folder, max_bytes=0).fit(TRIALS)
    assert_array_equal(nothing.transform(TRIALS).data, 3 * DATA)
    assert entries(folder) == []
    unbounded = CachedTransformer(Gain(), folder, max_bytes=None).fit(TRIALS)
    unbounded.transform(TRIALS)
    assert len(entries(folder)) == N


def test_without_a_folder_nothing_is_kept_and_a_pickle_works(folder):
    step = CachedTransformer(Gain(2.0)).fit(TRIALS)
    assert n_made(lambda: step.transform(TRIALS)) == N
    assert n_made(lambda: step.transform(TRIALS)) == N
    cached = pickle.loads(pickle.dumps(CachedTransformer(Gain(2.0), folder).fit(TRIALS)))
    trials = pickle.loads(pickle.dumps(TRIALS))
    assert n_made(lambda: cached.transform(TRIALS)) == N
    assert n_made(lambda: cached.transform(trials)) == 0


def test_a_shorter_list_of_trials_has_its_own_onsets(folder):
    data = [DATA[0], DATA[1][:, :20]]
    trials = Trials(data, sfreq=100, ch_names=NAMES)
    steps = make_pipeline(preprocessing.Windower(0.1), SequencePadder(3))
    for rows in ([0, 1], [1], [0]):
        plain = clone(steps).fit_transform(trials[rows])
        check_equal(CachedTransformer(steps, folder).fit_transform(trials[rows]), plain)


needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="processes cannot be forked"
)


def transform_into(folder, barrier=None):
    """In a process of its own."""
    if barrier is not None:
        barrier.wait()
    CachedTransformer(Gain(2.0), folder).fit_transform(TRIALS)


def check_kills(tmp_path, n_kills, monkeypatch):
    monkeypatch.setattr(Gain, "pause", 0.002, raising=False)
    fork, clock, n_before = multiprocessing.get_context("fork"), random.Random(0), []
    for kill in range(n_kills):
        folder = tmp_path / str(kill)
        process = fork.Process(target=transform_into, args=(folder,))
        process.start()
        wanted, deadline = clock.randrange(N), time.monotonic() + 60
        while len(entries(folder)) < wanted and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(clock.uniform(0, 0.01))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found = entries(folder)
        assert all(read_entry(path) is not None for path in found)
        n_before.append(len(found))
        step = CachedTransformer(Gain(2.0), folder).fit(TRIALS)
        assert n_made(lambda step=step: step.transform(TRIALS)) == N - len(found)
        assert_array_equal(step.transform(TRIALS).data, 2 * DATA)
    print(f"files there at each kill: {n_before}")
    assert sum(0 < n < N for n in n_before) > n_kills / 3


@needs_fork
def test_three_kills_leave_whole_files(tmp_path, monkeypatch):
    check_kills(tmp_path, 3, monkeypatch)


@needs_fork
@pytest.mark.slow
def test_thirty_kills_leave_whole_files(tmp_path, monkeypatch):
    check_kills(tmp_path, 30, monkeypatch)


@needs_fork
def test_two_processes_share_a_folder(folder):
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(2)
    pair = [fork.Process(target=transform_into, args=(folder, barrier)) for _ in range(2)]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    assert [process.exitcode for process in pair] == [0, 0]
    assert len(entries(folder)) == N
    assert list((folder / "trials").glob(".partial-*")) == []


def test_a_file_that_another_process_removes_meanwhile_is_made_again(folder, monkeypatch):
    real = _cached_transformer.look_at

    def remove_first(blocks):
        for path in entries(folder):
            path.unlink()
        return real(blocks)

    monkeypatch.setattr(_cached_transformer, "look_at", remove_first)
    step = CachedTransformer(Gain(2.0), folder).fit(TRIALS)
    assert_array_equal(step.transform(TRIALS).data, 2 * DATA)


def test_a_digest_tells_type_shape_bytes_and_what_is_masked():
    x = np.arange(6.0)
    masked = np.ma.masked_array(x, x > 3)
    distinct = [x, x.astype("f4"), x.reshape(2, 3), x.reshape(3, 2), -x, x.view("i8"), masked]
    distinct += [np.ma.masked_array(x, x > 2), x[:5], x[:0]]
    digests = [_fingerprints.fingerprint(each) for each in distinct]
    assert len(set(digests)) == len(distinct)
    assert _fingerprints.fingerprint(np.asfortranarray(x.reshape(2, 3))) == digests[2]
    # Which of the two digests it is, is part of its name.
    assert json.dumps(digests[0]).count(" ") == 1


def test_slices_of_slices_share_what_is_known(monkeypatch):
    taken, real = [], _fingerprints.fingerprint
    monkeypatch.setattr(_fingerprints, "fingerprint", lambda x: taken.append(1) or real(x))
    trials = Trials(DATA, sfreq=100)
    whole = [real(x) for x in DATA]
    mask = np.arange(N) % 3 > 0
    part = partial(lambda t: t._fingerprints.of(t.data))
    assert part(trials[2:8][::-1][[0, 3]]) == [whole[7], whole[4]]
    assert part(trials[mask]) == [w for w, m in zip(whole, mask, strict=True) if m]
    assert part(trials) == whole
    assert len(taken) == N
    assert part(trials.replace(unit="V")) == whole
    assert len(taken) == N
    assert part(trials.replace(data=DATA * 2)) != whole


@pytest.fixture
def without_xxhash(monkeypatch):
    """As where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "xxhash", None)
    _fingerprints._fastest.cache_clear()
    yield
    _fingerprints._fastest.cache_clear()


def fresh(data=DATA):
    """Trials of which nothing is known yet."""
    return Trials(data, sfreq=100, ch_names=NAMES, metadata=TRIALS.metadata)


def test_without_the_extra_trials_are_told_by_sha256(folder, without_xxhash):
    assert _fingerprints.fingerprint(DATA[0]).startswith("sha256 ")
    step = CachedTransformer(Gain(), folder)
    assert n_made(lambda: step.fit_transform(fresh())) == N
    assert n_made(lambda: step.fit_transform(fresh())) == 0


def test_what_one_hash_has_named_the_other_never_finds(folder, monkeypatch):
    pytest.importorskip("xxhash")
    step, changed = CachedTransformer(Gain(), folder), DATA.copy()
    changed[3] += 1
    assert _fingerprints.fingerprint(DATA[0]).startswith("XXH3_128 ")
    assert n_made(lambda: step.fit_transform(fresh())) == N
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "xxhash", None)
        _fingerprints._fastest.cache_clear()
        # Made again, though the same numbers lie there, and none of the other's is served.
        assert n_made(lambda: step.fit_transform(fresh())) == N
        assert n_made(lambda: step.fit_transform(fresh(changed))) == 1
        assert_array_equal(step.fit_transform(fresh(changed)).data, changed)
    _fingerprints._fastest.cache_clear()
    assert n_made(lambda: step.fit_transform(fresh())) == 0
    assert n_made(lambda: step.fit_transform(fresh(changed))) == 1
    assert_array_equal(step.fit_transform(fresh(changed)).data, changed)
