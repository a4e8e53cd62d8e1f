"""What steps make of trials, kept on disk: equal to memory, made once, and for stateless steps."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg import _mapped
from sklearn_eeg._base import SignalTransformer
from sklearn_eeg._mapped import MappedRows, is_mapped
from sklearn_eeg.datasets import _map_trials, map_trials
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.features import DEExtractor, FeatureStack, LDSSmoother, PSDExtractor
from sklearn_eeg.preprocessing import (
    ArtifactRejector,
    BandpassNotch,
    Flatten,
    SequencePadder,
    SubjectScaler,
    Windower,
)
from sklearn_eeg.trials import Trials
from tests.datasets.test_store import contents, in_trials, windowed

CHANNELS = ["Fz", "Cz", "Pz", "Oz"]
BAND = {"wide": (5.0, 45.0)}
FILTER = BandpassNotch(10, 40, method="iir")
ENTROPY = make_pipeline(FILTER, DEExtractor(0.5, bands=BAND))


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "signals"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in "abc":
        np.save(folder / f"{name}.npy", 20 * rng.standard_normal((4, 300 + ord(name))))
    return sorted(folder.iterdir())


def on_disk(files, cache, ragged):
    recordings = in_trials(files, (300, 250, 280)) if ragged else windowed(files)
    return gather(recordings, cache=cache, sfreq=100.0, ch_names=CHANNELS)[0]


@pytest.fixture
def applied(monkeypatch):
    """Numbers of trials that a step was applied to, in turn."""
    counts = []
    real = _map_trials._apply
    monkeypatch.setattr(
        _map_trials, "_apply", lambda step, x: counts.append(len(x)) or real(step, x)
    )
    return counts


STEPS = {
    "filter": FILTER,
    "entropy": ENTROPY,
    "windows": Windower(0.5, step=0.2),
    "padded": make_pipeline(Windower(0.5), SequencePadder(8)),
    "stack": FeatureStack(
        [("de", DEExtractor(0.5, bands=BAND)), ("psd", PSDExtractor(0.5, bands=BAND))]
    ),
    "smooth": make_pipeline(DEExtractor(0.2, bands=BAND), LDSSmoother(), "passthrough"),
    "one number": make_pipeline(DEExtractor(bands=BAND)),
}


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_what_comes_from_disk_is_what_memory_gives(step, ragged, files, tmp_path):
    trials = on_disk(files, tmp_path / "cache", ragged)
    data = [np.array(x) for x in trials.data] if ragged else np.asarray(trials.data)
    extra = {"eye": np.arange(len(trials))}
    wanted = step.fit_transform(trials.replace(data=data, extra=extra))
    found = map_trials(step, trials.replace(extra=extra), tmp_path / "cache")
    assert repr(found) == repr(wanted)
    assert all(map(is_mapped, found.data))
    differ = len({trial.shape for trial in wanted.data}) > 1
    assert isinstance(found.data, list if differ else MappedRows)
    for one, other in zip(found.data, wanted.data, strict=True):
        assert_allclose(one, other, rtol=1e-5, atol=1e-4)
    for fact in ("axes", "sfreq", "ch_names", "unit", "bands", "features", "window_onsets"):
        assert getattr(found, fact) == getattr(wanted, fact)
    pd.testing.assert_frame_equal(found.metadata, wanted.metadata)
    assert_array_equal(found.extra["eye"], extra["eye"])


@pytest.mark.parametrize("ragged", [False, True])
def test_results_are_made_once(ragged, files, tmp_path, applied):
    trials = on_disk(files, tmp_path / "cache", ragged)
    first = map_trials(ENTROPY, trials, tmp_path / "cache")
    assert applied == ([3, 3, 3] if ragged else [4, 4, 4])
    again = map_trials(ENTROPY, trials, tmp_path / "cache")
    assert len(applied) == 3
    for one, other in zip(again.data, first.data, strict=True):
        assert_array_equal(one, other)
    # Trials of a recording that is there, in whatever fold.
    whole = trials[np.repeat([False, True, True], len(trials) // 3)]
    map_trials(ENTROPY, whole, tmp_path / "cache")
    assert len(applied) == 3


def test_shuffled_trials_come_in_their_order(files, tmp_path):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    trials = trials.replace(metadata=trials.metadata.assign(number=np.arange(len(trials))))
    order = np.random.default_rng(0).permutation(len(trials))
    wanted = map_trials(ENTROPY, trials, tmp_path / "cache")
    found = map_trials(ENTROPY, trials[order], tmp_path / "cache")
    assert_array_equal(found.data, np.asarray(wanted.data)[order])
    assert_array_equal(found.metadata["number"], order)


def other_argument(trials):
    return make_pipeline(FILTER, DEExtractor(0.4, bands=BAND)), trials


def other_rate(trials):
    return ENTROPY, trials.replace(sfreq=110.0)


def other_names(trials):
    return ENTROPY, trials.replace(ch_names=["Fz", "Cz", "Pz", "O1"])


def other_numbers(trials):
    data = np.asarray(trials.data)
    return ENTROPY, trials.replace(data=np.where(np.arange(len(data[0, 0])) == 9, 0, data))


@pytest.mark.parametrize("change", [other_argument, other_rate, other_names, other_numbers])
def test_whatever_decides_results_makes_them_anew(change, files, tmp_path, applied):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    map_trials(ENTROPY, trials, tmp_path / "cache")
    applied.clear()
    step, trials = change(trials)
    found = map_trials(step, trials, tmp_path / "cache")
    assert sum(applied) == 12
    assert_allclose(found.data, step.fit_transform(trials).data, rtol=1e-5)


def test_other_metadata_and_more_threads_change_no_result(files, tmp_path, applied):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    map_trials(ENTROPY, trials, tmp_path / "cache")
    applied.clear()
    trials = trials.replace(metadata=trials.metadata.assign(subject="someone"))
    step = make_pipeline(
        BandpassNotch(10, 40, method="iir", n_jobs=2), DEExtractor(0.5, bands=BAND, n_jobs=2)
    )
    found = map_trials(step, trials, tmp_path / "cache")
    assert applied == []
    assert set(found.subject) == {"someone"}


@pytest.mark.parametrize("ragged", [False, True])
def test_trials_in_memory_go_to_disk_block_by_block(ragged, tmp_path, applied, monkeypatch):
    monkeypatch.setattr(_map_trials, "BLOCK_BYTES", 3 * 2 * 100 * 4)
    data = np.random.default_rng(0).standard_normal((10, 2, 100), dtype=np.float32)
    trials = Trials(list(data) if ragged else data, sfreq=100.0)
    wanted = FILTER.fit_transform(trials)
    for _ in range(2):
        found = map_trials(FILTER, trials, tmp_path)
        assert_array_equal(list(found.data), list(wanted.data))
    assert sum(applied) == 10
    assert max(applied) == 3
    map_trials(FILTER, trials[3:], tmp_path)


def test_a_users_map_is_told_by_its_content(tmp_path, applied):
    data = np.random.default_rng(0).standard_normal((4, 2, 100), dtype=np.float32)
    for n_made in (4, 4, 8):
        np.save(tmp_path / "mine.npy", data * (1 + n_made // 8))
        trials = Trials(np.load(tmp_path / "mine.npy", mmap_mode="r"), sfreq=100.0)
        found = map_trials(FILTER, trials, tmp_path / "cache")
        assert_allclose(found.data, FILTER.fit_transform(trials).data)
        assert sum(applied) == n_made


def test_what_a_step_writes_into_the_metadata_is_kept(files, tmp_path, applied):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    step = ArtifactRejector(120.0, jump=None, muscle=None, line_noise=None)
    wanted = step.fit_transform(trials)
    assert 0 < wanted.metadata["rejected_share"].mean() < 1
    order = np.arange(12)[::-1]
    for _ in range(2):
        found = map_trials(step, trials[order], tmp_path / "cache")
        table = wanted.metadata.iloc[order].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.metadata, table)
        assert_array_equal(found.data, wanted.data[order])
    assert len(applied) == 3
    with pytest.raises(ValueError, match="without a column 'rejected_share', which the step"):
        map_trials(step, wanted, tmp_path / "cache")


def test_an_interrupted_call_goes_on(files, tmp_path, applied, monkeypatch):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    real = DEExtractor._transform

    def stop(self, signals):
        if len(applied) == 2:
            raise KeyboardInterrupt
        return real(self, signals)

    with monkeypatch.context() as during:
        during.setattr(DEExtractor, "_transform", stop)
        with pytest.raises(KeyboardInterrupt):
            map_trials(ENTROPY, trials, tmp_path / "cache")
    applied.clear()
    map_trials(ENTROPY, trials, tmp_path / "cache")
    assert applied == [4, 4]
    kept = contents(tmp_path / "cache")
    map_trials(ENTROPY, trials, tmp_path / "cache")
    assert contents(tmp_path / "cache") == kept


class Own(SignalTransformer):
    def _transform(self, trials):
        return trials


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (SubjectScaler("channel"), "SubjectScaler"),
        (make_pipeline(FILTER, make_pipeline(Flatten())), "Pipeline"),
        (make_pipeline(DEExtractor(0.5, bands=BAND), LDSSmoother(learn="em")), "LDSSmoother"),
        (FunctionTransformer(), "FunctionTransformer"),
        (FeatureStack([("own", Own())]), "FeatureStack"),
        ("filter", "str"),
    ],
)
def test_steps_that_learn_are_refused(step, name, files, tmp_path):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    with pytest.raises(TypeError, match=f"map_trials: expected steps .*got {name}, which learns"):
        map_trials(step, trials, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_what_cannot_be_mapped_is_one_sentence(tmp_path):
    trials = Trials(np.zeros((3, 2, 100)), sfreq=100.0)
    (tmp_path / "file").touch()
    for step, given, cache, error, sentence in (
        (FILTER, np.zeros((3, 2, 100)), tmp_path, TypeError, "expected Trials, got ndarray"),
        (FILTER, trials[:0], tmp_path, ValueError, "expected at least one trial, got none"),
        (FILTER, trials.replace(sfreq=10.0), tmp_path, ValueError, "0 < l_freq < h_freq < 5 Hz"),
        (FILTER, trials, tmp_path / "file", OSError, "expected a folder that can be written"),
    ):
        with pytest.raises(error, match=sentence):
            map_trials(step, given, cache)


def test_a_bad_trial_is_refused_by_the_step(files, tmp_path):
    np.save(files[1], np.full((4, 400), np.inf))
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    with pytest.raises(ValueError, match="map_trials: BandpassNotch: expected finite values"):
        map_trials(FILTER, trials, tmp_path / "cache")


def test_the_step_stays_as_it_was(files, tmp_path):
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    step = DEExtractor(0.5, bands=BAND)
    map_trials(step, trials, tmp_path / "cache")
    assert not hasattr(step, "sfreq_")


def test_a_table_that_is_asked_for_is_no_table_on_disk(tmp_path):
    trials = Trials(np.random.default_rng(0).standard_normal((3, 100)), sfreq=100.0)
    step = DEExtractor(bands=BAND, sfreq=100.0).set_output(transform="pandas")
    found = map_trials(step, trials, tmp_path)
    assert isinstance(found, Trials)
    assert found.shape == (3, 1)


def test_results_of_a_step_may_be_mapped_again(files, tmp_path, applied, monkeypatch):
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    trials = on_disk(files, tmp_path / "cache", ragged=False)
    filtered = map_trials(FILTER, trials, tmp_path / "cache")
    found = map_trials(DEExtractor(0.5, bands=BAND), filtered, tmp_path / "cache")
    assert_allclose(found.data, ENTROPY.fit_transform(trials).data, rtol=1e-5)
    map_trials(DEExtractor(0.5, bands=BAND), filtered, tmp_path / "cache")
    assert applied == [4] * 6


def test_a_recording_without_trials_is_no_obstacle(files, tmp_path):
    recordings = [*windowed(files[:2]), *windowed(files[2:], starts=())]
    assert isinstance(recordings[0], Recording)
    trials = gather(recordings, cache=tmp_path / "cache", sfreq=100.0)[0]
    assert len(map_trials(FILTER, trials, tmp_path / "cache")) == 8
