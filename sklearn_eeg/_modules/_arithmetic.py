"""A function as a module."""

import numpy as np
import torch
from torch import nn


class Arithmetic(nn.Module):
    """A function of a tensor and of constants, which are the module's buffers.

    Parameters
    ----------
    function : callable
        ``function(x, **constants)`` returns a tensor; branches on no value.
    **constants : array
        Floats become torch's default type.
    """

    def __init__(self, function, **constants):
        super().__init__()
        self.function = function
        for name, array in constants.items():
            tensor = torch.as_tensor(np.array(array))
            if tensor.is_floating_point():
                tensor = tensor.to(torch.get_default_dtype())
            self.register_buffer(name, tensor)

    def forward(self, x):
        """Value of the function."""
        return self.function(x, **dict(self.named_buffers()))
