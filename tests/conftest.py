import os

# Before anything loads numpy, torch or matplotlib. Two threads beside a busy neighbour are many
# times slower than one, and workers started by tests inherit this; figures need no window.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("KERAS_BACKEND", "torch")
