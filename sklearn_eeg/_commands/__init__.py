"""Commands of the command line, one a file.

Each has a sentence HELP, perhaps an EPILOG, ``add_arguments(add)`` for its parser, and
``run(args, parser)``, which returns the exit code.
"""
