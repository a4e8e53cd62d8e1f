"""``python -m benchmarks [--quick] [name ...]``: one table, alternatives measured beside ours."""

import argparse
import importlib
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="which of bench_NAME.py; all by default")
    parser.add_argument("--quick", action="store_true", help="small sizes, seconds each")
    arguments = parser.parse_args()
    found = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [f"bench_{name}" for name in arguments.names] or found
    print("| work | alternative | ours, s | theirs, s | ratio | note |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in chosen:
        for work, alternative, ours, theirs, ratio, note in importlib.import_module(
            f"benchmarks.{name}"
        ).rows(arguments.quick):
            print(f"| {work} | {alternative} | {ours:.3g} | {theirs:.3g} | {ratio:.3g} | {note} |")


if __name__ == "__main__":
    main()
