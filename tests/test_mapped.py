import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.model_selection import GroupKFold, cross_val_predict

from sklearn_eeg import _mapped
from sklearn_eeg._engine.batches import InMemory, OnDisk, make_source
from sklearn_eeg._mapped import MappedRows, is_mapped, select_rows
from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.features import LDSSmoother
from sklearn_eeg.trials import Trials


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


def test_folds_on_disk_train_and_answer_as_in_memory(on_disk):
    mapped, values = on_disk
    subject = np.arange(24) % 4
    model = ResAttentioNetClassifier(
        base_width=2, max_epochs=2, batch_size=8, validation=0.3, random_state=0
    )

    def answers(data):
        trials = Trials(data, metadata={"subject": subject})
        cv = GroupKFold(2)
        y = np.arange(24) // 4 % 2
        return cross_val_predict(model, trials, y, groups=subject, cv=cv, method="predict_proba")

    assert_array_equal(answers(mapped), answers(values))


def test_a_map_is_streamed_to_a_cpu_and_read_in_blocks_for_a_device(on_disk, monkeypatch):
    rows = select_rows(on_disk[0], np.arange(24)[::-1])
    cpu = torch.device("cpu")
    assert isinstance(make_source(rows, torch.float32, cpu), OnDisk)
    monkeypatch.setattr("sklearn_eeg._engine.batches.READ_BYTES", 5 * rows[:1].nbytes)
    resident = InMemory(rows, torch.float64, cpu)
    assert_array_equal(resident.data.numpy(), on_disk[1][::-1])
