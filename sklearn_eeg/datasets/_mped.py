"""MPED: seven emotions in films, 62 electrodes; published features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice, Flag
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._folder import find_folder, list_files, refuse_copies
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._people import number_people
from sklearn_eeg.datasets._recording import Recording
from sklearn_eeg.datasets._settings import LABELS, pick_channels, select
from sklearn_eeg.datasets._shapes import check_shape
from sklearn_eeg.montage import SEED_62

if TYPE_CHECKING:
    from sklearn_eeg.trials import Trials


# Of the segments of a file, in its order.
CODES = (
    0, 2, 1, 4, 3, 5, 6, 7, 1, 2, 3, 6, 7, 4, 5,
    0, 1, 5, 6, 2, 2, 1, 7, 6, 4, 4, 3, 5, 3, 7,
)  # fmt: skip
EMOTIONS = ("rest", "neutral", "joy", "funny", "anger", "fear", "disgust", "sad")
REST = 0
BANDS = ("delta", "theta", "alpha", "beta", "gamma", "whole")
# Variables of a file, and how many features each has.
KINDS = {
    "STFT": (("STFT",), 5),
    "PSD": (("PSD",), 5),
    "Hjorth": (BANDS, 3),
    "HOC": (BANDS, 20),
    "HHS": (("hhs_A", "hhs_E"), 5),
}


def load_mped(
    path: PathLike | None = None,
    *,
    kind: str = "STFT",
    rests: bool = False,
    subjects: int | Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    labels: str = "name",
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load the features of MPED: 23 people who watched 28 films, seven emotions.

    Features of 62 electrodes that the authors published. Nothing is downloaded: the set is to be
    had from its authors, on request.

    Parameters
    ----------
    path : path-like, default=None
        The folder ``EEG_feature``, or one that has it, also in a folder ``MPED``. ``None``: the
        folder that the environment variable ``SKLEARN_EEG_DATA`` names. What is there of the set is
        loaded.
    kind : {"STFT", "PSD", "Hjorth", "HOC", "HHS"}, default="STFT"
        Short-time Fourier transform, power spectral density, Hjorth's parameters, higher-order
        crossings or Hilbert-Huang spectrum.
    rests : bool, default=False
        Whether the two segments of rest come along.
    subjects : int or sequence of int, default=None
        Whose files are read; ``None``: all.
    channels : str or sequence of str, default=None
        Electrodes to keep, in any spelling; ``None``: all.
    labels : {"name", "code"}, default="name"
        Labels as words, or as the published codes, 0 (rest) to 7.
    dtype : dtype, default="float32"
        Of the features.
    cache : path-like, default=None
        Folder of a store that is filled once, and from which the trials are then mapped; ``None``
        reads them into memory.

    Returns
    -------
    trials : Trials
        Features (n_trials, n_windows, 62, n_features), of 120 windows; of 5 features (STFT and
        PSD), 10 (HHS), 18 (Hjorth) or 120 (HOC). ``metadata`` has ``subject``, ``session`` (1),
        ``stimulus`` (the film, 1 to 28; 0 is rest), ``trial`` (its place in the file, 1 to 30) and
        ``onset``, which the files do not say (NaN).
    y : ndarray of shape (n_trials,)
        ``"neutral"``, ``"joy"``, ``"funny"``, ``"anger"``, ``"fear"``, ``"disgust"``, ``"sad"`` or
        ``"rest"``; or their codes.

    Raises
    ------
    FileNotFoundError
        The folder or its files are not there.
    ValueError
        A file is damaged, or is not the published one by its variables or their shape; a recording
        is there twice; or what is asked for is not there.

    Notes
    -----
    Everyone saw the same films, so whoever splits by subject alone tests on films that were trained
    on: split by ``stimulus`` too (``make_protocol("unseen-stimulus")`` of
    :mod:`sklearn_eeg.model_selection`).

    What others stumbled over, in the files or in public code, and what is done here:

    - Files are named by people. A subject is a name's place in the alphabet, among the names in all
      folders of features: the same for every kind, another one where people are missing. Error
      messages name files, and nothing else does.
    - Variables come by the alphabet, ``alpha`` first. Here they are taken by name, ``delta`` first
      and ``whole`` last.
    - Features lie as (channel, window, feature). Here it is (window, channel, feature).
    - Trials put in another order for features, and the labels of that order used for signals too.
      The order here is that of the file. Signals, which are not read here, have 34 segments, so
      their numbers are others.
    - Rests come first and in the middle. They are left out, unless ``rests=True``.
    - Values scaled within each trial. They are as published here.
    - Variables that are longer than they say. They are read all the same.
    - Nothing tells the edges of bands or the seconds of windows. Features are numbered after their
      variable, ``STFT 1`` or ``delta 1``, and windows have no onsets.

    The licence of the set allows academic research to those who signed it, and no passing on.

    References
    ----------
    Song, Zheng, Lu, Zong, Zhang & Cui (2019), MPED: a multi-modal physiological emotion database
    for discrete emotion recognition, *IEEE Access* 7:12177-12191, doi:10.1109/ACCESS.2019.2891579.
    https://github.com/tengfei000/mped

    Examples
    --------
    On files of the same form, with numbers that are drawn:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_mped
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_mped(folder, n_subjects=2)
    ...     trials, y = load_mped(folder, kind="Hjorth")
    >>> trials
    <Trials | 56 trials of 2 subjects, each (window=3, channel=62, feature=18), float32>
    >>> y[:3].tolist(), trials.features[:2]
    (['joy', 'neutral', 'anger'], ('delta 1', 'delta 2'))
    """
    with speaking("load_mped"):
        Choice(tuple(KINDS)).check("kind", kind)
        LABELS.check("labels", labels)
        Flag().check("rests", rests)
        places = [f"{above}EEG_feature" for above in ("", "MPED/")]
        folder = find_folder("mped", path, inner=places, holds=f"{kind}/*.mat")
        found = _find_files(folder, kind)
        wanted = [place for place, code in enumerate(CODES) if rests or code != REST]
        ch_names, picks = pick_channels(channels)
        recordings = [
            Recording(
                files=[found[subject]],
                rows=[_describe(subject, place) for place in wanted],
                labels=[EMOTIONS[CODES[k]] if labels == "name" else CODES[k] for k in wanted],
                read=partial(read_segments, found[subject], kind, wanted, picks),
            )
            for subject in select("subjects", subjects, found)
        ]
        names, n_each = KINDS[kind]
        return gather(
            recordings,
            dtype=dtype,
            cache=cache,
            axes=("window", "channel", "feature"),
            ch_names=ch_names,
            features=[f"{name} {number}" for name in names for number in range(1, n_each + 1)],
        )


