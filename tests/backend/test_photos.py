"""What a stranger may send as a photo, and what is left of it."""

import gc
import hashlib
import io
import time
import warnings

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageCms

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


def test_cmyk_becomes_rgb() -> None:
    assert Image.open(io.BytesIO(clean_photo(jpeg(mode="CMYK")).data)).mode == "RGB"


def test_of_several_pictures_the_first_is_kept() -> None:
    upload = io.BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(upload, "MPO", save_all=True, append_images=frames[1:])
    kept = Image.open(io.BytesIO(clean_photo(upload.getvalue()).data))
    red, _, blue = np.asarray(kept)[24, 32]
    assert red > 200 > 50 > blue


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
