"""Bases of scikit-learn's, with types for who reads types: scikit-learn ships none.

A class of a base without types takes any argument and has any method, for a type checker; so a
misspelt setting of a network would pass.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Self

    from numpy.typing import ArrayLike

    from sklearn_eeg._typing import Data

    class BaseEstimator:
        """What has settings."""

        def get_params(self, deep: bool = True) -> dict[str, Any]: ...
        def set_params(self, **params: Any) -> Self: ...
        def get_metadata_routing(self) -> Any: ...
        def __sklearn_tags__(self) -> Any: ...
        # What is fitted has names that end in an underscore; requests of metadata are generated.
        def __getattr__(self, name: str) -> Any: ...

    class ClassifierMixin:
        """What predicts classes."""

        def score(self, X: Data, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float: ...

    class RegressorMixin:
        """What predicts numbers."""

        def score(self, X: Data, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float: ...

    class TransformerMixin:
        """What transforms."""

        def __init_subclass__(
            cls, auto_wrap_output_keys: tuple[str, ...] | None = ("transform",), **kwargs: Any
        ) -> None: ...
        def set_output(self, *, transform: str | None = None) -> Self: ...

else:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin

__all__ = ["BaseEstimator", "ClassifierMixin", "RegressorMixin", "TransformerMixin"]
