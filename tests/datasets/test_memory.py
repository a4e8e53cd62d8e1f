"""More windows than memory holds, in a process of its own that has little."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

PROGRAM = """
    import resource, sys
    from functools import partial
    from pathlib import Path
    import numpy as np
    from sklearn.model_selection import GroupKFold, cross_validate
    from sklearn.pipeline import make_pipeline
    from torch import nn
    from sklearn_eeg.classifiers import ModuleClassifier, WindowedClassifier
    from sklearn_eeg.datasets import map_trials
    from sklearn_eeg.datasets._gather import gather
    from sklearn_eeg.datasets._recording import Recording
    from sklearn_eeg.evaluation import evaluate
    from sklearn_eeg.features import DEExtractor
    from sklearn_eeg.preprocessing import BandpassNotch
    from tests.datasets.test_memory import read_signal

    LENGTH = 10_000

    def write(folder, n_files, n_windows, step):
        folder.mkdir()
        recordings = []
        for number in range(n_files):
            shape = 20, LENGTH + step * (n_windows - 1)
            signal = np.random.default_rng(number).standard_normal(shape, dtype=np.float32)
            signal[0, ::2] += number % 2
            file = folder / f"{number}.npy"
            np.save(file, signal)
            recordings.append(
                Recording(
                    files=[file],
                    rows=[{"subject": number // 2 % 6, "trial": k} for k in range(n_windows)],
                    labels=[number % 2] * n_windows,
                    read=partial(read_signal, file),
                    starts=[k * step for k in range(n_windows)],
                    length=LENGTH,
                )
            )
        return recordings

    def linear(n_outputs):
        return nn.Sequential(nn.AvgPool1d(100), nn.Flatten(), nn.LazyLinear(n_outputs))

    def use(recordings, cache):
        trials, y = gather(recordings, cache=cache, sfreq=200.0)
        model = ModuleClassifier(module=linear, max_epochs=1, batch_size=32, random_state=0)
        cv, groups = GroupKFold(2), trials.subject
        scores = cross_validate(model, trials, y, groups=groups, cv=cv, error_score="raise")
        steps = make_pipeline(BandpassNotch(1, 40, method="iir", resample=120), DEExtractor(10.0))
        features = map_trials(steps, trials, cache)
        model = make_pipeline(DEExtractor(10.0), WindowedClassifier())
        table = evaluate(model, trials, y, cv=2, logistic=False).scores
        return trials.data.nbytes, len(scores["test_score"]), len(table), features.shape[1:]

    folder, room, *sizes = Path(sys.argv[1]), *map(int, sys.argv[2:])
    # Whatever is loaded on first use is loaded now.
    use(write(folder / "few", 12, 1, 0), folder / "cache of few")
    recordings = write(folder / "many", *sizes)
    used = int(Path("/proc/self/status").read_text().split("VmData:")[1].split()[0]) * 2**10
    limit = used + room * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        np.ones(room * 2**18, dtype=np.float64)
        sys.exit("the limit does not hold")
    except MemoryError:
        pass
    windows, *found = use(recordings, folder / "cache")
    print(windows / 2**20)
    print(sum(file.stat().st_size for file in (folder / "cache").iterdir()) / 2**20)
    print(*found, sep="; ")
"""


def read_signal(file):
    return np.load(file)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize(
    ("room", "sizes"),
    [
        (128, (18, 18, 100)),
        pytest.param(512, (1200, 6, 400), marks=pytest.mark.slow, id="gibibytes of files"),
    ],
)
def test_more_than_memory_holds_goes_through_everything(room, sizes, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), *map(str, (tmp_path, room, *sizes))],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    windows, files, found = done.stdout.splitlines()
    print(f"room for {room} MiB, {windows} MiB of windows in {files} MiB of files")
    assert float(windows) > 1.9 * room
    assert found == "2; 6; (5, 20, 5)"
