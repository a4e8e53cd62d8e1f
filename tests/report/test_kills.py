"""What a kill at any moment of writing a report leaves: whole reports, and drafts to be swept."""

import json
import os
import pickle
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier

from sklearn_eeg.evaluation import evaluate
from sklearn_eeg.report import write_report

LOOP = """
import pickle, sys
from sklearn_eeg.report import write_report
result = pickle.load(open(sys.argv[1], "rb"))
print("begin", flush=True)
while True:
    write_report(result, sys.argv[2])
"""


def is_whole(report):
    page = (report / "index.html").read_text(encoding="utf-8")
    record = json.loads((report / "report.json").read_text(encoding="utf-8"))
    return (
        page.rstrip().endswith("</html>")
        and len(pd.read_csv(report / "scores.csv")) == 4
        and record["complete"]
    )


@pytest.mark.slow
def test_twenty_kills_leave_whole_reports_and_drafts_that_are_swept(tmp_path):
    X = np.random.default_rng(0).standard_normal((24, 2))
    y, groups = np.tile([0, 1], 12), np.repeat([1, 2, 3, 4], 6)
    result = evaluate(DummyClassifier(), X, y, groups=groups, cv=4)
    (tmp_path / "result").write_bytes(pickle.dumps(result))
    folder, clock = tmp_path / "out", random.Random(0)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for _ in range(20):
        process = subprocess.Popen(
            [sys.executable, "-c", LOOP, str(tmp_path / "result"), str(folder / "report")],
            env=environment,
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(clock.uniform(0, 3))
        process.kill()
        process.communicate()
    reports = [path for path in folder.iterdir() if not path.name.startswith(".")]
    drafts = [path for path in folder.iterdir() if path.name.startswith(".")]
    assert reports
    assert drafts
    assert all(is_whole(report) for report in reports)
    with_tables = sum((draft / "report" / "scores.csv").exists() for draft in drafts)
    print(f"{len(reports)} reports, {len(drafts)} drafts, {with_tables} of them with tables")
    for draft in drafts:
        os.utime(draft, (time.time() - 3700, time.time() - 3700))
    write_report(result, folder / "report")
    assert [path for path in folder.iterdir() if path.name.startswith(".")] == []
