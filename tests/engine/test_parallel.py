import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict, cross_validate
from skorch.callbacks import Callback

from sklearn_eeg.classifiers import ResAttentioNetClassifier, Runtime

small = partial(
    ResAttentioNetClassifier, base_width=2, max_epochs=2, lr=0.01, batch_size=6, random_state=0
)
GRID = {"lr": [1e-3, 1e-2], "n_heads": [1, 2]}


def search(X, y):
    grid = GridSearchCV(small(), GRID, cv=GroupKFold(2), n_jobs=2, scoring="neg_log_loss")
    return grid.fit(X, y, groups=X.subject)


def test_two_processes_give_the_scores_of_one(sequences):
    X, y = sequences
    settings = {"groups": X.subject, "cv": GroupKFold(4), "scoring": "neg_log_loss"}
    one = cross_validate(small(), X, y, **settings)
    two = cross_validate(small(), X, y, n_jobs=2, **settings)
    assert_array_equal(one["test_score"], two["test_score"])


def test_cross_val_predict_in_two_processes(sequences):
    X, y = sequences
    settings = {"groups": X.subject, "cv": GroupKFold(4), "method": "predict_proba"}
    one = cross_val_predict(small(), X, y, **settings)
    assert_array_equal(cross_val_predict(small(), X, y, n_jobs=2, **settings), one)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_fits_in_threads_equal_fits_in_a_row(n_threads, sequences):
    X, y = sequences

    def fit(seed):
        model = small(dropout=0.5, max_epochs=4, random_state=seed)
        model.set_params(runtime=Runtime(n_threads=n_threads))
        return model.fit(X, y).predict_proba(X)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(fit, range(8)))
    for one, other in zip(together, map(fit, range(8)), strict=True):
        assert_array_equal(one, other)


def test_a_fit_inside_a_fit_goes_ahead_and_changes_nothing(sequences):
    X, y = sequences

    class Nested(Callback):
        def on_epoch_begin(self, net, **kwargs):
            small(random_state=7).fit(X, y)

    expected = small(dropout=0.5).fit(X, y).predict_proba(X)
    found = small(dropout=0.5, callbacks=[Nested()]).fit(X, y).predict_proba(X)
    assert_array_equal(found, expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_process_forked_during_a_fit_can_fit(sequences):
    X, y = sequences
    codes = []

    class Fork(Callback):
        def on_epoch_begin(self, net, **kwargs):
            with ThreadPoolExecutor(1) as pool:
                codes.append(pool.submit(fork_and_fit, X, y).result(timeout=60))

    small(max_epochs=1, callbacks=[Fork()]).fit(X, y)
    assert codes == [0]


def fork_and_fit(X, y):
    # From another thread than that which holds the turn.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            small(max_epochs=1).fit(X, y)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_overlapping_threads_leave_torch_as_it_was(sequences):
    import torch

    X, y = sequences
    state, n_threads = torch.get_rng_state(), torch.get_num_threads()
    jobs = (joblib.delayed(small(random_state=seed).fit)(X, y) for seed in range(4))
    joblib.Parallel(n_jobs=3, backend="threading")(jobs)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == n_threads


def test_a_search_over_a_dask_cluster(sequences):
    distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    X, y = sequences
    expected = search(X, y)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_config("dask"):
        found = search(X, y)
    assert found.best_params_ == expected.best_params_
    assert_allclose(found.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"])
    assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    assert np.isfinite(found.cv_results_["mean_test_score"]).all()
