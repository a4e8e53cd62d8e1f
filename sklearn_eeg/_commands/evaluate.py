"""``evaluate``: one model on one data set, and a report."""

import sys
import tempfile
import warnings
from argparse import Namespace
from pathlib import Path

from sklearn_eeg._commands import data, running, splits
from sklearn_eeg._commands.parsing import a_path, at_least, names

HELP = "Evaluate a model on subjects it has not seen, and leave a report"
EPILOG = (
    "Every subject is tested once, by a model that was trained on others, unless a protocol says "
    "otherwise. Majority, chance and logistic regression on the same folds stand beside it. "
    + running.EXIT_CODES.format(failed="1, a fold failed, and those that are finished are reported")
)
EXAMPLES = (
    ("The default network, and logistic regression beside it, on simulated recordings", "evaluate"),
    (
        "A folder of one's own, whose files are named like S01_calm.edf",
        "evaluate --table recordings --subject '(S\\d+)' --label '_(\\w+)' --duration 4",
    ),
    (
        "A published data set, by the protocol it was published with",
        "evaluate --model svm --dataset seed --data-dir SEED --set kind=de_LDS --protocol seed-9-6",
    ),
    (
        "A network by three seeds, other metrics, and leaks looked for",
        "evaluate --model dgcnn --epochs 20 --seeds 3 --scoring balanced_accuracy,roc_auc --audit",
    ),
)


def add_arguments(add):
    """Add what an evaluation can be told."""
    data.add_dataset(add)
    running.add_one_model(add, default=running.DEFAULT)
    add(
        "--report",
        type=a_path,
        default=Path("report"),
        metavar="DIR",
        help="folder of the report (default: %(default)s); one that is there is kept",
    )
    running.add_store(add, "the report")
    running.add_json(add, "what was found")
    add(
        "--seeds",
        type=at_least(1),
        metavar="N",
        help="runs of what is random, by --seed and the seeds that follow it; their spread is told "
        "apart (default: one run)",
    )
    add(
        "--scoring",
        type=names,
        metavar="A,B",
        help="scorers of scikit-learn, by commas, whose means are shown first (default: "
        "accuracy,f1_macro)",
    )
    add(
        "--audit",
        action="store_true",
        help="look for leaks too, permuted labels among them, and tell them in the report; the "
        "model is trained several times more on each fold",
    )
    add(
        "--inductive",
        action="store_true",
        help="evaluate the model also without the test subjects' own data, beside the others",
    )
    splits.add_splits(add)
    running.add_model(add)
    running.add_transductive(add)
    running.add_alignment(add)
    running.add_jobs(add)
    data.add_data(add)


