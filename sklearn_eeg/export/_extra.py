"""The packages of the extra."""

from importlib import import_module

PACKAGES = ("onnx", "onnxruntime", "onnxscript")


def load_extra():
    """Modules of onnx, onnxruntime and onnxscript."""
    try:
        return [import_module(name) for name in PACKAGES]
    except ImportError as error:
        raise ImportError(
            f"expected {', '.join(PACKAGES)} to write a graph, got {error}; "
            f"pip install 'sklearn-eeg[export]', or '.[export]' in a clone."
        ) from error
