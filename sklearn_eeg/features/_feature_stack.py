"""Several kinds of features of the same signals, side by side."""

from __future__ import annotations

from typing import Any, Self

from array_api_compat import array_namespace
from sklearn.utils.metaestimators import _BaseComposition

from sklearn_eeg._axes import FEATURES, show_axes
from sklearn_eeg._base import SignalTransformer, clone_plain, is_stateless
from sklearn_eeg.features._stack_twin import StackTwin


class FeatureStack(SignalTransformer, _BaseComposition):
    """Concatenate what several transformers give along the last axis.

    Scikit-learn's ``FeatureUnion`` joins the second axis, which is right for 2-D features only;
    there, both agree.

    Parameters
    ----------
    transformers : list of (str, transformer)
        A name for each, which its features bear: ``"de_alpha"``.

    Attributes
    ----------
    transformers_ : list of (str, transformer)
        Fitted clones.
    features_ : tuple of str
        Names of the features on the last axis.
    bands_ : dict or None
        The same with their edges, where all are bands.

    Raises
    ------
    ValueError
        Names repeat, or the transformers' results differ in more than the last axis.

    Examples
    --------
    Three kinds of features in five bands, fifteen planes for a map of the scalp:

    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_eeg.features import DEExtractor, LDSSmoother, PSDExtractor
    >>> de, psd = DEExtractor(4.0, sfreq=200), PSDExtractor(4.0, sfreq=200)
    >>> planes = FeatureStack([("de", de), ("lds", make_pipeline(de, LDSSmoother())), ("psd", psd)])
    >>> X = np.random.default_rng(0).standard_normal((3, 62, 2400))
    >>> planes.fit_transform(X).shape
    (3, 3, 62, 15)
    """

    _allow_nan = "any"
    _accepts_tensors = True

    def __init__(self, transformers: list[tuple[str, Any]]) -> None:
        self.transformers = transformers

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get the parameters, those of the transformers among them.

        Parameters
        ----------
        deep : bool, default=True

        Returns
        -------
        dict
        """
        return self._get_params("transformers", deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, ``name__parameter`` of a transformer among them.

        Parameters
        ----------
        **params : dict

        Returns
        -------
        self
        """
        self._set_params("transformers", **params)
        return self

    @property
    def _takes(self):
        return getattr(self.transformers[0][1], "_takes", "...") if self.transformers else "..."

    @property
    def _stateless(self):
        return all(is_stateless(transformer) for _, transformer in self.transformers)

    def _fit(self, signals):
        names = [name for name, _ in self.transformers]
        if not names:
            raise ValueError("expected at least one transformer, got none.")
        self._validate_names(names)
        self.transformers_ = [
            (name, self._try(name, clone_plain(transformer).fit, signals))
            for name, transformer in self.transformers
        ]
        first = [self._try(name, t.transform, signals[:1]) for name, t in self.transformers_]
        if len(first[0].axes) > 1 and first[0].axes[-1] not in FEATURES:
            raise ValueError(
                f"expected transformers that give features last, got "
                f"{show_axes(first[0].axes)}; leave this step out."
            )
        edges = {
            f"{name}_{feature}": edge
            for name, features in zip(names, first, strict=True)
            for feature, edge in _edges_of(features).items()
        }
        self.features_ = tuple(edges)
        self.bands_ = None if None in edges.values() else edges
        units = {features.unit for features in first}
        self._facts = {
            "axes": (*first[0].axes[:-1], "feature" if self.bands_ is None else "band"),
            "unit": units.pop() if len(units) == 1 else "mixed",
            **({"features": self.features_} if self.bands_ is None else {"bands": self.bands_}),
        }

    def _try(self, name, function, trials):
        try:
            return function(trials)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{type(self).__name__}, {name!r}: {error}") from error

    def _transform(self, signals):
        parts = [self._try(name, t.transform, signals) for name, t in self.transformers_]
        lists = [part.data if signals.is_ragged else [part.data] for part in parts]
        joined = [self._join(arrays) for arrays in zip(*lists, strict=True)]
        return signals.derive(
            data=joined if signals.is_ragged else joined[0],
            window_onsets=parts[0].window_onsets,
            **self._facts,
        )

    def _stream(self, along, calibration):
        if along == "trial":
            return super()._stream(along, calibration)
        return StackTwin(self, along, calibration)

    def _to_torch(self, shape):
        from sklearn_eeg._modules import Beside, find_module

        return Beside([find_module(t, shape) for _, t in self.transformers_])

    def _join(self, arrays):
        shapes = {name: a.shape for (name, _), a in zip(self.transformers_, arrays, strict=True)}
        if len({shape[:-1] for shape in shapes.values()}) > 1:
            raise ValueError(
                f"expected features that differ in the last axis only, got "
                f"{shapes}; give all transformers the same window and step."
            )
        return array_namespace(*arrays).concat(arrays, axis=-1)

    def _names_out(self, names):
        if "channel" not in self._facts["axes"]:
            return list(self.features_)
        n_channels = self.layout_[-2]
        channels = self.ch_names_ or (names if len(names) == n_channels else range(n_channels))
        return [f"{channel}_{name}" for channel in channels for name in self.features_]


def _edges_of(features):
    """Edges of each feature by its name, ``None`` for those of what is no band."""
    if features.bands is not None:
        return features.bands
    return dict.fromkeys(features.features or map(str, range(features.shape[-1])))