def run(args, parser):
    """Load, evaluate, print, and leave a report."""
    check_arguments(args, parser)
    from sklearn_eeg.evaluation import EvaluationFailed, EvaluationInterrupted, evaluate

    name, credit, trials, y = data.load_one(args, parser)
    cv, n_splits = splits.read_splits(name, trials, y, args, parser)
    pipeline, references = running.make_with_line(args, trials, parser)
    print(f"{name}: {repr(trials).strip('<>').removeprefix('Trials | ')}")
    if args.inductive:
        references["inductive"] = make_inductive(args, trials, parser)
    for model, steps in {args.model: pipeline, **references}.items():
        print(f"{model}: {' > '.join(type(step).__name__ for _, step in steps.steps)}")
    print()
    # Of an interrupted network; its fold is dropped, and that is said.
    warnings.filterwarnings("ignore", message=r".*interrupted in epoch")
    code, store = 0, running.store_of(args, args.report)
    seeds = None if args.seeds is None else range(args.seed, args.seed + args.seeds)
    how = {"transductive": args.transductive, "references": references, "seeds": seeds}
    if args.scoring:
        how["scoring"] = args.scoring
    # It is among these, made as the model is.
    how["logistic"] = False
    try:
        with running.workers(args, n_splits, parser) as jobs:
            result = evaluate(pipeline, trials, y, cv=cv, store=store, n_jobs=jobs, **how)
    except (EvaluationFailed, EvaluationInterrupted) as end:
        if end.partial is None:
            raise
        result, code = end.partial, running.code_of(end)
        print(f"\n{running.words_of(end)}", file=sys.stderr)
    except (OSError, ValueError) as error:
        parser.error(running.words_of(error).removeprefix("evaluate: ").removesuffix("."))
    audited = None
    if args.audit and code == 0:
        audited, code = look_for_leaks(pipeline, trials, y, cv, args)
    try:
        folder = leave_report(
            result,
            args.report,
            title=f"{args.model} on {name}",
            source=credit,
            run=running.describe_run(name, args),
            audit=audited,
            confounds=running.confounds_of(name),
            command=args.typed,
        )
    finally:
        # Whatever becomes of the report; and it lies there if nobody reads the table to its end.
        print(result)
    print(f"\n{running.show_metrics(result)}")
    if audited is not None:
        print(f"\n{audited}")
    if args.protocol:
        print(f"\n{splits.describe_protocol(args)}")
    if args.normalise == "subject":
        print(running.TRANSDUCTIVE)
    running.print_ceilings([name], args)
    if credit:
        print(f"\nSource: {credit}")
    print(f"\nReport: {folder / 'index.html'}")
    running.write_json(args, {**running.describe_run(name, args), **result.to_dict()})
    return code


def make_inductive(args, trials, parser):
    """Make the model without what uses the test subjects' data."""
    from sklearn_eeg.evaluation._target import transductive_steps

    args = Namespace(**{**vars(args), "normalise": "training"})
    pipeline = running.make_pipelines(args, [args.model], trials, parser)[args.model]
    if steps := transductive_steps(pipeline):
        parser.error(
            f"expected --inductive with a model that can do without the test subjects' data, got "
            f"{args.model}, whose {', '.join(steps)} cannot; leave it out"
        )
    return pipeline


def look_for_leaks(pipeline, trials, y, cv, args):
    """Audit of what was evaluated, if it can be had, and the exit code."""
    from sklearn_eeg.evaluation import audit

    try:
        found = audit(pipeline, trials, y, cv=cv, random_state=args.seed)
    except KeyboardInterrupt as stop:
        # What was evaluated is reported without it.
        print("\nThe audit was interrupted.", file=sys.stderr)
        return None, running.code_of(stop)
    return found, 0


def leave_report(result, path, **about):
    """Write the report; where the folder has become unfit meanwhile, among temporary files."""
    from sklearn_eeg.report import write_report

    try:
        return write_report(result, path, **about)
    except OSError as error:
        print(f"\n{error} The report is among the temporary files.", file=sys.stderr)
        return write_report(result, Path(tempfile.gettempdir()) / path.name, **about)


def check_arguments(args, parser):
    """Refuse what would fail only after work was done."""
    running.check_epochs(args, parser)
    if args.inductive and (args.transductive or args.normalise == "training"):
        parser.error(
            "expected --inductive with --normalise subject and without --transductive, got it "
            "with others; leave it out"
        )
    splits.check_splits(args, parser)
    data.check_data(args, args.dataset and [args.dataset], parser)
    running.check_json(args, parser)
    above = next(folder for folder in args.report.absolute().parents if folder.exists())
    if not above.is_dir():
        parser.error(f"expected --report below a folder, got {args.report} below a file")
    running.check_device(args, [args.model], parser)
    running.check_alignment(args, parser)
    running.check_transductive(args, [args.model], parser)
    check_report(args.report, parser)


def check_report(path, parser):
    """Refuse a folder that cannot be written, by making the draft of a report and leaving it."""
    from sklearn_eeg.report._draft import open_draft

    try:
        with open_draft(path):
            pass
    except (OSError, ValueError) as error:
        said = str(error).removeprefix("write_report: ").removesuffix(".")
        parser.error(f"--report: {said}")
