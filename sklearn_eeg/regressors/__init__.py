"""Regressors over trials: networks whose targets are numbers."""

from typing import TYPE_CHECKING

from sklearn_eeg._catalogue import public_paths
from sklearn_eeg._lazy import lazy

if TYPE_CHECKING:
    # For editors; at run time a name is found by the catalogue.
    from sklearn_eeg._engine.dann import DANN as DANN
    from sklearn_eeg._engine.held_out import HeldOut as HeldOut
    from sklearn_eeg._engine.mldg import MLDG as MLDG
    from sklearn_eeg._engine.objectives import Aligned as Aligned
    from sklearn_eeg._engine.runtime import Runtime as Runtime
    from sklearn_eeg.regressors._conv2d_lstm_regressor import (
        Conv2DLSTMRegressor as Conv2DLSTMRegressor,
    )
    from sklearn_eeg.regressors._neural_regressor import NeuralRegressor as NeuralRegressor

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "Aligned": "sklearn_eeg._engine.objectives:Aligned",
        "DANN": "sklearn_eeg._engine.dann:DANN",
        "HeldOut": "sklearn_eeg._engine.held_out:HeldOut",
        "MLDG": "sklearn_eeg._engine.mldg:MLDG",
        "NeuralRegressor": "sklearn_eeg.regressors._neural_regressor:NeuralRegressor",
        "Runtime": "sklearn_eeg._engine.runtime:Runtime",
        **public_paths(__name__),
    },
)
