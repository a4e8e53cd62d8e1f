"""MOABB's evaluation and ours, of the same pipelines on the same folds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy.testing import assert_allclose

# MOABB changes settings of MNE and of the whole process.
CODE = """
import json
import sys

import numpy as np
from moabb.datasets.fake import FakeDataset
from moabb.evaluations import CrossSessionEvaluation, CrossSubjectEvaluation
from moabb.paradigms import LeftRightImagery
from pyriemann.classification import MDM
from pyriemann.estimation import Covariances
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_eeg import Trials
from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.features import DEExtractor
from sklearn_eeg.model_selection import By, Within
from sklearn_eeg.preprocessing import Flatten

events = ["left_hand", "right_hand"]
data = FakeDataset(events, n_sessions=2, n_runs=1, n_events=24, n_subjects=3, seed=0)
paradigm = LeftRightImagery(fmin=4, fmax=40)
X, y, metadata = paradigm.get_data(data)
trials = Trials(X, sfreq=128, axes=("channel", "time"), metadata=metadata[["subject", "session"]])
bands = {"alpha": (8, 13), "beta": (13, 30)}
pipelines = {
    "ours": make_pipeline(DEExtractor(bands=bands, sfreq=128), Flatten(), LogisticRegression()),
    "theirs": make_pipeline(FunctionTransformer(np.asarray), Covariances("oas"), MDM()),
}
ways = {
    "subjects": (CrossSubjectEvaluation, By("subject", LeaveOneGroupOut())),
    "sessions": (CrossSessionEvaluation, Within("subject", By("session", LeaveOneGroupOut()))),
}
found = {}
for way, (evaluation, cv) in ways.items():
    run = evaluation(paradigm=paradigm, datasets=[data], hdf5_path=sys.argv[1], overwrite=True)
    for name, model in pipelines.items():
        scores = run.process({f"{way} {name}": model})
        theirs = {
            (str(row.subject), str(row.session)): row.score for row in scores.itertuples()
        }
        rows = evaluate(model, trials, y, cv=cv, baseline=None, verbose=False).predictions
        session = trials.session[rows["trial"]]
        ours = {
            (str(subject), str(one)): roc_auc_score(part["true"], part["p(right_hand)"])
            for (subject, one), part in rows.groupby(["subject", session])
        }
        found[f"{way} {name}"] = [[theirs[key], ours[key]] for key in sorted(theirs)]
        assert set(theirs) == set(ours)
print(json.dumps(found))
"""


def test_moabb_scores_the_same_folds_as_we_do(tmp_path):
    pytest.importorskip("moabb", reason="MOABB is not installed", exc_type=ImportError)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) == 4
    for name, pairs in found.items():
        theirs, ours = zip(*pairs, strict=True)
        assert len(theirs) == 6, name
        # MOABB keeps its scores as numbers of single precision.
        assert_allclose(ours, theirs, atol=1e-7, err_msg=name)
