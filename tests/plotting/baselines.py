"""Small grey pictures of the examples, to see that displays look as they did.

Fonts and the smoothing of edges differ between machines and versions, so pictures are compared by
the means of blocks of pixels, between which a line a pixel aside hardly differs; what they say is
tested by the artists. After a change that is meant, look at the new pictures and keep them::

    python -m tests.plotting.baselines
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from tests.plotting.examples import EXAMPLES

FOLDER = Path(__file__).parent / "baseline"
DPI, BLOCK = 100, 4


def draw(name):
    """Means of blocks of pixels of an example, (n_rows, n_columns), 0 black and 255 white."""
    # As on a machine whose owner has set nothing.
    with mpl.rc_context(mpl.rcParamsDefault | {"backend": "agg"}):
        figure = EXAMPLES[name]().plot().figure_
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        grey = np.asarray(canvas.buffer_rgba())[..., :3] @ [0.2126, 0.7152, 0.0722]
        plt.close(figure)
    rows, columns = (n // BLOCK for n in grey.shape)
    blocks = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return blocks.mean(axis=(1, 3))


def path(name):
    return FOLDER / f"{name.replace(' ', '_')}.png"


def read(name):
    """The baseline of an example, as of :func:`draw`."""
    with Image.open(path(name)) as picture:
        return np.asarray(picture, dtype=float)


def difference(one, other):
    """Root of the mean squared difference of two pictures; infinite where their sizes differ."""
    return np.inf if one.shape != other.shape else np.sqrt(np.mean((one - other) ** 2))


def renew():
    """Write the baselines of all examples, and remove those of others."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.png"):
        file.unlink()
    for name in EXAMPLES:
        Image.fromarray(np.round(draw(name)).astype(np.uint8)).save(path(name), optimize=True)


if __name__ == "__main__":
    renew()
