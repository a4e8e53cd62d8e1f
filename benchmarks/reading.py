"""What reading costs beside the plain way: by the second, by the window, and in memory.

Synthetic files in the layout of SEED (MATLAB), of HMS (parquet) and of EDF recordings are read
three ways: plainly, by the loader, and by the loader from a store. Each runs in a process of its
own, which reads the set and shows every window once, shuffled, in batches of 32, as a training
does; with ``--train`` it trains an EEGNet for an epoch of 320 of them too. "Cold" is with files
that the system does not hold in memory. Ratios are of the processor's time, which a busy neighbour
does not change, where files are warm.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import numpy as np

BATCH = 32
TRAINED = 320
FILES = {
    "SEED": "Preprocessed_EEG/[0-9]*.mat",
    "HMS": "train_eegs/*.parquet",
    "EDF": "*/*.edf",
}
SECONDS = {"SEED": 4.0, "HMS": 50.0, "EDF": 4.0}
WAYS = ("plain", "loader", "convert", "store")


def write(name, folder, quick, times):
    """A set of a few hundred megabytes, of so many times as much, or of a few."""
    from sklearn_eeg.datasets.testing import write_edf, write_hms, write_seed
    from sklearn_eeg.montage import SEED_62

    if name == "SEED":
        few = {"n_subjects": 1, "seconds": 8} if quick else {"n_subjects": 4, "seconds": 60 * times}
        write_seed(folder, n_sessions=1, **few)
    if name == "HMS":
        write_hms(folder, n_subjects=4 if quick else 40 * times, n_recordings=4, n_windows=6)
    if name == "EDF":
        channels = SEED_62[:32]
        for number in range(2 if quick else 12 * times):
            signals = 20 * np.random.default_rng(number).standard_normal((32, 250 * 600))
            write_edf(folder / f"S{number:02}" / "run1.edf", signals, channels, 250)


def plain_seed(folder):
    """Each variable of each file, cut by a loop."""
    import scipy.io

    windows = []
    for file in sorted(folder.glob(FILES["SEED"])):
        variables = scipy.io.loadmat(file)
        for name in sorted(key for key in variables if "eeg" in key):
            signal = variables[name].astype(np.float32)
            n_times = int(200 * SECONDS["SEED"])
            for start in range(0, signal.shape[1] - n_times + 1, n_times):
                windows.append(signal[:, start : start + n_times])
    return np.stack(windows)


class ParquetRows:
    """A row of the table at a time: its file is read, and cut."""

    def __init__(self, folder):
        import pandas as pd

        from sklearn_eeg.datasets._hms import ELECTRODES

        self.read, self.columns = pd.read_parquet, ELECTRODES
        table = pd.read_csv(folder / "train.csv")
        self.files = [folder / "train_eegs" / f"{name}.parquet" for name in table["eeg_id"]]
        self.starts = (200 * table["eeg_label_offset_seconds"]).astype(int).tolist()

    def __len__(self):
        return len(self.files)

    def __getitem__(self, rows):
        return np.stack([self.row(row) for row in rows])

    def row(self, row):
        table = self.read(self.files[row], columns=self.columns)
        start = self.starts[row]
        return table.iloc[start : start + 10_000].to_numpy(np.float32).T


def plain_edf(folder):
    """MNE's reader and its epochs of one length."""
    import mne

    parts = []
    for file in sorted(folder.glob(FILES["EDF"])):
        raw = mne.io.read_raw_edf(file, preload=True, verbose="error")
        epochs = mne.make_fixed_length_epochs(raw, SECONDS["EDF"], preload=True, verbose="error")
        parts.append((1e6 * epochs.get_data(copy=False)).astype(np.float32))
    return np.concatenate(parts)


PLAIN = {"SEED": plain_seed, "HMS": ParquetRows, "EDF": plain_edf}


def ours(name, folder, cache):
    """Windows as the loader gives them."""
    from sklearn_eeg._mapped import concatenate
    from sklearn_eeg.datasets import load_hms, load_recordings, load_seed
    from sklearn_eeg.preprocessing import Windower

    if name == "HMS":
        return load_hms(folder, cache=cache)[0].data
    if name == "EDF":
        return load_recordings(folder, duration=SECONDS["EDF"], cache=cache)[0].data
    trials = load_seed(folder, cache=cache)[0]
    return concatenate(Windower(SECONDS["SEED"]).fit_transform(trials).data)


