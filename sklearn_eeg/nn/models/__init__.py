"""Networks as torch modules: one architecture a file."""

from sklearn_eeg.nn.models.resattentionet import ResAttentioNet

__all__ = ["ResAttentioNet"]
