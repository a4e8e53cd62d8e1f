"""What skorch's callbacks are told of batches: only what one of them listens to."""

from skorch.callbacks import Callback

EVENTS = ("on_batch_begin", "on_batch_end", "on_grad_computed")


class Listeners:
    """Callbacks of a net, which cost nothing at a batch that none of them follows."""

    def __init__(self, net):
        self.net = net
        callbacks = [callback for _, callback in net.callbacks_]
        self.followed = {event for event in EVENTS if _is_followed(event, callbacks)}
        if "on_batch_end" in self.followed:
            # At a batch's begin the net itself opens a row of the history.
            self.followed.add("on_batch_begin")

    def begin(self, batch, training):
        """Tell that a batch begins."""
        if "on_batch_begin" in self.followed:
            self.net.notify("on_batch_begin", batch=batch[:2], training=training)

    def grad_computed(self, batch):
        """Tell that a batch's gradients are there."""
        if "on_grad_computed" in self.followed:
            named = list(self.net.module_.named_parameters())
            self.net.notify("on_grad_computed", named_parameters=named, batch=batch[:2])

    def end(self, batch, loss, output, training):
        """Tell of a batch's loss and output."""
        if "on_batch_end" in self.followed:
            part = "train" if training else "valid"
            self.net.history.record_batch(f"{part}_loss", loss.item())
            self.net.history.record_batch(f"{part}_batch_size", len(output))
            news = {"batch": batch[:2], "loss": loss.detach(), "y_pred": output.detach()}
            self.net.notify("on_batch_end", training=training, **news)

    def end_epoch(self):
        """Leave one row for all batches, since skorch's callbacks that save ask for the last."""
        if "on_batch_end" not in self.followed:
            self.net.history.new_batch()


def _is_followed(event, callbacks):
    silent = getattr(Callback, event)
    return any(getattr(type(callback), event, silent) is not silent for callback in callbacks)
