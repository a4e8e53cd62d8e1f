"""``report``: a page from records that are there, with nothing evaluated anew."""

from pathlib import Path

from sklearn_eeg._commands.parsing import a_path
from sklearn_eeg._whole_file import write_whole

HELP = "Make a page from the report.json of evaluations, without evaluating anew"
EPILOG = (
    "One file gives its page again; several evaluations give a page that compares them. The page "
    "needs no other file, no network and no script."
)
EXAMPLES = (
    (
        "The page of an evaluation once more, and a paragraph for a paper",
        "report report/report.json --text",
    ),
    (
        "A page that compares two evaluations",
        "report one/report.json two/report.json -o comparison.html",
    ),
)


def add_arguments(add):
    """Add what a page can be told."""
    add(
        "files",
        nargs="+",
        type=a_path,
        metavar="FILE",
        help="report.json of an evaluation or a comparison, or the folder that has it",
    )
    add(
        "-o",
        "--output",
        type=a_path,
        default=Path("page.html"),
        metavar="FILE",
        help="the page (default: %(default)s); an older one is replaced",
    )
    add("--json", type=a_path, metavar="FILE", help="write the record of a comparison as well")
    add("--title", metavar="TEXT", help="title of the page (default: that of the record)")
    add(
        "--metric",
        default="accuracy",
        metavar="NAME",
        help="what is compared of several evaluations (default: %(default)s)",
    )
    add("--text", action="store_true", help="print a paragraph for a paper on each evaluation")


def run(args, parser):
    """Read, perhaps compare, and leave a page."""
    from sklearn_eeg.report import methods_text, read_record, render

    for path in filter(None, (args.output, args.json)):
        check_output(path, args, parser)
    try:
        records = [read_record(path) for path in args.files]
        record = records[0] if len(records) == 1 else compare(records, args)
        record |= {} if args.title is None else {"title": args.title}
        page = render(record)
    except (OSError, ValueError) as error:
        parser.error(str(error).partition(": ")[2].removesuffix("."))
    if args.text:
        for one in records:
            if one["kind"] == "evaluation":
                print(f"{one['title']}\n{methods_text(one)}\n")
    leave(record, page, args, parser)
    return 0


def compare(records, args):
    """Record of a comparison of evaluations."""
    from sklearn_eeg.report import describe_comparison

    for path, record in zip(args.files, records, strict=True):
        if record["kind"] != "evaluation":
            raise ValueError(
                f"report: expected records of evaluations where there are several, got a "
                f"{record['kind']} in {path}; give it alone."
            )
    return describe_comparison(records, metric=args.metric, command=args.typed)


def check_output(path, args, parser):
    """Refuse a place where no file can be left, or where one is that is read."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        parser.error(f"expected a file in a folder that is there, got {path}")
    read = {file.resolve() for file in args.files} | {
        (file / "report.json").resolve() for file in args.files
    }
    if path.resolve() in read:
        parser.error(f"expected a file other than those that are read, got {path}")


def leave(record, page, args, parser):
    """Write the page, and the record where it is asked for."""
    from sklearn_eeg.report._write_report import as_bytes, as_json

    try:
        write_whole(args.output, as_bytes(page))
        if args.json is not None:
            write_whole(args.json, as_json(record))
    except OSError as error:
        parser.error(f"expected a file that can be written, got {error.strerror}: {error.filename}")
    print(f"Page: {args.output}")
