"""The same channels of all recordings."""

from sklearn_eeg.datasets._bids._channels import POTENTIALS
from sklearn_eeg.montage import MONTAGES, locate


def pick_channels(looks, wanted, bads):
    """The same channels of all recordings.

    Parameters
    ----------
    looks : sequence of Look
    wanted : str, sequence of str or None
        Names of electrodes in any spelling, or of other potentials as they are listed; a montage;
        ``"common"`` for the EEG that all have, ``None`` for all EEG.
    bads : {"nan", "drop", "keep"}

    Returns
    -------
    names : list of str
    picked : list of list of str or None
        Their names in the file of each recording; ``None`` for one to be NaN.

    Raises
    ------
    ValueError
        A wanted channel is missing or is no potential; a name is that of two channels; recordings
        differ in their EEG and nothing is said of what is wanted.
    """
    names, picked = _choose(looks, wanted)
    if bads == "drop":
        good = [place for place in range(len(names)) if not any(p[place].is_bad for p in picked)]
        if not good:
            raise ValueError(
                "expected a channel that is good in all recordings, got none; choose recordings, "
                "or pass bads='nan'."
            )
        names, picked = [names[i] for i in good], [[each[i] for i in good] for each in picked]
    return names, [
        [None if one.is_bad and bads == "nan" else one.source for one in each] for each in picked
    ]


def _choose(looks, wanted):
    """Names, and the channels of each recording in their order."""
    eeg = [[one for one in look.channels if one.kind == "EEG"] for look in looks]
    if wanted is None:
        _check_alike(looks, eeg)
        names = [one.name for one in eeg[0]]
    elif wanted == "common":
        names = _common(eeg)
    else:
        names = _as_names(wanted)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"expected channels, each once, got {', '.join(names) or 'none'}.")
    return names, [_find(look, one, names) for look, one in zip(looks, eeg, strict=True)]


def _as_names(wanted):
    if isinstance(wanted, str):
        return list(MONTAGES.get(wanted, [wanted]))
    return [str(name) for name in (wanted if hasattr(wanted, "__iter__") else [wanted])]


def _check_alike(looks, eeg):
    """Refuse recordings that differ in their EEG."""
    names = [one.name for one in eeg[0]]
    for look, channels in zip(looks, eeg, strict=True):
        there = [one.name for one in channels]
        _check_once(look, there)
        if len(there) != len(names) or -1 in _places(names, channels):
            apart = sorted(set(names) ^ set(there))
            raise ValueError(
                f"expected the same EEG channels in all recordings, got {len(names)} in "
                f"{looks[0].file.path.name} and {len(there)} in {look.file.path.name}, which "
                f"differ in {', '.join(apart[:8])}{', …' * (len(apart) > 8)}; give channels=, "
                f"such as 'common' for those that all have: {', '.join(_common(eeg)) or 'none'}."
            )


def _common(eeg):
    """Names in the first recording of the EEG that all have, once each."""
    names = [one.name for one in eeg[0]]
    there = [_places(names, _single(channels)) for channels in eeg]
    return [name for name, *places in zip(names, *there, strict=True) if min(places) >= 0]


def _find(look, eeg, names):
    """Channels of a recording by the wanted names."""
    others = {one.name: one for one in look.channels if one.kind != "EEG"}
    sought = [name for name in names if name not in others]
    known = [one.name for one in eeg]
    _check_once(look, [name for name in known if name in sought])
    eeg = _single(eeg)
    places = dict(zip(sought, _places(sought, eeg), strict=True))
    lacking = [name for name in sought if places[name] < 0]
    if lacking:
        raise ValueError(
            f"expected the channels {', '.join(lacking)} in {look.file.path}, got "
            f"{', '.join(known)}; leave them out of channels=, or that recording out."
        )
    wrong = [name for name in names if name in others and others[name].kind not in POTENTIALS]
    if wrong:
        raise ValueError(
            f"expected channels of a potential, one of {', '.join(sorted(POTENTIALS))}, got "
            f"{wrong[0]!r} in {look.file.path}, which is of type {others[wrong[0]].kind}."
        )
    return [others[name] if name in others else eeg[places[name]] for name in names]


def _places(names, channels):
    """Where each name is among channels, as it stands or as an electrode, else -1."""
    there = [one.name for one in channels]
    if set(names) <= set(there):
        return [there.index(name) for name in names]
    return locate(names, there)


def _check_once(look, names):
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(
            f"expected each name once among the EEG channels of {look.file.path}, got "
            f"{twice[0]!r} twice; correct channels.tsv, or leave it out by channels=."
        )


def _single(channels):
    """Channels whose name is that of no other."""
    names = [one.name for one in channels]
    return [one for one in channels if names.count(one.name) == 1]
