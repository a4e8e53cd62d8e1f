"""Modules: what fitted steps are to torch. One step a module, from tensors to tensors."""

from sklearn_eeg._modules._arithmetic import Arithmetic
from sklearn_eeg._modules._chain import Beside, chain_modules, find_module, shape_after
from sklearn_eeg._modules._foreign import foreign

__all__ = ["Arithmetic", "Beside", "chain_modules", "find_module", "foreign", "shape_after"]
