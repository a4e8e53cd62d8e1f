"""How kinds of data are told apart, found without importing their libraries."""


def is_tensor(x):
    """Whether this is a torch tensor."""
    return type(x).__module__.partition(".")[0] == "torch"


def is_epochs(X):
    """Whether these are MNE epochs of signals; their spectra have frequencies beside."""
    has = all(hasattr(X, name) for name in ("get_data", "info", "drop_log"))
    return has and not hasattr(X, "freqs")


def is_list_of_epochs(X):
    """Whether these are epochs as scikit-learn's indexing leaves them, one of each trial."""
    return isinstance(X, list) and len(X) > 0 and all(map(is_epochs, X))


def is_other_mne(X):
    """Whether this is an object of MNE's that is no epochs: a Raw, an Evoked, a spectrum."""
    return not is_epochs(X) and hasattr(X, "info") and hasattr(X, "ch_names")