def run(name, way, folder, cache, trains):
    """Seconds of reading and showing all windows, their number, and the most memory."""
    import mne  # noqa: F401  # Loaded before the clock starts, as all that the ways need.
    import pandas as pd

    import sklearn_eeg.datasets._map_trials
    import sklearn_eeg.datasets._recordings
    import sklearn_eeg.datasets._seed  # noqa: F401

    pd.DataFrame({"text": ["loads what tables of text need"]}).groupby("text").size()
    with Memory() as memory:
        start, busy = time.perf_counter(), time.process_time()
        windows = PLAIN[name](folder) if way == "plain" else ours(name, folder, cache)
        order = np.random.default_rng(0).permutation(len(windows))
        for first in range(0, len(order), BATCH):
            windows[order[first : first + BATCH]]
        shown, worked = time.perf_counter(), time.process_time()
    return {
        "seconds": shown - start,
        "processor": worked - busy,
        # Windows of HMS have gaps, which a network does not take before they are bridged.
        "train": train(windows) if trains and name != "HMS" else float("nan"),
        "windows": len(windows),
        "mib": memory.most / 2**20,
    }


def train(windows):
    """Seconds of an epoch of some of the windows."""
    from sklearn_eeg._mapped import MappedRows
    from sklearn_eeg.classifiers import EEGNetClassifier

    few = np.arange(0, len(windows), max(1, len(windows) // TRAINED))
    windows = windows.select(few) if isinstance(windows, MappedRows) else windows[few]
    y = np.arange(len(windows)) % 2
    network = EEGNetClassifier(max_epochs=1, batch_size=BATCH, sfreq=200.0, random_state=0)
    network.fit(windows[:BATCH], y[:BATCH])
    start = time.perf_counter()
    network.fit(windows, y)
    return time.perf_counter() - start


class Memory:
    """Most memory that a process took for itself, beyond what it had; maps of files do not count.

    The system takes those back as it needs the room.
    """

    def __enter__(self):
        self.before, self.most, self.over = self.now(), 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self):
        while not self.over.wait(0.002):
            self.most = max(self.most, self.now() - self.before)

    def now(self):
        text = Path("/proc/self/status").read_text()
        return int(text.split("RssAnon:")[1].split()[0]) * 2**10


def forget(*folders):
    """Let the system drop what it holds of files in memory."""
    os.sync()
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        number = os.open(file, os.O_RDONLY)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(number)


def measure(name, way, folder, cache, *, cold, trains):
    """What a process of its own finds."""
    if cold:
        forget(folder, cache)
    command = [sys.executable, "-m", "benchmarks.reading", "--run", name, way, folder, cache]
    command += ["--train"] * trains
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def compare(name, root, arguments):
    """Rows of the table, of one set."""
    folder, cache = root / "set", root / "cache"
    write(name, folder, arguments.quick, arguments.times)
    cache.mkdir()
    files = list(folder.glob(FILES[name]))
    size = sum(file.stat().st_size for file in files) / 2**20
    found = {(way, cold): [] for way in WAYS for cold in (True, False)}
    for _ in range(arguments.rounds):
        # In turns, so that a noisy moment hits all alike; a conversion begins with no store.
        for (way, cold), runs in found.items():
            if way == "convert":
                for file in cache.iterdir():
                    file.unlink()
            runs.append(measure(name, way, folder, cache, cold=cold, trains=arguments.train))
    print(f"\n{name}: {len(files)} files, {size:.0f} MiB\n")
    print("| way | | s | processor, s | times plain | files/s | windows/s | MiB | epoch, s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for (way, cold), runs in found.items():
        run = {what: median(run[what] for run in runs) for what in runs[0]}
        clock = "seconds" if cold else "processor"
        plain = median(run[clock] for run in found["plain", cold])
        print(
            f"| {way} | {'cold' if cold else 'warm'} | {run['seconds']:.2f} "
            f"| {run['processor']:.2f} | {plain / run[clock]:.2g} "
            f"| {len(files) / run[clock]:.3g} | {run['windows'] / run[clock]:.0f} "
            f"| {run['mib']:.0f} | {run['train']:.1f} |",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few megabytes, in a minute")
    parser.add_argument("--times", type=int, default=1, help="so many times as much to read")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--train", action="store_true", help="train for an epoch too")
    parser.add_argument("--sets", nargs="+", choices=SECONDS, default=list(SECONDS))
    parser.add_argument("--run", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        name, way, folder, cache = arguments.run
        cache = Path(cache) if way in ("convert", "store") else None
        print(json.dumps(run(name, way, Path(folder), cache, arguments.train)))
        return
    for name in arguments.sets:
        with tempfile.TemporaryDirectory() as root:
            compare(name, Path(root), arguments)


if __name__ == "__main__":
    main()
