"""Lists of names and what is said of each."""


def print_table(entries):
    """Print a name and what is said of it, each further sentence on a line of its own."""
    width = max(map(len, entries))
    for name, (first, *more) in entries.items():
        print(f"{name:{width}}  {first}")
        for line in filter(None, more):
            print(f"{'':{width}}  {line}")
    return 0
