"""The one list of architectures: data only, so that names and sizes cost no torch.

The public names of `classifiers`, `regressors` and `nn.models`, the recipes, the command line, the
batteries of tests, the guide's table and the benchmark of architectures read it.
"""

from sklearn_eeg._catalogue._architecture import Architecture
from sklearn_eeg._catalogue._classic import CLASSIC as CLASSIC
from sklearn_eeg._catalogue._domains import DOMAINS
from sklearn_eeg._catalogue._founding import FOUNDING
from sklearn_eeg._catalogue._maps import MAPS
from sklearn_eeg._catalogue._sequences import SEQUENCES
from sklearn_eeg._catalogue._signals import SIGNALS
from sklearn_eeg._catalogue._two_views import TWO_VIEWS
from sklearn_eeg._catalogue._window_features import WINDOW_FEATURES

ARCHITECTURES: dict[str, Architecture] = {
    **FOUNDING,
    **WINDOW_FEATURES,
    **SEQUENCES,
    **MAPS,
    **SIGNALS,
    **DOMAINS,
    **TWO_VIEWS,
}


def public_paths(package):
    """Paths of the networks and estimators that lie in a package, by the name of the class."""
    paths = {p for a in ARCHITECTURES.values() for p in (a.estimator, a.network)}
    return {p.partition(":")[2]: p for p in sorted(paths) if p.startswith(f"{package}.")}


def models_with_recipe():
    """All that :mod:`sklearn_eeg.recipes` can make, by name: classifiers of scikit-learn's last."""
    return {name: a for name, a in ARCHITECTURES.items() if a.recipe} | CLASSIC
