"""
What is left of a model without Python?
=======================================
A fitted pipeline becomes one file that needs neither torch nor this library. Does it answer as the
pipeline does, and how fast?
"""

# %%
# A network on smoothed differential entropy, trained on four simulated subjects; two others stay
# unseen.
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

from sklearn_eeg.classifiers import ResAttentioNetClassifier
from sklearn_eeg.datasets import make_emotion_trials
from sklearn_eeg.export import describe, export_onnx
from sklearn_eeg.features import DEExtractor, LDSSmoother
from sklearn_eeg.preprocessing import ChannelScaler, SequencePadder

trials, y = make_emotion_trials(n_subjects=6, n_stimuli=6, duration=30.0, random_state=0)
model = make_pipeline(
    DEExtractor(window=0.5),
    LDSSmoother("filter"),
    SequencePadder(60),
    ChannelScaler(),
    ResAttentioNetClassifier(lr=1e-3, batch_size=8, max_epochs=20, random_state=0),
).fit(trials[:24], y[:24])
unseen = trials[24:]

# %%
# The file is written once it agrees, and says how closely.
folder = Path(tempfile.mkdtemp())
file = export_onnx(model, folder / "model.onnx", unseen)
said = describe(file)
print(f"{said['steps']}\nlargest difference {said['largest_difference']:.1e}")
print(f"{file.stat().st_size / 1e6:.1f} MB, trials of {said['shape']} in {said['unit']}")

# %%
# Another process, which has numpy and onnxruntime and nothing else, answers for batches of several
# sizes and takes the time.
alone = """
import sys, time
import numpy as np, onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession("model.onnx", options, providers=["CPUExecutionProvider"])
trials, took = np.load("trials.npy"), []
for size in (1, 2, 4, 8):
    times = []
    for _ in range(30):
        start = time.perf_counter()
        (answers,) = session.run(None, {"trials": trials[:size]})
        times.append(time.perf_counter() - start)
    took.append(np.median(times))
assert not {"torch", "sklearn", "sklearn_eeg"} & set(sys.modules)
np.savez("out.npz", took=took, answers=session.run(None, {"trials": trials})[0])
"""
np.save(folder / "trials.npy", unseen.data.astype(np.float32))
subprocess.run([sys.executable, "-c", alone], cwd=folder, check=True)
out = np.load(folder / "out.npz")
print(f"apart by at most {np.abs(out['answers'] - model.predict_proba(unseen)).max():.1e}")

# %%
# The pipeline itself, on as many trials.
sizes, eager = (1, 2, 4, 8), []
for size in sizes:
    times = []
    for _ in range(10):
        start = time.perf_counter()
        model.predict_proba(unseen[:size])
        times.append(time.perf_counter() - start)
    eager.append(np.median(times))

fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
for took, name, colour in ((eager, "pipeline", "#d6604d"), (out["took"], "file", "#2166ac")):
    ax.plot(sizes, 1000 * np.asarray(took), "o-", color=colour)
    ax.annotate(name, (1, 1000 * took[0]), (8, -10), textcoords="offset points", color=colour)
ax.set(xlabel="trials of 30 s at a time", ylabel="milliseconds", yscale="log", xticks=sizes)
ax.spines[["top", "right"]].set_visible(False)
ax.margins(x=0.15)
plt.show()

# %%
# The answers are the same to six digits. For one trial, as at a bedside, most of the pipeline's
# time goes into calls between its parts, which the file does not have; for more at a time the
# arithmetic itself counts, and the two come closer.
