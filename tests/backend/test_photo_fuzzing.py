"""Whatever is done to a JPEG, the decoder's path refuses it in a sentence or leaves a clean picture: no crash, no leak, no long work."""

import io
import random
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from backend.errors import InvalidInputError, TooLargeError
from backend.photos import MAX_SIDE_PIXELS, clean_photo
from tests.backend.reports import jpeg
from tests.mutation import spoil_bytes

SEED = 20_261_124
PHOTOS = 1_500
MAX_PROCESSOR_SECONDS = 5
SECRET = b"what nobody is to know"
MARKERS = (*range(0xC0, 0xD0), 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE1, 0xE2, 0xEE, 0xFE, 0xFF)


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    return jpeg((64, 48), exif=exif)


def of_two_pictures() -> bytes:
    upload = io.BytesIO()
    first, second = (Image.new("RGB", (48, 32), colour) for colour in ("red", "blue"))
    first.save(upload, "MPO", save_all=True, append_images=[second])
    return upload.getvalue()


SOUND = (
    jpeg((64, 48), comment=SECRET),
    jpeg((65, 33), progressive=True, comment=SECRET),
    jpeg((32, 32), mode="L", comment=SECRET),
    jpeg((48, 48), mode="CMYK", comment=SECRET),
    jpeg((64, 64), subsampling=0, restart_marker_rows=1, icc_profile=SECRET * 9),
    with_exif(),
    of_two_pictures(),
)


def spoil_segment(draw: random.Random, photo: bytes) -> bytes:
    """Change a marker, or one of the numbers after it: lengths, sizes, sampling factors, tables."""
    starts = [at for at in range(2, len(photo) - 12) if photo[at] == 0xFF and photo[at + 1] in MARKERS]
    at, spoilt = draw.choice(starts), bytearray(photo)
    if draw.random() < 0.2:
        spoilt[at + 1] = draw.choice(MARKERS)
    else:
        for offset in draw.sample(range(2, 12), draw.choice((1, 1, 2))):
            spoilt[at + offset] = draw.choice(
                (0, 1, 2, 0x0F, 0x11, 0x7F, 0x80, 0xFE, 0xFF, draw.randrange(256))
            )
    return bytes(spoilt)


def splice(draw: random.Random, photo: bytes) -> bytes:
    """Begin with one photo and go on with another."""
    other = draw.choice(SOUND)
    return photo[: draw.randrange(len(photo))] + other[draw.randrange(len(other)) :]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks on what it overlooked
def test_a_spoilt_photo_is_refused_or_becomes_pixels_alone() -> None:
    draw = random.Random(SEED)
    ways: tuple[Callable[[random.Random, bytes], bytes], ...] = (spoil_bytes, spoil_segment, splice)
    outcomes: Counter[str] = Counter()
    for n in range(PHOTOS):
        upload = ways[n % len(ways)](draw, draw.choice(SOUND))
        began = time.process_time()
        try:
            clean = clean_photo(upload)
        except (InvalidInputError, TooLargeError):
            outcomes["refused"] += 1
        else:
            outcomes["cleaned"] += 1
            assert SECRET not in clean.data
            kept = Image.open(io.BytesIO(clean.data))
            assert kept.format == "JPEG"
            assert kept.mode == "RGB"
            assert kept.size == (clean.width, clean.height)
            assert max(kept.size) <= MAX_SIDE_PIXELS
            assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert np.asarray(kept).shape == (clean.height, clean.width, 3)
        assert time.process_time() - began < MAX_PROCESSOR_SECONDS
    assert min(outcomes["refused"], outcomes["cleaned"]) > PHOTOS / 10, outcomes


@pytest.mark.parametrize("photo", SOUND)
def test_the_photos_that_are_spoilt_are_sound_before(photo: bytes) -> None:
    clean_photo(photo)
