"""What 8 bits cost a trained network, by how it is rounded.

python -m ml.benchmarks.rounding PHOTOS --run runs/deepdog
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from ml import metrics
from ml.batches import contract_tensors, labels
from ml.benchmarks.turns import table
from ml.commands.arguments import add_data, dataset_of
from ml.equalise import equalise
from ml.fitted_ranges import fit_ranges, logit_error
from ml.interpreter import Interpreter
from ml.pixels import Tensor
from ml.quantise import int8_converter, load_network, representative_pictures
from ml.rounding import with_rounded_weights
from ml.training.record import WEIGHTS_NAME

_DESCRIPTION = """\
Makes int8 files of a run's network, a chain such as DeepDog, and judges the val and test split with each: how far its logits are from the network's own
(standard deviation), AUC, and recall at 1 % false alarms. Not calibrated, so the last two are what counts."""

Floats = npt.NDArray[np.float32]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.rounding",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    parser.add_argument("--run", type=Path, required=True, help="folder of `deepdog train` or `distil`")
    args = parser.parse_args(arguments)
    dataset = dataset_of(args)
    network = load_network(args.run / WEIGHTS_NAME)
    resolution = network.input_shape[1]
    showing = representative_pictures(dataset.split("train"), resolution)
    splits = {split: dataset.split(split) for split in ("val", "test")}
    pictures = {split: contract_tensors(examples, resolution) for split, examples in splits.items()}
    own = {split: _answers(network, tensors) for split, tensors in pictures.items()}

    files = {
        name: {split: _logits(file, tensors) for split, tensors in pictures.items()}
        for name, file in _files(network, showing).items()
    }
    rows = [
        [
            name,
            *(
                cell
                for split, examples in splits.items()
                for cell in (
                    "" if logits is own else f"{np.std(logits[split] - own[split]):.2f}",
                    f"{metrics.auc(logits[split], labels(examples)):.4f}",
                    f"{metrics.recall_at(logits[split], labels(examples), 0.01):.3f}",
                )
            ),
        ]
        for name, logits in {"not rounded": own, **files}.items()
    ]
    print(
        table(
            ["", *(f"{split}: {what}" for split in splits for what in ("deviation", "AUC", "recall at 1 %"))],
            rows,
        )
    )


def _files(network: keras.Model, showing: Tensor) -> dict[str, bytes]:
    """Return the int8 file of each way to round; `ml.quantise.quantise` takes the nearer of the two with fitted ranges."""
    equalise(network, showing)
    error, to_int8 = logit_error(_answers(network, showing), showing), int8_converter(network, showing)
    nearest = to_int8(network)
    together = to_int8(with_rounded_weights(network, showing))
    return {
        "each weight to the nearest level": nearest,
        "ranges fitted": fit_ranges(nearest, error).model,
        "weights rounded together": together,
        "both": fit_ranges(together, error).model,
    }


def _answers(network: keras.Model, pictures: Tensor) -> Floats:
    logits: Floats = network.predict(pictures, batch_size=64, verbose=0)[:, 0]
    return logits


def _logits(model: bytes, pictures: Tensor) -> Floats:
    interpreter = Interpreter(model)
    means = [interpreter.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures]
    return np.array(means, np.float32)


if __name__ == "__main__":
    main()
