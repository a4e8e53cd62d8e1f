import os
import pickle
import weakref

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from sklearn_eeg import _base, _mapped, _on_disk
from sklearn_eeg._engine import instances
from sklearn_eeg._engine.batches import InMemory, OnDisk, make_source
from sklearn_eeg._mapped import MappedRows, concatenate, is_mapped, select_rows
from sklearn_eeg._places import Block, locate
from sklearn_eeg.classifiers import EEGNetClassifier, ResAttentioNetClassifier
from sklearn_eeg.evaluation._copies import find_copies
from sklearn_eeg.features import DEExtractor, FeatureStack, HjorthExtractor, LDSSmoother
from sklearn_eeg.preprocessing import (
    ArtifactRejector,
    BandpassNotch,
    ChannelScaler,
    SequenceCutter,
    Windower,
)
from sklearn_eeg.trials import Trials, Unlabelled


@pytest.fixture
def on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    values = np.random.default_rng(0).standard_normal((24, 6, 3, 5), dtype=np.float32)
    np.save(tmp_path / "x.npy", values)
    return np.load(tmp_path / "x.npy", mmap_mode="r"), values


def test_rows_on_disk_index_as_an_array(on_disk):
    mapped, values = on_disk
    order = np.array([5, -1, 5, 0])
    rows, wanted = select_rows(mapped, order), values[order]
    assert isinstance(rows, MappedRows)
    assert is_mapped(rows)
    assert (rows.shape, rows.ndim, rows.size, rows.nbytes, rows.dtype) == (
        wanted.shape, wanted.ndim, wanted.size, wanted.nbytes, wanted.dtype
    )  # fmt: skip
    for key in (2, slice(1, None), np.array([2, 0])):
        assert_array_equal(rows[key], wanted[key])
    assert_array_equal(np.asarray(rows), wanted)
    assert_array_equal(list(rows), wanted)
    assert_array_equal(select_rows(rows, [3, 1]), wanted[[3, 1]])
    assert_array_equal(rows.reshape(4, 6, 15), wanted.reshape(4, 6, 15))
    assert_array_equal(rows.reshape(-1, 3, 5), wanted.reshape(-1, 3, 5))


def test_rows_on_disk_are_judged_as_an_arrays(on_disk):
    with pytest.raises(IndexError):
        select_rows(on_disk[0], [24])
    with pytest.raises(ValueError, match="expected leave to copy"):
        np.array(select_rows(on_disk[0], [1]), copy=False)


def test_slices_few_rows_and_memory_need_no_rows_on_disk(on_disk, monkeypatch):
    mapped, values = on_disk
    assert isinstance(select_rows(mapped, slice(3)), np.memmap)
    assert isinstance(select_rows(values, [1]), np.ndarray)
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 2**20)
    assert not isinstance(select_rows(mapped, [1, 2]), MappedRows)


def test_folds_of_trials_stay_on_disk(on_disk):
    mapped, values = on_disk
    trials = Trials(mapped, metadata={"subject": np.arange(24) % 4})
    fold = trials[trials.subject != 1][::2]
    assert isinstance(fold.data, MappedRows)
    wanted = Trials(values, metadata=trials.metadata)[trials.subject != 1][::2]
    assert_array_equal(fold.data, wanted.data)
    assert_array_equal(fold.subject, wanted.subject)
    assert repr(fold) == repr(wanted)
    assert_array_equal(LDSSmoother().fit_transform(fold), LDSSmoother().fit_transform(wanted))


@pytest.mark.parametrize("length", [None, 2])
def test_folds_on_disk_train_and_answer_as_in_memory(length, on_disk):
    mapped, values = on_disk
    subject = np.arange(24) % 4
    settings = {"base_width": 2, "max_epochs": 2, "batch_size": 8, "validation": 0.3}
    model = ResAttentioNetClassifier(sequence_length=length, random_state=0, **settings)

    def answers(data):
        trials = Trials(data, metadata={"subject": subject})
        cv = GroupKFold(2)
        y = np.arange(24) // 4 % 2
        return cross_val_predict(model, trials, y, groups=subject, cv=cv, method="predict_proba")

    assert_array_equal(answers(mapped), answers(values))