def _find_files(folder, kind):
    """File of each subject, who has one number in all kinds."""
    files = list_files(folder, *(f"{other}/*.mat" for other in KINDS))
    numbers = number_people(file.stem for file in files)
    found = {numbers[file.stem]: file for file in files if file.parent.name == kind}
    refuse_copies(found.values())
    return dict(sorted(found.items()))


def _describe(subject, place):
    """Metadata of a segment, by its place in the file."""
    n_films = sum(code != REST for code in CODES[: place + 1])
    return {
        "subject": subject,
        "session": 1,
        "stimulus": n_films if CODES[place] != REST else 0,
        "trial": place + 1,
        "onset": np.nan,
    }


def read_segments(file, kind, wanted, picks):
    """Features (window, channel, feature) of segments, from (channel, window, feature)."""
    names, n_each = KINDS[kind]
    # Public readers switch off the check, which published files do not pass.
    found = read_variables(file, names, overlong=True)
    cells = [_open_cells(found[name], name, file) for name in names]
    shape = (len(SEED_62), None, n_each)
    return [
        np.concatenate(
            [
                check_shape(cell[k], shape, name, file)
                for name, cell in zip(names, cells, strict=True)
            ],
            axis=-1,
        ).swapaxes(0, 1)[:, picks]
        for k in wanted
    ]


def _open_cells(variable, name, file):
    """Arrays of a variable, one a segment."""
    if variable.dtype != object or variable.size != len(CODES):
        raise ValueError(
            f"expected {len(CODES)} cells in {name} of {file}, got {variable.dtype} of shape "
            f"{variable.shape}; is it the published file?"
        )
    return variable.ravel()
