"""``stream``: a saved model's answers on a recording, or on what an amplifier sends now."""

import csv
import json
import sys
from contextlib import ExitStack, closing
from pathlib import Path

from sklearn_eeg._commands import running
from sklearn_eeg._commands.live_view import LiveView, tell_line
from sklearn_eeg._commands.own_recordings import in_words
from sklearn_eeg._commands.parsing import BAD_ARGUMENTS, at_least, positive

HELP = "Let a saved model answer while a recording goes on"
EPILOG = (
    "An answer has its time, in seconds from the first sample, the clock's where it is known, a "
    "label, probabilities, and what is wrong with the signal; where that is too much, there is no "
    "label. Gaps hold the last value. Ctrl-C ends it; what is written stays."
)


def add_arguments(add):
    """Add what a stream can be told."""
    add("model", type=Path, help="file of a fitted pipeline, written by sklearn_eeg.persistence")
    add("--lsl", metavar="NAME", help="stream of the lab streaming layer (needs sklearn-eeg[lsl])")
    add("--file", type=Path, metavar="REC", help="recording to replay, in any format that is read")
    add("--realtime", action="store_true", help="replay a recording as fast as it was recorded")
    add("--json", action="store_true", help="print each answer as one line of JSON")
    add("--csv", type=Path, metavar="OUT", help="write answers into a new table")
    add("--unit", choices=("uV", "mV", "V"), help="of a source that does not say")
    add(
        "--block",
        type=positive,
        default=0.1,
        metavar="S",
        help="seconds of signal that are taken at a time (default: %(default)s)",
    )
    add(
        "--timeout",
        type=positive,
        default=10.0,
        metavar="S",
        help="how long a stream is looked for, and may be silent (default: %(default)s)",
    )
    add(
        "--calibration",
        type=Path,
        metavar="REC",
        help="earlier recording of the person, for a model that scales by it",
    )
    add(
        "--backend",
        choices=("torch", "onnx"),
        default="torch",
        help="what runs a network; onnx is quicker and needs sklearn-eeg[export]",
    )
    add("--alarm", metavar="LABEL", help="sound where this label is probable for long enough")
    add("--threshold", type=float, default=0.5, metavar="P", help="of the alarm")
    add("--k", type=at_least(1), default=3, help="answers above the threshold (default: 3)")
    add("--n", type=at_least(1), default=5, help="of the last so many (default: 5)")


def run(args, parser):
    """Answer until the recording ends, or somebody ends it."""
    if (args.lsl is None) == (args.file is None):
        parser.error("expected either --lsl NAME or --file REC")
    if args.realtime and args.file is None:
        parser.error("expected --realtime with --file, got it with --lsl")
    try:
        stream = open_stream(args)
        alarm = open_alarm(args, stream)
        source = open_source(args, stream)
    except (ImportError, OSError, TypeError, ValueError) as error:
        print(f"{parser.prog}: {said(error)}.", file=sys.stderr)
        return BAD_ARGUMENTS
    with ExitStack() as stack:
        if hasattr(source, "close"):
            stack.enter_context(closing(source))
        try:
            writers = [stack.enter_context(writer) for writer in choose_writers(args, stream)]
        except OSError as error:
            print(f"{parser.prog}: {said(error)}.", file=sys.stderr)
            return BAD_ARGUMENTS
        return follow(stream, alarm, source, writers, args, parser)


def open_stream(args):
    """Stream of the model."""
    from sklearn_eeg.persistence import load
    from sklearn_eeg.streaming import to_stream

    model = load(args.model)
    calibration = None
    if args.calibration is not None:
        calibration = read_calibration(args, first_step(model))
    stream = to_stream(model, calibration, gaps="hold", backend=args.backend)
    if stream.classes is None:
        raise ValueError("expected a model that ends in a classifier, got transformers alone")
    return stream


def first_step(model):
    """First step of a model, which knows its channels."""
    return first_step(model.steps[0][1]) if hasattr(model, "steps") else model


def read_calibration(args, first):
    """A recording as one trial."""
    from sklearn_eeg.streaming._sources import Replay
    from sklearn_eeg.trials import Trials

    names, sfreq = first.ch_names_, first.sfreq_
    signals = Replay(args.calibration, names, sfreq, args.unit).signals
    return Trials(signals[None], sfreq=sfreq, ch_names=names)


