"""How fast `deepdog prepare` is against decoding and shrinking alone, and whether its memory grows with the number of photos.

python -m ml.benchmarks.preparing
"""

import io
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ml.prepare.pictures import prepare_picture
from ml.prepare.prepare import Settings, prepare
from ml.prepare.sources import read_source

WIDTH, HEIGHT = 1600, 1200  # pixels
ROUNDS = 5
PHOTOS_PER_ROUND = 20
FEW, MANY = 40, 160


def main() -> None:
    """Print photos per second, the ratio, and the peak of memory for few and for many photos."""
    with tempfile.TemporaryDirectory() as folder:
        photos = _photos(Path(folder, "photos"), MANY)
        contents = [photo.read_bytes() for photo in photos[:PHOTOS_PER_ROUND]]
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(_seconds(_shrink_alone, contents))
            ours.append(_seconds(lambda content: prepare_picture(content, 256, 64), contents))
        ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
        print(
            f"one process, {WIDTH} x {HEIGHT} px: prepare {PHOTOS_PER_ROUND / statistics.median(ours):.0f} photos/s, "
            f"Pillow's decode, shrink and encode alone {PHOTOS_PER_ROUND / statistics.median(bare):.0f}; ratio {ratio:.2f}"
        )
        for number in (FEW, MANY):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                peak = pool.apply(_peak_mib, (Path(folder, "photos"), Path(folder, f"out-{number}"), number))
            print(f"{number} photos prepared at a peak of {peak:.0f} MiB")


def _photos(folder: Path, number: int) -> list[Path]:
    """Write pictures with detail, so that they compress as photos do; half of each class."""
    rng = np.random.default_rng(0)
    paths = []
    for i in range(number):
        cells = rng.integers(0, 256, (75, 100, 3), np.uint8)
        path = folder / ("thing" if i % 2 else "not_thing") / f"{i:04}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(cells).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).save(path, quality=90)
        paths.append(path)
    return paths


def _shrink_alone(content: bytes) -> None:
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    scale = 256 / min(picture.size)
    small = picture.resize(
        (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
    )
    small.save(io.BytesIO(), "JPEG", quality=92, subsampling=0)


def _seconds(work: Callable[[bytes], object], contents: list[bytes]) -> float:
    started = time.perf_counter()
    for content in contents:
        work(content)
    return time.perf_counter() - started


def _peak_mib(photos: Path, out: Path, number: int) -> float:
    prepare(read_source(photos)[:number], out, Settings("thing"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