@pytest.fixture
def in_files(tmp_path, monkeypatch):
    """Rows of several arrays of files, of other strides each, in memory and on disk."""
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    rng, arrays = np.random.default_rng(1), []
    for number, more in enumerate((0, 3, 7)):
        values = rng.standard_normal((5, 2, 4, 6 + more)).astype(np.float32)
        np.save(tmp_path / f"{number}.npy", values)
        arrays.append(np.load(tmp_path / f"{number}.npy", mmap_mode="r")[..., more:])
    return concatenate(arrays), np.concatenate(arrays)


def test_rows_of_several_files_index_as_an_array(in_files):
    rows, values = in_files
    assert isinstance(rows, MappedRows)
    assert (rows.shape, rows.nbytes) == (values.shape, values.nbytes)
    order = np.array([14, 0, 3, 3, 9, 1])
    for key in (0, -1, slice(None), slice(12, 2, -3), slice(0, 0), order, values[:, 0, 0, 0] > 0):
        assert_array_equal(rows[key], values[key])
    for key in (slice(3, 9), order, [], values[:, 0, 0, 0] > 0):
        some = rows.select(key)
        assert some.shape == values[key].shape
        assert_array_equal(some, values[key])
        assert_array_equal(list(some), list(values[key]))
    assert_array_equal(rows.select(order)[[1, 0]], values[order][[1, 0]])


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("large", [0, 2**20])
def test_rows_are_the_same_however_they_are_copied(large, few, in_files, monkeypatch):
    monkeypatch.setattr(_mapped, "LARGE_BYTES", large)
    monkeypatch.setattr(_mapped, "FEW", few)
    order = np.random.default_rng(0).integers(0, 15, 40)
    assert_array_equal(in_files[0][order], in_files[1][order])


def test_rows_take_other_shapes(in_files):
    rows, values = in_files
    order = np.array([4, 11, 4])
    for mapped, known in ((rows, values), (rows.select(order), values[order])):
        for shape in ((-1, 4, 6), (-1, 6), (-1, 8, 6), (-1, 48), (-1, 1, 2, 4, 6), (-1, 2, 4, 3)):
            assert_array_equal(mapped.reshape(*shape), known.reshape(shape))
            lifted = mapped.reshape(*shape).select(slice(1, None))
            assert_array_equal(lifted, known.reshape(shape)[1:])
    assert_array_equal(rows.reshape(15, 8, 6).reshape(-1, 6), values.reshape(-1, 6))


@pytest.mark.parametrize("shape", [(-1, 5), (-1, 96), (7, 2, 4, 6), (-1, 7, 7)])
def test_shapes_that_part_rows_otherwise_are_refused(shape, in_files):
    with pytest.raises(ValueError, match="expected a shape in which rows of"):
        in_files[0].reshape(*shape)


def test_windows_that_overlap_are_views(tmp_path):
    signal = np.random.default_rng(0).standard_normal((3, 100))
    np.save(tmp_path / "signal.npy", signal)
    place = locate(np.load(tmp_path / "signal.npy", mmap_mode="r"))
    starts = place.start + 8 * np.arange(0, 81)
    rows = MappedRows([Block(place.path, starts, (3, 20), place.strides, place.dtype)])
    every = np.lib.stride_tricks.sliding_window_view(signal, 20, axis=-1).swapaxes(0, 1)
    assert_array_equal(rows, every)
    assert_array_equal(rows[[80, 0, 7]], every[[80, 0, 7]])
    # Windows of windows, as a step that cuts them gives: rows of the recording again.
    assert_array_equal(rows.reshape(-1, 20), every.reshape(-1, 20))


def test_rows_that_begin_between_numbers_of_their_file_are_read(tmp_path):
    values = np.arange(24, dtype=np.float32)
    (tmp_path / "odd").write_bytes(b"abc" + values.tobytes() + b"d" + values.tobytes())
    parts = [np.memmap(tmp_path / "odd", np.float32, "r", offset, (4, 6)) for offset in (3, 4 + 96)]
    rows = MappedRows([locate(part).rows() for part in parts])
    assert_array_equal(rows, np.tile(values.reshape(4, 6), (2, 1)))


