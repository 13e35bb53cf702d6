"""How fast pictures become training batches: ours against Keras's ImageDataGenerator (which the 2017 article used) and Keras's preprocessing layers.

python -m ml.benchmarks.augmenting --help
"""

import argparse
import dataclasses
import statistics
import tempfile
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from PIL import Image

from ml.batches import TrainingBatches, read_picture
from ml.benchmarks.turns import in_turns, ratio, table
from ml.commands.arguments import at_least_1
from ml.dataset import PICTURE_SUFFIXES, Example
from ml.recipes import Recipe, load_recipe

_DESCRIPTION = """\
Decode pictures and distort them as the 2017 article did (rotation 135 degrees, shifts, shear, zoom, channel shift, flip), by turns:
  ImageDataGenerator     Keras's, as in 2017: Pillow decodes, SciPy warps, one thread
  keras layers           RandomRotation, RandomTranslation, ... in tf.data, on as many threads as tf.data likes
  ours                   ml/augment.py: OpenCV, all of it one matrix and one warp; on one thread, on two, and as training runs it
and decode alone. Prints pictures per second and the ratio to ImageDataGenerator, medians over the rounds."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print two tables: decoding alone, and decoding with augmentation."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.augmenting",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--photos", type=Path, help="a folder of pictures, at any depth (default: made ones of 256 px)"
    )
    parser.add_argument("--count", type=at_least_1, default=64, help="pictures in a round (default: 64)")
    parser.add_argument("--rounds", type=at_least_1, default=7, help="rounds that count (default: 7)")
    parser.add_argument(
        "--resolution", type=at_least_1, default=224, help="pixels (default: 224, as in 2017)"
    )
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        pictures = _pictures(args.photos or _made(Path(folder), args.count), args.count)
        cv2.setNumThreads(1)
        for title, contestants in (
            ("decoding", _decoders(pictures)),
            ("decoding and augmentation", _pipelines(pictures, args.resolution)),
        ):
            seconds = in_turns(contestants, args.rounds)
            reference = next(iter(seconds.values()))
            rows = [
                [name, f"{len(pictures) / statistics.median(times):.0f}", f"{ratio(times, reference):.1f}"]
                for name, times in seconds.items()
            ]
            print(table([title, "pictures/s", "ratio"], rows), end="\n\n")


def _decoders(pictures: Sequence[Path]) -> dict[str, Callable[[], object]]:
    return {
        "Pillow, as ImageDataGenerator": lambda: [
            np.asarray(keras.utils.load_img(path), np.float32) for path in pictures
        ],
        "TensorFlow, one thread": lambda: [
            tf.io.decode_jpeg(tf.io.read_file(str(path)), channels=3).numpy() for path in pictures
        ],
        "ours (OpenCV), one thread": lambda: [read_picture(path) for path in pictures],
    }


def _pipelines(pictures: Sequence[Path], resolution: int) -> dict[str, Callable[[], object]]:
    recipe = dataclasses.replace(
        load_recipe("article_2017"), resolution=resolution, batch_size=min(16, len(pictures))
    )
    return {
        "ImageDataGenerator": lambda: _image_data_generator(pictures, resolution),
        "keras layers in tf.data": _keras_layers(pictures, resolution),
        **{
            f"ours, {threads} thread{'s' if threads > 1 else ''}": _ours(pictures, recipe, threads)
            for threads in (1, 2)
        },
    }


def _image_data_generator(pictures: Sequence[Path], resolution: int) -> None:
    generator = ImageDataGenerator(
        rotation_range=135,
        width_shift_range=0.2,
        height_shift_range=0.2,
        shear_range=float(np.rad2deg(0.3)),  # degrees since Keras 2.2, radians in 2017
        zoom_range=0.1,
        channel_shift_range=0.2 * 255,
        horizontal_flip=True,
        fill_mode="reflect",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # SciPy's, of a name that Keras uses
        for path in pictures:
            generator.random_transform(
                np.asarray(keras.utils.load_img(path, target_size=(resolution, resolution)), np.float32)
            )


def _keras_layers(pictures: Sequence[Path], resolution: int) -> Callable[[], object]:
    distort = keras.Sequential(
        [
            keras.layers.RandomFlip("horizontal"),
            keras.layers.RandomRotation(135 / 360),
            keras.layers.RandomTranslation(0.2, 0.2),
            keras.layers.RandomShear(0.3, 0.0),
            keras.layers.RandomZoom(0.1),
            keras.layers.RandomColorJitter(brightness_factor=0.2, value_range=(0, 255)),
        ]
    )

    def read(path: tf.Tensor) -> tf.Tensor:
        return tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), (resolution, resolution))

    batches = (
        tf.data.Dataset.from_tensor_slices([str(path) for path in pictures])
        .map(read, tf.data.AUTOTUNE)
        .batch(16)
        .map(lambda batch: distort(batch, training=True), tf.data.AUTOTUNE)
        .prefetch(2)
    )
    return lambda: [batch.numpy() for batch in batches]


def _ours(pictures: Sequence[Path], recipe: Recipe, threads: int) -> Callable[[], object]:
    examples = [Example(path, "", False, "train", "", "") for path in pictures]
    batches = TrainingBatches(examples, recipe, recipe.resolution, 1.0, seed=0, workers=1)
    if threads == 1:
        return lambda: [batches[number] for number in range(len(batches))]

    def spread() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(batches.__getitem__, range(len(batches))))

    return spread


def _pictures(folder: Path, count: int) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    if not found:
        raise SystemExit(f"{folder} holds no pictures")
    return [found[number % len(found)] for number in range(count)]


def _made(folder: Path, count: int) -> Path:
    """Write pictures as `deepdog prepare` leaves them: 341 x 256 px, with detail."""
    rng = np.random.default_rng(0)
    for number in range(count):
        cells = rng.integers(0, 256, (48, 64, 3), np.uint8)
        picture = Image.fromarray(cells).resize((341, 256), Image.Resampling.BICUBIC)
        picture.save(folder / f"{number:04}.jpg", quality=92)
    return folder


if __name__ == "__main__":
    main()
