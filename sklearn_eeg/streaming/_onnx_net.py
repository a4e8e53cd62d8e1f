"""A network on a stream as a session of onnxruntime."""

import numpy as np
import torch
from torch import nn

from sklearn_eeg._engine.quick import check_outputs
from sklearn_eeg.export._agreement import open_session
from sklearn_eeg.export._export_onnx import make_graph
from sklearn_eeg.export._extra import load_extra

# Largest difference of probabilities, and the instances by which it is found.
TOLERANCE, N_COMPARED = 1e-6, 20


class OnnxNet:
    """Outputs of a network for one whole instance after the other, on one thread.

    Parameters
    ----------
    net : QuickNet
        In single precision.

    Raises
    ------
    ValueError
        The network has no graph, or one that answers differently.
    ImportError
        The extra ``sklearn-eeg[export]`` is not installed.
    """

    def __init__(self, net):
        load_extra()
        self.name = net.name
        if net.dtype != torch.float32:
            raise ValueError(
                f"expected precision='float32' with backend='onnx', got {net.name} in "
                f"{str(net.dtype).removeprefix('torch.')}; leave backend out."
            )
        graph = make_graph(Outputs(net), net.shape)
        self.session = open_session(graph.SerializeToString())
        (self.entry,) = (each.name for each in self.session.get_inputs())
        self._compare(net)

    def __call__(self, rows):
        """Outputs, a row each."""
        # What is infinite there shows in the outputs.
        with np.errstate(over="ignore"):
            rows = rows.astype(np.float32)
        outputs = self.session.run(None, {self.entry: rows})[0]
        return check_outputs(outputs, self.name)

    def _compare(self, net):
        rows = np.random.default_rng(0).standard_normal((N_COMPARED, *net.shape))
        expected, found = (_softmax(run(rows)) for run in (net, self))
        apart = np.abs(expected - found).max()
        if not apart <= TOLERANCE:
            raise ValueError(
                f"expected answers of the graph within {TOLERANCE:g} of those of {self.name}, got "
                f"{apart:.3g} for noise; leave backend out."
            )


class Outputs(nn.Module):
    """What a :class:`QuickNet` runs, as a module of one argument."""

    def __init__(self, net):
        super().__init__()
        self.module, self.told = net.module, net.told

    def forward(self, x):
        """Outputs, a row each."""
        return self.module(x, **self.told)


def _softmax(logits):
    return torch.from_numpy(logits.astype(np.float64)).softmax(1).numpy()
