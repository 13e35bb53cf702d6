"""The `deepdog` command line. What a subcommand needs is imported when it runs, so that `--help` answers at once."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from ml.commands import (
    average,
    bench,
    compare,
    distil,
    evaluate,
    explain,
    export,
    find_lr,
    paste,
    prepare,
    propose,
    second_look,
    train,
)
from ml.sample import command as sample

DESCRIPTION = """\
Train "X or not X" for a phone: photos in, a signed-off model bundle out.

  deepdog prepare SOURCE... photos                    photos from anywhere: upright, small, each once, split
  deepdog sample photos                               or render photos to start with, if you have none
  deepdog find-lr photos                              which learning rates to cycle between, as a plot
  deepdog train photos --recipe smoke --out runs/a    train on two folders of photos (smoke: minutes; deepdog: an hour or two)
  deepdog distil photos --teacher large/model.tflite --out runs/a
                                                      or learn from a larger network that was trained on them
  deepdog average photos --runs runs/a runs/b --out runs/c
                                                      one network out of several that learnt on from the same weights
  deepdog export runs/a photos --golden golden --out bundle
                                                      round to 8 bits, measure on the test split, write the bundle
  deepdog evaluate bundle photos                      measure a bundle end to end: JPEG in, verdict out
  deepdog explain lunch.jpg                           a page of what each layer sees in a photo
  deepdog compare photos --networks deepdog:0.5 squeezenet --out compare
                                                      networks side by side under one recipe
  deepdog bench bundle                                time it on one thread
  deepdog paste photos --out pasted                   pictures with known boxes, for a detector to learn from
  deepdog train photos --task detect --extra pasted --out runs/b
                                                      where is it, and how many? export and evaluate take it as well
  deepdog propose runs/b photos --out boxes.csv       a detector boxes more photos, for another to learn from
  deepdog second-look detector photos --classifier bundle
                                                      does the classifier gain by judging the best box as well?
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    parser = argparse.ArgumentParser(
        prog="deepdog", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for register in (
        sample.register,
        prepare.register,
        distil.register,
        average.register,
        find_lr.register,
        train.register,
        export.register,
        evaluate.register,
        explain.register,
        compare.register,
        bench.register,
        paste.register,
        propose.register,
        second_look.register,
    ):
        register(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a wrong input ends it with one sentence and exit code 2."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # It warns of every model that is asked but once.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (ValueError, OSError) as error:
        print(f"deepdog: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("deepdog: stopped; what was finished is kept", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
