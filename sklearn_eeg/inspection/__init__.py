"""What a model looks at: attributions with names, and tests of whether they can be believed."""

from sklearn_eeg.inspection._attention import attention
from sklearn_eeg.inspection._attribution import Attribution, Check
from sklearn_eeg.inspection._curves import perturbation_curves
from sklearn_eeg.inspection._grad_cam import grad_cam
from sklearn_eeg.inspection._gradients import integrated_gradients, saliency, smooth_grad
from sklearn_eeg.inspection._graphs import learned_adjacency
from sklearn_eeg.inspection._occlusion import occlusion
from sklearn_eeg.inspection._permutation import permutation_importance
from sklearn_eeg.inspection._sanity import sanity_check

__all__ = [
    "Attribution",
    "Check",
    "attention",
    "grad_cam",
    "integrated_gradients",
    "learned_adjacency",
    "occlusion",
    "permutation_importance",
    "perturbation_curves",
    "saliency",
    "sanity_check",
    "smooth_grad",
]
