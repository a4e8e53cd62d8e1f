"""The door of the steps before, for an estimator that ends a pipeline."""

from sklearn_eeg._door import FLOATS, Door
from sklearn_eeg._mapped import MappedRows


class FinalDoor(Door):
    """Opens arrays, lists, Trials and epochs exactly as every transformer does."""

    # Which trials have enough left is known only once they are cut into instances.
    _allow_nan = "any"

    def _check_one(self, array):
        # Floats on disk stay there: a training reads them batch by batch.
        if isinstance(array, MappedRows) and array.dtype in FLOATS:
            return array
        return super()._check_one(array)

    def _check_values(self, trials):
        super()._check_values(trials)
        if trials.is_ragged and trials.ndim > 2:
            first = self._layout(trials)
            for index, trial in enumerate(trials.data):
                if self._layout(trials.derive(data=[trial])) != first:
                    raise ValueError(
                        f"expected trials of one shape, got {trials.data[0].shape} and "
                        f"{trial.shape} (trial {index}); cut or pad them to one length."
                    )
