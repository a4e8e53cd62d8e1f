"""A fitted pipeline as one graph, for machines without Python or without this library."""

from sklearn_eeg.export._certificate import describe
from sklearn_eeg.export._export_onnx import export_onnx
from sklearn_eeg.export._to_torch import to_torch

__all__ = ["describe", "export_onnx", "to_torch"]
