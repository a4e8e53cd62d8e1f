"""Networks as torch modules: one architecture a file."""

from typing import TYPE_CHECKING

from sklearn_eeg._catalogue import public_paths
from sklearn_eeg._lazy import lazy

if TYPE_CHECKING:
    # For editors; at run time a name is found by the catalogue.
    from sklearn_eeg.nn.models._acrnn import ACRNN as ACRNN
    from sklearn_eeg.nn.models._band_power_net import BandPowerNet as BandPowerNet
    from sklearn_eeg.nn.models._bdae import BDAENet as BDAENet
    from sklearn_eeg.nn.models._bidann import BiDANN as BiDANN
    from sklearn_eeg.nn.models._bihdm import BiHDM as BiHDM
    from sklearn_eeg.nn.models._capsnet import CapsNet as CapsNet
    from sklearn_eeg.nn.models._ccnn import CCNN as CCNN
    from sklearn_eeg.nn.models._cdcn import CDCN as CDCN
    from sklearn_eeg.nn.models._conv2d_lstm import Conv2DLSTM as Conv2DLSTM
    from sklearn_eeg.nn.models._conv_lstm import ConvLSTMNet as ConvLSTMNet
    from sklearn_eeg.nn.models._daeegvit import DAEEGViT as DAEEGViT
    from sklearn_eeg.nn.models._dbn import DBN as DBN
    from sklearn_eeg.nn.models._dcca import DCCANet as DCCANet
    from sklearn_eeg.nn.models._dgcnn import DGCNN as DGCNN
    from sklearn_eeg.nn.models._dmmr import DMMR as DMMR
    from sklearn_eeg.nn.models._eeg_conformer import EEGConformer as EEGConformer
    from sklearn_eeg.nn.models._eegnet import EEGNet as EEGNet
    from sklearn_eeg.nn.models._fbccnn import FBCCNN as FBCCNN
    from sklearn_eeg.nn.models._fbcnet import FBCNet as FBCNet
    from sklearn_eeg.nn.models._gcbnet import GCBNet as GCBNet
    from sklearn_eeg.nn.models._gcbnet_bls import GCBNetBLS as GCBNetBLS
    from sklearn_eeg.nn.models._grouped_cnn1d import GroupedCNN1D as GroupedCNN1D
    from sklearn_eeg.nn.models._gru import GRUNet as GRUNet
    from sklearn_eeg.nn.models._gtn import GTN as GTN
    from sklearn_eeg.nn.models._hierarchical_cnn import HierarchicalCNN as HierarchicalCNN
    from sklearn_eeg.nn.models._hslt import HSLT as HSLT
    from sklearn_eeg.nn.models._lstm import LSTMNet as LSTMNet
    from sklearn_eeg.nn.models._mixed_cnn import MixedCNN as MixedCNN
    from sklearn_eeg.nn.models._msmda import MSMDA as MSMDA
    from sklearn_eeg.nn.models._prpl import PRPL as PRPL
    from sklearn_eeg.nn.models._r2g_stnn import R2GSTNN as R2GSTNN
    from sklearn_eeg.nn.models._resattentionet import ResAttentioNet as ResAttentioNet
    from sklearn_eeg.nn.models._rgnn import RGNN as RGNN
    from sklearn_eeg.nn.models._sognn import SOGNN as SOGNN
    from sklearn_eeg.nn.models._spectrogram_cnn import SpectrogramCNN as SpectrogramCNN
    from sklearn_eeg.nn.models._tsception import TSception as TSception
    from sklearn_eeg.nn.models._wide_deep import WideDeep as WideDeep

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {"MixedCNN": "sklearn_eeg.nn.models._mixed_cnn:MixedCNN", **public_paths(__name__)},
)
