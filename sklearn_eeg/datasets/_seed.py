"""SEED: three emotions in films, 62 electrodes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from numpy.typing import DTypeLike

from sklearn_eeg._constraints import Choice
from sklearn_eeg._speaker import speaking
from sklearn_eeg._typing import PathLike
from sklearn_eeg.datasets._folder import find_folder
from sklearn_eeg.datasets._gather import gather
from sklearn_eeg.datasets._mat import read_variables
from sklearn_eeg.datasets._seed_files import (
    FEATURES,
    SIGNALS,
    find_dated,
    make_recordings,
    number_sessions,
    read_features,
    read_signals,
)
from sklearn_eeg.datasets._seed_pairs import PARTS, name_rows
from sklearn_eeg.datasets._settings import LABELS, pick_channels, pick_sessions
from sklearn_eeg.datasets._windows import place_windows
from sklearn_eeg.montage import SEED_62

if TYPE_CHECKING:
    import numpy as np

    from sklearn_eeg.trials import Trials


N_SESSIONS = 3
# Of the films, as label.mat has them.
CODES = (1, 0, -1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 0, 1, -1)
EMOTIONS = {-1: "negative", 0: "neutral", 1: "positive"}
UNITS = {"rasm": "1", "asm": "mixed"}
# Where editions of the set have their files.
FOLDERS = {"preprocessed": ["Preprocessed_EEG"]} | {
    f"{feature}_{smoothing}": ["ExtractedFeatures", "ExtractedFeatures_1s", "ExtractedFeatures_4s"]
    for feature in ("de", "psd", *PARTS)
    for smoothing in ("LDS", "movingAve")
}
ABOVE = ["", "SEED_EEG/", "SEED/", "SEED/SEED_EEG/"]


def load_seed(
    path: PathLike | None = None,
    *,
    kind: str = "preprocessed",
    subjects: int | Sequence[int] | None = None,
    sessions: int | Sequence[int] | None = None,
    channels: str | Sequence[str] | None = None,
    labels: str = "name",
    dtype: DTypeLike = "float32",
    cache: PathLike | None = None,
) -> tuple[Trials, np.ndarray]:
    """Load SEED: 15 people who watched 15 films in each of three sessions, three emotions.

    Signals of 62 electrodes at 200 Hz, low-passed at 75 Hz by the authors, or the features that
    they published. Nothing is downloaded: the set is to be had from its authors, on request.

    Parameters
    ----------
    path : path-like, default=None
        The set's folder, that of its files, or one with the set in a folder ``SEED``. ``None``: the
        folder that the environment variable ``SKLEARN_EEG_DATA`` names. What is there of the set is
        loaded.
    kind : str, default="preprocessed"
        The signals, ``"preprocessed"``; or one of the features ``de``, ``psd``, ``dasm``, ``rasm``,
        ``asm`` and ``dcau`` with how it was smoothed, ``_LDS`` or ``_movingAve``, such as
        ``"de_LDS"``.
    subjects, sessions : int or sequence of int, default=None
        Whose files are read, and of which sessions, from 1; ``None``: all.
    channels : str or sequence of str, default=None
        Electrodes to keep, in any spelling; of an asymmetry, names of pairs. ``None``: all.
    labels : {"name", "code"}, default="name"
        Labels as words, or as the published codes -1, 0 and 1.
    dtype : dtype, default="float32"
        Of signals and features.
    cache : path-like, default=None
        Folder of a store that is filled once, and from which the trials are then mapped; ``None``
        reads them into memory (8 GB of signals).

    Returns
    -------
    trials : Trials
        Signals (n_trials, 62, n_times), in microvolts, or features (n_trials, n_windows, 62,
        5 bands); a list, since films differ in length. ``metadata`` has ``subject``, ``session``,
        ``stimulus`` (the film, 1 to 15), ``trial`` (its place in the session, the same number) and
        ``onset``, which the files do not say (NaN).
    y : ndarray of shape (n_trials,)
        ``"negative"``, ``"neutral"`` or ``"positive"``; or their codes.

    Raises
    ------
    FileNotFoundError
        The folder or its files are not there.
    ValueError
        A file is damaged, or is not the published one by its name, its variables or their shape; a
        recording is there twice; ``label.mat`` has other labels than the published ones; or what
        is asked for is not there.

    Notes
    -----
    The films and their order are those of every subject and session, so whoever splits by subject
    alone tests on films that were trained on: split by ``stimulus`` too
    (``make_protocol("unseen-stimulus")``). A film is known by its length: what is padded to one
    length gives away the label of 11 of 15. The papers' own protocol, the first nine trials of a
    session to train and the last six to test, is ``make_protocol("seed-9-6")``, both of
    :mod:`sklearn_eeg.model_selection`.

    What others stumbled over, in the files or in public code, and what is done here:

    - Variables begin with a person's initials. They are found by their end, ``_eeg1``, whatever
      their order, and the initials go nowhere.
    - ``10_…`` sorts before ``1_…``. Subjects are numbers.
    - No name says which session a file is of. A subject's sessions are numbered by date, among the
      files that are there.
    - The first edition has people's names in place of numbers. They are numbered by the alphabet.
    - Signals have one sample more than fill their seconds (200 s + 1). They are whole here, so that
      windows that adjoin begin at the first sample and leave the last one over. Public code drops
      the first one, as ``trials.map(lambda signals: signals[..., 1:])`` does.
    - Features lie as (channel, window, band). Here it is (window, channel, band).
    - Windows have one second, in newer editions also four. The folder's name says it, ``…_4s``, and
      that of one second is taken before the other.
    - Nothing says which electrodes the rows of an asymmetry compare. They are named by the
      electrodes whose entropies give them in the same file, ``Fp1-Fp2`` or ``Fp1/Fp2``, or numbered
      where none do, ``dasm 1``. ``asm`` is 27 differences, then 27 ratios.
    - ``LDS`` knows the whole trial, its future too. For recordings as they run, smooth by
      ``LDSSmoother(kind="filter")`` yourself.
    - Nothing tells the unit of the entropies, so ``unit`` is ``None``. A published file has values
      of 11 to 27, which microvolts do not reach in nats: do not mix them with entropies of your
      own.

    The licence of the set allows academic research to those who signed it, and no passing on.

    References
    ----------
    Zheng & Lu (2015), Investigating critical frequency bands and channels for EEG-based emotion
    recognition with deep neural networks, *IEEE Transactions on Autonomous Mental Development*
    7(3):162-175, doi:10.1109/TAMD.2015.2431497; Duan, Zhu & Lu (2013), *IEEE NER*,
    doi:10.1109/NER.2013.6695876. https://bcmi.sjtu.edu.cn/home/seed/seed.html

    Examples
    --------
    On files of the same form, with numbers that are drawn:

    >>> import tempfile
    >>> from sklearn_eeg.datasets.testing import write_seed
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_seed(folder, n_subjects=2, n_sessions=1)
    ...     trials, y = load_seed(folder, kind="de_LDS", channels=["FZ", "CZ"])
    >>> trials
    <Trials | 30 trials of 2 subjects, each (window=2-4, channel=2, band=5), float32>
    >>> y[:3].tolist()
    ['positive', 'neutral', 'negative']
    """
    with speaking("load_seed"):
        Choice(tuple(FOLDERS)).check("kind", kind)
        LABELS.check("labels", labels)
        inner = [f"{above}{name}" for name in FOLDERS[kind] for above in ABOVE]
        folder = find_folder("seed", path, inner=inner, holds="*_*.mat")
        _check_labels(folder / "label.mat")
        found = number_sessions(find_dated(folder), N_SESSIONS)
        found = pick_sessions(found, subjects, sessions)
        ch_names, read = _plan(found[0][-1], kind, channels)
        y = [EMOTIONS[code] if labels == "name" else code for code in CODES]
        each = range(1, N_SESSIONS + 1)
        recordings = make_recordings(
            found, read, dict.fromkeys(each, y), n_before=dict.fromkeys(each, 0)
        )
        settings = {"dtype": dtype, "cache": cache, "ch_names": ch_names}
        if kind == "preprocessed":
            return gather(recordings, **settings, **SIGNALS)
        unit = UNITS.get(kind.partition("_")[0])
        trials, y = gather(recordings, **settings, **FEATURES, unit=unit)
        return place_windows(trials, 4.0 if folder.resolve().name.endswith("_4s") else 1.0), y


def _plan(file, kind, channels):
    """Names of the rows that are kept, and how a file is read."""
    if kind == "preprocessed":
        ch_names, picks = pick_channels(channels)
        return ch_names, partial(read_signals, n_trials=len(CODES), picks=picks)
    feature = kind.partition("_")[0]
    names = name_rows(file, kind) if feature in PARTS else SEED_62
    ch_names, picks = pick_channels(channels, names)
    return ch_names, partial(
        read_features, kind=kind, n_trials=len(CODES), n_rows=len(names), picks=picks
    )


def _check_labels(file):
    """Refuse other labels than the published ones."""
    if not file.exists():
        return
    found = read_variables(file, ["label"])["label"].ravel().tolist()
    if found != list(CODES):
        raise ValueError(
            f"expected the published labels in {file}, got {found}; is it the published file?"
        )
