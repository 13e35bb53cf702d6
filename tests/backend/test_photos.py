"""What a stranger may send as a photo, and what is left of it."""

import gc
import hashlib
import io
import time
import warnings
from unittest.mock import Mock

import numpy as np
import pytest
import simplejpeg
from flask.testing import FlaskClient
from PIL import Image, ImageCms

from backend.near_duplicates import COLUMNS, ROWS, SAMPLES, difference_hash
from backend.objects import PHOTO_PREFIX, photo_key
from backend.photos import MAX_PHOTO_BYTES, MAX_SCANS, clean_photo
from backend.services import Services
from tests.backend.reports import jpeg, report, send

GPS_IFD = 0x8825


def test_nothing_but_the_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (52.0, 31.0, 12.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload = jpeg(exif=exif, icc_profile=profile, comment=b"secret") + b"<script>alert(1)</script>"

    clean = clean_photo(upload)

    kept = Image.open(io.BytesIO(clean.data))
    assert not kept.getexif()
    assert {"icc_profile", "comment"}.isdisjoint(kept.info)
    assert b"secret" not in clean.data
    assert b"script" not in clean.data


def test_a_photo_is_stored_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways
    clean = clean_photo(jpeg((320, 240), exif=exif))
    assert (clean.width, clean.height) == (240, 320)


def test_a_photo_is_turned_though_its_exif_cannot_be_written_again() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(GPS_IFD)[1] = "N"
    upload = jpeg((320, 240), exif=exif)
    text, numbers = b"\x00\x01\x00\x02\x00\x00\x00\x02", b"\x00\x01\x00\x03\x00\x00\x00\x02"
    assert upload.count(text) == 1
    clean = clean_photo(upload.replace(text, numbers))
    assert (clean.width, clean.height) == (240, 320)


def test_cmyk_becomes_rgb() -> None:
    assert Image.open(io.BytesIO(clean_photo(jpeg(mode="CMYK")).data)).mode == "RGB"


def test_of_several_pictures_the_first_is_kept() -> None:
    upload = io.BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(upload, "MPO", save_all=True, append_images=frames[1:])
    kept = Image.open(io.BytesIO(clean_photo(upload.getvalue()).data))
    red, _, blue = np.asarray(kept)[24, 32]
    assert red > 200 > 50 > blue


def test_a_plain_photo_is_decoded_by_one_call_to_the_pixels_that_pillow_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = jpeg((320, 240))
    decode = Mock(wraps=simplejpeg.decode_jpeg)
    monkeypatch.setattr(simplejpeg, "decode_jpeg", decode)
    clean = clean_photo(upload)
    decode.assert_called_once_with(upload)
    by_pillow = np.asarray(Image.open(io.BytesIO(upload)), np.int16)
    kept = np.asarray(Image.open(io.BytesIO(clean.data)), np.int16)
    assert np.abs(kept - by_pillow).mean() < 2


def test_what_libjpeg_only_warns_of_is_accepted() -> None:
    upload = jpeg((64, 48))
    at = upload.rindex(b"\xff\xd9")
    with_rubbish = upload[:at] + b"\x00\x01" + upload[at:]
    with pytest.raises(ValueError, match="extraneous"):
        simplejpeg.decode_jpeg(with_rubbish)
    assert clean_photo(with_rubbish).width == 64


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (333, 777), (9, 8)])
def test_the_hash_looks_at_the_pixels_that_pillow_would_take(size: tuple[int, int]) -> None:
    """Hashes that were stored when Pillow chose the pixels are to be found again."""
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    cells = ((COLUMNS + 1) * SAMPLES, ROWS * SAMPLES)
    chosen = np.asarray(Image.fromarray(pixels).resize(cells, Image.Resampling.NEAREST))
    assert difference_hash(pixels) == difference_hash(chosen)


def png() -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (64, 64)).save(encoded, "PNG")
    return encoded.getvalue()


def of_huge_size() -> bytes:
    """A header that promises 65500 x 65500 pixels."""
    whole = bytearray(jpeg())
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = (65500).to_bytes(2, "big") * 2
    return bytes(whole)


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (png(), "this is not a JPEG"),
        (b"<html>", "this is not a JPEG"),
        (b"", "this is not a JPEG"),
        (jpeg()[:1500], "this JPEG is damaged"),
        (of_huge_size(), "at most 4096 pixels a side"),
        (jpeg((4097, 8)), "at most 4096 pixels a side"),
        (jpeg() + b"\xff\xda" * MAX_SCANS, "more than 40 scans"),
    ],
    ids=["PNG", "HTML", "empty", "truncated", "huge header", "too wide", "too many scans"],
)
def test_what_is_no_acceptable_photo_is_refused_at_once(
    client: FlaskClient, services: Services, upload: bytes, message: str
) -> None:
    started = time.monotonic()
    answer = send(client, report(), upload)
    assert answer.status_code == 422
    assert answer.json is not None
    assert message in answer.json["error"]["message"]
    assert answer.json["error"]["field"] == "photo"
    assert list(services.store.list(PHOTO_PREFIX)) == []
    assert time.monotonic() - started < 2


def test_more_bytes_than_the_limit_are_refused(client: FlaskClient) -> None:
    with warnings.catch_warnings():
        # Werkzeug drops the half-read upload of a refused request without closing it.
        warnings.simplefilter("ignore", ResourceWarning)
        for upload, field in ((bytes(MAX_PHOTO_BYTES + 1), "photo"), (bytes(3 * MAX_PHOTO_BYTES), None)):
            answer = send(client, report(), upload)
            assert answer.status_code == 413
            assert answer.json is not None
            assert answer.json["error"]["code"] == "too_large"
            assert answer.json["error"]["field"] == field
        gc.collect()


def test_a_large_photo_within_the_limit_is_accepted(client: FlaskClient) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1280, 3), np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(noise).save(encoded, "JPEG", quality=60)
    assert send(client, report(), encoded.getvalue()).status_code == 201


def test_the_file_name_means_nothing(client: FlaskClient, services: Services) -> None:
    assert send(client, report(), jpeg(), filename="../../etc/x").status_code == 201
    (photo,) = services.store.list(PHOTO_PREFIX)
    assert photo.name == photo_key(hashlib.sha256(services.store.read(photo.name).data).hexdigest()).name
