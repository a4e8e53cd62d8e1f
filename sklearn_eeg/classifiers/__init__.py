"""Classifiers over trials: networks that scikit-learn can handle, and any classifier by windows."""

from typing import TYPE_CHECKING

from sklearn_eeg._catalogue import public_paths
from sklearn_eeg._lazy import lazy

if TYPE_CHECKING:
    # For editors; at run time a name is found by the catalogue.
    from sklearn_eeg._engine.checkpoint import load_checkpoint as load_checkpoint
    from sklearn_eeg._engine.dann import DANN as DANN
    from sklearn_eeg._engine.held_out import HeldOut as HeldOut
    from sklearn_eeg._engine.mldg import MLDG as MLDG
    from sklearn_eeg._engine.objectives import Aligned as Aligned
    from sklearn_eeg._engine.runtime import Runtime as Runtime
    from sklearn_eeg.classifiers._acrnn import ACRNNClassifier as ACRNNClassifier
    from sklearn_eeg.classifiers._band_power_net import (
        BandPowerNetClassifier as BandPowerNetClassifier,
    )
    from sklearn_eeg.classifiers._bidann import BiDANNClassifier as BiDANNClassifier
    from sklearn_eeg.classifiers._bihdm import BiHDMClassifier as BiHDMClassifier
    from sklearn_eeg.classifiers._capsnet import CapsNetClassifier as CapsNetClassifier
    from sklearn_eeg.classifiers._ccnn import CCNNClassifier as CCNNClassifier
    from sklearn_eeg.classifiers._cdcn import CDCNClassifier as CDCNClassifier
    from sklearn_eeg.classifiers._conv2d_lstm import Conv2DLSTMClassifier as Conv2DLSTMClassifier
    from sklearn_eeg.classifiers._conv_lstm import ConvLSTMClassifier as ConvLSTMClassifier
    from sklearn_eeg.classifiers._daeegvit import DAEEGViTClassifier as DAEEGViTClassifier
    from sklearn_eeg.classifiers._dbn import DBNClassifier as DBNClassifier
    from sklearn_eeg.classifiers._dgcnn import DGCNNClassifier as DGCNNClassifier
    from sklearn_eeg.classifiers._dmmr import DMMRClassifier as DMMRClassifier
    from sklearn_eeg.classifiers._eeg_conformer import (
        EEGConformerClassifier as EEGConformerClassifier,
    )
    from sklearn_eeg.classifiers._eegnet import EEGNetClassifier as EEGNetClassifier
    from sklearn_eeg.classifiers._fbccnn import FBCCNNClassifier as FBCCNNClassifier
    from sklearn_eeg.classifiers._fbcnet import FBCNetClassifier as FBCNetClassifier
    from sklearn_eeg.classifiers._gcbnet import GCBNetClassifier as GCBNetClassifier
    from sklearn_eeg.classifiers._gcbnet_bls import GCBNetBLSClassifier as GCBNetBLSClassifier
    from sklearn_eeg.classifiers._grouped_cnn1d import (
        GroupedCNN1DClassifier as GroupedCNN1DClassifier,
    )
    from sklearn_eeg.classifiers._gru import GRUClassifier as GRUClassifier
    from sklearn_eeg.classifiers._gtn import GTNClassifier as GTNClassifier
    from sklearn_eeg.classifiers._hierarchical_cnn import (
        HierarchicalCNNClassifier as HierarchicalCNNClassifier,
    )
    from sklearn_eeg.classifiers._hslt import HSLTClassifier as HSLTClassifier
    from sklearn_eeg.classifiers._lstm import LSTMClassifier as LSTMClassifier
    from sklearn_eeg.classifiers._module_classifier import ModuleClassifier as ModuleClassifier
    from sklearn_eeg.classifiers._msmda import MSMDAClassifier as MSMDAClassifier
    from sklearn_eeg.classifiers._neural_classifier import NeuralClassifier as NeuralClassifier
    from sklearn_eeg.classifiers._prpl import PRPLClassifier as PRPLClassifier
    from sklearn_eeg.classifiers._r2g_stnn import R2GSTNNClassifier as R2GSTNNClassifier
    from sklearn_eeg.classifiers._resattentionet import (
        ResAttentioNetClassifier as ResAttentioNetClassifier,
    )
    from sklearn_eeg.classifiers._rgnn import RGNNClassifier as RGNNClassifier
    from sklearn_eeg.classifiers._sognn import SOGNNClassifier as SOGNNClassifier
    from sklearn_eeg.classifiers._spectrogram_cnn import (
        SpectrogramCNNClassifier as SpectrogramCNNClassifier,
    )
    from sklearn_eeg.classifiers._tsception import TSceptionClassifier as TSceptionClassifier
    from sklearn_eeg.classifiers._wide_deep import WideDeepClassifier as WideDeepClassifier
    from sklearn_eeg.classifiers._windowed_classifier import (
        WindowedClassifier as WindowedClassifier,
    )

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "Aligned": "sklearn_eeg._engine.objectives:Aligned",
        "DANN": "sklearn_eeg._engine.dann:DANN",
        "HeldOut": "sklearn_eeg._engine.held_out:HeldOut",
        "MLDG": "sklearn_eeg._engine.mldg:MLDG",
        "ModuleClassifier": "sklearn_eeg.classifiers._module_classifier:ModuleClassifier",
        "NeuralClassifier": "sklearn_eeg.classifiers._neural_classifier:NeuralClassifier",
        "Runtime": "sklearn_eeg._engine.runtime:Runtime",
        "WindowedClassifier": "sklearn_eeg.classifiers._windowed_classifier:WindowedClassifier",
        "load_checkpoint": "sklearn_eeg._engine.checkpoint:load_checkpoint",
        **public_paths(__name__),
    },
)