def test_a_pickle_of_trials_on_disk_has_paths(in_files):
    rows, _ = in_files
    trials = Trials(rows, metadata={"subject": np.arange(15) // 5})
    folds = [trials, trials[trials.subject != 1], trials[[3, 1]], trials.replace(data=list(rows))]
    for fold in folds:
        again = pickle.loads(pickle.dumps(fold))
        assert is_mapped(again.data[0])
        assert_array_equal(list(again.data), list(fold.data))
        assert_array_equal(again.subject, fold.subject)


def test_a_pickle_of_a_large_map_is_small(tmp_path, monkeypatch):
    values = np.arange(2.0**16).reshape(256, 256)
    np.save(tmp_path / "x.npy", values)
    trials = Trials(np.load(tmp_path / "x.npy", mmap_mode="r"))
    content = pickle.dumps(trials)
    assert len(content) < 5000
    assert_array_equal(pickle.loads(content).data, values)
    # Whoever looks at a pickle to see a change of the data sees it.
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    before = pickle.dumps(trials), pickle.dumps(trials[[1, 2]])
    np.save(tmp_path / "x.npy", values[::-1])
    os.utime(tmp_path / "x.npy", (1, 1))
    trials = Trials(np.load(tmp_path / "x.npy", mmap_mode="r"))
    assert before != (pickle.dumps(trials), pickle.dumps(trials[[1, 2]]))


def test_what_no_file_holds_is_in_memory(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(12.0).reshape(3, 4))
    changed = np.load(tmp_path / "x.npy", mmap_mode="c")
    changed[0, 0] = 7
    backwards = np.load(tmp_path / "x.npy", mmap_mode="r")[::-1]
    gone = np.load(tmp_path / "x.npy", mmap_mode="r") + 1
    for array in (changed, backwards, gone, np.zeros(3)):
        assert locate(array) is None
        assert_array_equal(pickle.loads(pickle.dumps(Trials(array))).data, array)
    whole = np.load(tmp_path / "x.npy", mmap_mode="r")
    (tmp_path / "x.npy").unlink()
    assert locate(whole) is None


def test_parts_on_disk_are_joined_there(in_files):
    rows, values = in_files
    parts = [Trials(rows.select(slice(k, k + 5)), sfreq=10.0) for k in (0, 5, 10)]
    assert isinstance(Trials.concat(parts).data, MappedRows)
    assert_array_equal(Trials.concat(parts).data, values)
    mixed = Trials.concat([parts[0], Trials(values, sfreq=10.0)])
    assert isinstance(mixed.data, np.ndarray)
    assert_array_equal(mixed.data, np.concatenate([values[:5], values]))


STATELESS = {
    "filter": BandpassNotch(10, 40, sfreq=100),
    "entropy": DEExtractor(0.5, bands={"wide": (5.0, 45.0)}, sfreq=100),
    "rejector": ArtifactRejector(1.0, muscle=None, line_freq=25.0, sfreq=100),
    "windows": make_pipeline(Windower(0.5, step=0.2, sfreq=100), HjorthExtractor()),
    "stack": FeatureStack(
        [("all", make_pipeline(BandpassNotch(10, 40, sfreq=100), Windower(0.5), HjorthExtractor()))]
    ),
}


@pytest.fixture
def signals_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    monkeypatch.setattr(_on_disk, "BLOCK_BYTES", 2**16)
    values = np.random.default_rng(0).standard_normal((40, 3, 200), dtype=np.float32)
    np.save(tmp_path / "x.npy", values)
    table = {"subject": np.arange(40) % 4, "film": pd.Categorical(["a", "b"] * 20)}
    on_disk = Trials(np.load(tmp_path / "x.npy", mmap_mode="r"), sfreq=100.0, metadata=table)
    in_memory = Trials(values, sfreq=100.0, metadata=table, extra={"eye": np.arange(40)})
    return on_disk.replace(extra=in_memory.extra)[np.arange(40)], in_memory


@pytest.mark.filterwarnings("ignore:.*the filter is")
@pytest.mark.parametrize("step", STATELESS.values(), ids=STATELESS)
def test_a_stateless_step_takes_trials_on_disk_block_by_block(step, signals_on_disk, monkeypatch):
    on_disk, in_memory = signals_on_disk
    largest = []
    real = _base.SignalTransformer._open

    def watch(self, X, reset):
        largest.append(len(X))
        return real(self, X, reset)

    wanted = clone(step).fit_transform(in_memory)
    monkeypatch.setattr(_base.SignalTransformer, "_open", watch)
    found = clone(step).fit_transform(on_disk)
    assert largest[0] == 1
    assert 1 < max(largest) <= 2**16 // (3 * 200 * 4)
    assert_allclose(found.data, wanted.data, rtol=1e-5, atol=1e-6)
    assert repr(found) == repr(wanted)
    pd.testing.assert_frame_equal(found.metadata, wanted.metadata)
    assert_array_equal(found.extra["eye"], wanted.extra["eye"])
    assert (found.window_onsets, found.axes) == (wanted.window_onsets, wanted.axes)


LOOKING = {
    "windows at a rate that the step knows": Windower(0.5, step=0.2, sfreq=100),
    "windows": Windower(0.5, step=0.2, sfreq=100),
    "sequences": make_pipeline(Windower(0.2, step=0.1, sfreq=100), SequenceCutter(3, step=2)),
}


@pytest.mark.parametrize("step", LOOKING.values(), ids=LOOKING)
def test_windows_and_sequences_of_trials_on_disk_are_views(step, signals_on_disk, request):
    on_disk, in_memory = signals_on_disk
    if "that the step knows" in request.node.name:
        on_disk, in_memory = on_disk.replace(sfreq=None), in_memory.replace(sfreq=None)
    order = np.array([7, 30, 7, 2])
    found, wanted = step.fit_transform(on_disk[order]), step.fit_transform(in_memory[order])
    assert isinstance(found.data, MappedRows)
    assert_array_equal(found.data, wanted.data)
    assert_array_equal(
        found.data.reshape(-1, *found.shape[2:]), wanted.data.reshape(-1, *wanted.shape[2:])
    )
    assert repr(found) == repr(wanted)
    for fact in ("sfreq", "window_onsets", "axes", "unit", "ch_names"):
        assert getattr(found, fact) == getattr(wanted, fact)
    pd.testing.assert_frame_equal(found.metadata, wanted.metadata)
    assert_array_equal(found.extra["eye"], wanted.extra["eye"])


def test_sequences_that_are_padded_are_copies(signals_on_disk):
    on_disk, in_memory = signals_on_disk
    step = make_pipeline(Windower(0.5, sfreq=100), SequenceCutter(6))
    found = step.fit_transform(on_disk)
    assert isinstance(found.data, np.ndarray)
    assert_array_equal(found.data, step.fit_transform(in_memory).data)


def test_windows_of_trials_that_are_too_short_are_refused_on_disk_too(signals_on_disk):
    with pytest.raises(ValueError, match="Windower: expected trials of at least one window"):
        Windower(3.0).fit_transform(signals_on_disk[0])


def test_windows_on_disk_train_as_in_memory(signals_on_disk):
    answers = []
    for trials in signals_on_disk:
        network = EEGNetClassifier(max_epochs=2, batch_size=8, random_state=0)
        model = make_pipeline(Windower(0.5, step=0.2), network)
        y = np.arange(40) // 4 % 2
        cv = GroupKFold(2)
        answers.append(cross_val_predict(model, trials, y, groups=trials.subject, cv=cv, n_jobs=2))
    assert_array_equal(*answers)


def test_unlabelled_trials_on_disk_are_taken_block_by_block_too(signals_on_disk, monkeypatch):
    on_disk, in_memory = signals_on_disk
    step = BandpassNotch(10, 40, method="iir").fit(in_memory)
    sizes, real = [], step._transform
    monkeypatch.setattr(step, "_transform", lambda x: sizes.append(len(x)) or real(x))
    found = step.transform(Unlabelled(on_disk))
    assert isinstance(found, Unlabelled)
    assert len(sizes) > 1
    assert_array_equal(found.trials.data, step.transform(in_memory).data)


def test_a_step_that_learns_sees_all_trials_on_disk(signals_on_disk):
    on_disk, in_memory = signals_on_disk
    found = ChannelScaler("channel").fit(on_disk)
    assert_allclose(found.center_, ChannelScaler("channel").fit(in_memory).center_, rtol=1e-6)


def test_a_bad_trial_on_disk_is_refused_whichever_block_it_is_in(tmp_path, monkeypatch):
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    monkeypatch.setattr(_on_disk, "BLOCK_BYTES", 2**12)
    values = np.zeros((30, 2, 100), dtype=np.float32)
    values[29, 1, 3] = np.inf
    np.save(tmp_path / "x.npy", values)
    trials = Trials(np.load(tmp_path / "x.npy", mmap_mode="r"), sfreq=100.0)[np.arange(30)]
    with pytest.raises(ValueError, match="HjorthExtractor: expected finite values"):
        HjorthExtractor().fit_transform(trials)


def test_a_network_takes_volts_on_disk(signals_on_disk):
    answers = []
    for trials in signals_on_disk:
        volts = trials.replace(unit="V", data=trials.data)
        model = EEGNetClassifier(max_epochs=1, random_state=0).fit(volts, np.arange(40) % 2)
        answers.append(model.predict_proba(volts))
    assert_array_equal(*answers)


def test_more_files_than_may_be_open_are_evaluated(tmp_path, monkeypatch):
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    monkeypatch.setattr(_mapped, "N_OPEN", 5)
    opened = []
    real = _mapped.open_bytes
    monkeypatch.setattr(_mapped, "open_bytes", lambda path: watch(real(path), opened))
    arrays, most = [], []
    for number in range(40):
        np.save(tmp_path / f"{number}.npy", np.random.default_rng(number).random((3, 8)))
        arrays.append(np.load(tmp_path / f"{number}.npy", mmap_mode="r"))
    rows = concatenate(arrays)
    find_copies(watched := Watched(rows, opened, most))
    assert len(watched) == 120
    assert max(most) <= 6


class Watched:
    """Rows that note how many files are open whenever one is looked at."""

    def __init__(self, rows, opened, most):
        self.rows, self.opened, self.most = rows, opened, most

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, row):
        self.most.append(sum(each() is not None for each in self.opened))
        return self.rows[row]


def watch(content, opened):
    opened.append(weakref.ref(content))
    return content


def test_ragged_windows_on_disk_train_as_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(_mapped, "SMALL_BYTES", 0)
    rng, on_disk, in_memory = np.random.default_rng(0), [], []
    for number in range(12):
        values = rng.standard_normal((3, 90 + 30 * (number % 2)), dtype=np.float32)
        np.save(tmp_path / f"{number}.npy", values)
        on_disk.append(np.load(tmp_path / f"{number}.npy", mmap_mode="r"))
        in_memory.append(values)
    seen = []
    real = instances.concatenate
    monkeypatch.setattr(instances, "concatenate", lambda x: seen.append(real(x)) or seen[-1])
    network = EEGNetClassifier(max_epochs=2, batch_size=8, random_state=0)
    answers = []
    for data in (on_disk, in_memory):
        trials = Trials(data, sfreq=30.0, metadata={"subject": np.arange(12) % 3})
        model = make_pipeline(Windower(1.0), clone(network)).fit(trials, np.arange(12) // 2 % 2)
        answers.append(model.predict_proba(trials))
    assert [isinstance(each, MappedRows) for each in seen] == [True, True, False, False]
    assert_array_equal(*answers)


def test_a_map_is_streamed_to_a_cpu_and_read_in_blocks_for_a_device(on_disk, monkeypatch):
    rows = select_rows(on_disk[0], np.arange(24)[::-1])
    cpu = torch.device("cpu")
    assert isinstance(make_source(rows, torch.float32, cpu), OnDisk)
    monkeypatch.setattr("sklearn_eeg._engine.batches.READ_BYTES", 5 * rows[:1].nbytes)
    resident = InMemory(rows, torch.float64, cpu)
    assert_array_equal(resident.data.numpy(), on_disk[1][::-1])
