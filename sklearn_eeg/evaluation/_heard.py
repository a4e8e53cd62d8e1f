"""What folds warn of in other processes, said in the one that asked for them."""

import os
import threading
import warnings


def listen(asked_by, run, *job):
    """Run a job; what it returns, and what it warned of if it ran in another process.

    Its warnings would be printed there, where nobody can filter or count them. Recording them is
    for a process with one thread at work.
    """
    alone = threading.current_thread() is threading.main_thread()
    if os.getpid() == asked_by or not alone:
        return run(*job), ()
    with warnings.catch_warnings(record=True) as heard:
        result = run(*job)
    said = [(str(each.message), each.category, each.filename, each.lineno) for each in heard]
    return result, tuple(dict.fromkeys(said))


def repeat(heard, said):
    """Warn of what was heard, but for what was ``said``, the registry of such, already."""
    for message, category, filename, lineno in heard:
        warnings.warn_explicit(message, category, filename, lineno, registry=said)
