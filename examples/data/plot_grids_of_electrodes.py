"""
Which grid has room for my electrodes?
======================================
A convolution over the scalp needs a picture. Where a grid has no electrode it has a hole, and
what stands in the hole is a choice that the network sees.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_eeg.montage import DEAP_32, SEED_62, TEN_TWENTY_19, GridMapper, positions

# %%
# Three caps, each with the grid that was made for it. The value of an electrode is its height on
# the head, so that a smooth map is what a good picture shows.
caps = {
    "10-20-5x5": TEN_TWENTY_19,
    "deap-9x9": DEAP_32,
    "seed-9x9": SEED_62,
}

fig, axes = plt.subplots(2, 3, figsize=(9, 6.4), layout="constrained")
for column, (grid, names) in zip(axes.T, caps.items(), strict=True):
    height = positions(names)[:, 2].reshape(1, -1, 1)
    for ax, interpolate in zip(column, (False, True), strict=True):
        mapper = GridMapper(grid, fill=np.nan, interpolate=interpolate, ch_names=names).fit(height)
        image = mapper.transform(height)[0, 0]
        ax.imshow(image, cmap="viridis", vmin=-0.06, vmax=0.14)
        for (row, cell), name in np.ndenumerate(mapper.grid_):
            ink = "white" if image[row, cell] < 0.08 else "black"
            ax.text(cell, row, name, ha="center", va="center", fontsize=6, color=ink)
        ax.set(xticks=[], yticks=[], facecolor="0.92")
        ax.spines[:].set_visible(False)
    holes = (mapper.grid_ == "").mean()
    column[0].set_title(f"{grid}: {len(names)} electrodes, {holes:.0%} holes", fontsize=10)
axes[0, 0].set_ylabel("as it is")
axes[1, 0].set_ylabel("interpolate=True")
plt.show()

# %%
# More electrodes do not mean fewer holes: the grid of 32 electrodes is mostly holes, and inside the
# head none of its electrodes is beside another. A kernel of 3 by 3 finds electrodes in four of its
# nine cells, and ``fill`` in the others, unless the holes are interpolated. For a cap of another
# make, ``GridMapper("positions", shape=(7, 7))`` lays electrodes out by their places on the head.