def open_alarm(args, stream):
    """Place of the label, and the alarm that follows it; ``None`` where none is asked for."""
    from sklearn_eeg.streaming import Alarm

    if args.alarm is None:
        return None
    labels = [str(label) for label in stream.classes]
    if args.alarm not in labels:
        raise ValueError(f"expected --alarm to be one of {', '.join(labels)}, got {args.alarm}")
    return labels.index(args.alarm), Alarm(args.threshold, args.k, args.n).stream()


def open_source(args, stream):
    """Where the signal comes from."""
    from sklearn_eeg.streaming._sources import Inlet, Replay

    told = {"ch_names": stream.ch_names, "sfreq": stream.sfreq, "unit": args.unit}
    told["seconds"] = args.block
    if args.file is not None:
        return Replay(args.file, **told, realtime=args.realtime)
    return Inlet(args.lsl, **told, timeout=args.timeout)


def choose_writers(args, stream):
    """Where answers go."""
    if args.csv is not None:
        yield Table(args.csv, stream.classes, args.alarm is not None)
    if args.json:
        yield Lines(lambda answer: json.dumps(answer, ensure_ascii=False, allow_nan=False))
    elif sys.stdout.isatty():
        yield LiveView(sys.stdout)
    elif args.csv is None:
        yield Lines(tell_line)


def follow(stream, alarm, source, writers, args, parser):
    """Push what comes and write what is known; returns the exit code."""
    from sklearn_eeg.evaluation._stops import sigterm_as_ctrl_c

    n_answers, end, code = 0, "the recording has ended", 0
    with sigterm_as_ctrl_c() as received:
        try:
            for answers in answer_blocks(stream, alarm, source):
                for writer in writers:
                    writer.write(answers)
                n_answers += len(answers)
        except KeyboardInterrupt as stop:
            stop.signum = received[0] if received else 2
            end, code = ("terminated" if received else "interrupted"), running.code_of(stop)
        except BrokenPipeError:
            # Whoever read has gone.
            sys.stdout = None
            return running.FAILED
        except (OSError, ValueError, FloatingPointError) as error:
            end, code = said(error), running.FAILED
    kept = f", kept in {args.csv}" if args.csv is not None else ""
    print(f"{parser.prog}: {end}; {n_answers} answers{kept}.", file=sys.stderr)
    return code


def answer_blocks(stream, alarm, source):
    """Answers of each block, and of what was still waiting at the end."""
    from sklearn_eeg.streaming._answer import read_answers

    n_times = 0
    for data, ended in source:
        n_times += data.shape[1]
        known = stream.push(data)
        if known is not None:
            yield read_answers(known, ended, n_times / stream.sfreq, sound(alarm, known))
    known = stream.close()
    if known is not None:
        yield read_answers(known, ended, n_times / stream.sfreq, sound(alarm, known))


def sound(alarm, known):
    """Where the alarm sounds."""
    return None if alarm is None else alarm[1].push(known.probabilities[:, alarm[0]])


def said(error):
    """Sentence of an error, to go on."""
    return in_words(error).rstrip(".")


class Lines:
    """Prints a line an answer."""

    def __init__(self, tell):
        self.tell = tell

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def write(self, answers):
        """Print them."""
        for answer in answers:
            print(self.tell(answer), flush=True)


class Table:
    """Writes a row an answer, each as soon as it is known, into a file that was not there."""

    def __init__(self, path, classes, has_alarm):
        if path.exists():
            raise FileExistsError(f"expected --csv to name a new file, got {path}, which is there")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.names = [str(label) for label in classes]
        self.has_alarm = has_alarm
        self.file = path.open("x", newline="", encoding="utf-8")
        self.rows = csv.writer(self.file)
        shares = [f"p_{name}" for name in self.names]
        alarm = ["alarm"] if has_alarm else []
        self.rows.writerow(["time", "clock", "label", *shares, "bad", "quality", *alarm])
        self.file.flush()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def write(self, answers):
        """Write them."""
        from sklearn_eeg.streaming._answer import tell_quality

        for answer in answers:
            shares = [answer["probabilities"][name] for name in self.names]
            alarm = [int(answer["alarm"])] if self.has_alarm else []
            told = [answer["time"], answer["clock"], answer["label"], *shares]
            told += [int(answer["bad"]), tell_quality(answer["quality"], most=99), *alarm]
            self.rows.writerow(told)
        self.file.flush()
