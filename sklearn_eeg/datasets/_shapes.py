"""Arrays as they were published."""


def check_shape(array, shape, name, file):
    """Numbers of a shape, in which ``None`` is any length but none."""
    fits = array.ndim == len(shape) and all(
        length == wanted if wanted is not None else length
        for length, wanted in zip(array.shape, shape, strict=True)
    )
    if not fits or array.dtype.kind not in "fiu":
        words = ", ".join("any" if wanted is None else str(wanted) for wanted in shape)
        raise ValueError(
            f"expected numbers of shape ({words}) in {name} of {file}, got {array.dtype} of shape "
            f"{array.shape}; is it the published file?"
        )
    return array
