"""A bar of epochs while training, where a terminal can show it."""

from skorch.callbacks import Callback
from tqdm import tqdm


class ProgressBar(Callback):
    """One bar a fit, with the losses of the last epoch."""

    def __init__(self, n_epochs, label):
        self.n_epochs = n_epochs
        self.label = label

    def on_train_begin(self, net, **kwargs):
        """Open the bar, unless nobody can see it."""
        done = len(net.history)
        self.bar_ = tqdm(desc=self.label, total=self.n_epochs, initial=done, disable=None)

    def on_epoch_end(self, net, **kwargs):
        """Advance, and show losses."""
        row = net.history[-1]
        names = ("train_loss", "valid_loss", "valid_acc")
        self.bar_.set_postfix({k: f"{row[k]:.3g}" for k in names if k in row}, refresh=False)
        self.bar_.update()

    def on_train_end(self, net, **kwargs):
        """Close the bar, which cannot be pickled."""
        self.bar_.close()
        del self.bar_
