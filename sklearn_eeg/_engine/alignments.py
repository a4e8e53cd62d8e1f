"""Alignments by name, and what is none."""

from sklearn_eeg._engine.adabn import AdaBN
from sklearn_eeg._engine.dann import DANN
from sklearn_eeg._engine.mldg import MLDG
from sklearn_eeg._engine.objectives import Aligned, Alignment, Plain, adapted
from sklearn_eeg.nn import alignment as distances

BY_NAME: dict[str, Alignment] = {
    **{name: Aligned(name) for name in distances.__all__},
    "dann": DANN(),
    "adabn": AdaBN(),
    "mldg": MLDG(),
}


def find_alignment(alignment):
    """What a setting stands for."""
    if alignment is None:
        return Plain(adapted)
    if isinstance(alignment, Alignment):
        return alignment
    return Aligned(alignment) if callable(alignment) else BY_NAME[alignment]


def check_alignment(alignment):
    """Refuse what is no alignment."""
    known = alignment is None or isinstance(alignment, Alignment) or callable(alignment)
    if not known and (not isinstance(alignment, str) or alignment not in BY_NAME):
        raise ValueError(
            f"expected alignment to be None, one of {list(BY_NAME)}, a callable or a part such as "
            f"Aligned(...), got {alignment!r}."
        )
    if isinstance(alignment, Aligned):
        distance = alignment.distance
        if not callable(distance) and distance not in distances.__all__:
            raise ValueError(
                f"expected the distance of Aligned to be one of {distances.__all__} or a callable, "
                f"got {distance!r}."
            )


def refuse_alignment(alignment):
    """Refuse an alignment beside that of a network which aligns more than its head's features."""
    if alignment is not None:
        raise ValueError(
            "expected alignment=None, since the network aligns its domains by itself, got "
            f"{alignment!r}; give X_target alone."
        )
