"""The keys on disk: made once, never overwritten, private ones for the owner's eyes only."""

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from backend.config import Settings
from backend.errors import KeyMaterialError
from backend.signing import PublicKeys, SigningKey

PRIVATE_MODE = 0o600
PUBLIC_MODE = 0o644
SECRET_KEY_BYTES = 32
WAITING = "next"
"""The folder below KEYS_DIR in which new keys wait while `flask rotate-keys` replaces the old ones."""

Role = Literal["release", "channel"]


def generate_keys(settings: Settings, say: Callable[[str], None]) -> None:
    """Make whichever of the secret key, the release key, the channel key and trusted-keys.json is missing.

    Once trusted-keys.json exists, a private key that is missing was moved away on purpose, and is not replaced: apps would
    not trust its successor.

    Raises:
        KeyMaterialError: a file cannot be read or written, or a private key is not one of trusted-keys.json.
    """
    create_once(settings.secret_key_file, lambda: secrets.token_hex(SECRET_KEY_BYTES).encode() + b"\n", say)
    if not settings.trusted_keys_file.exists():
        for path in (settings.release_key_file, settings.channel_key_file):
            create_once(path, lambda: SigningKey.generate().to_pem(), say)
        trusted = key_set(
            1,
            release=public_half(read_key(settings.release_key_file, "release")),
            channel=public_half(read_key(settings.channel_key_file, "channel")),
        )
        write_new(settings.trusted_keys_file, trusted, PUBLIC_MODE)
        say(f"made  {settings.trusted_keys_file} (public: what apps are built with)")
        return
    say(f"kept  {settings.trusted_keys_file}")
    for role, path in _key_files(settings).items():
        if not path.exists():
            say(f"kept elsewhere: the {role} key ({path} is not here)")
        elif read_key(path, role).key_id not in trusted_keys(settings, role):
            raise KeyMaterialError(
                f"{path} is not the {role} key that {settings.trusted_keys_file} names, so apps would refuse what it "
                "signs. Put the right key back, or remove both files to start over with new keys and a new build of the app."
            )
        else:
            say(f"kept  {path}")


def release_key(settings: Settings) -> SigningKey:
    """Return the key that signs manifests, from RELEASE_KEY or RELEASE_KEY_FILE.

    Raises:
        KeyMaterialError: there is none, or it is not one that the app trusts.
    """
    pem = settings.release_key_pem
    key = (
        SigningKey.from_pem(pem.encode(), "RELEASE_KEY")
        if pem
        else read_key(settings.release_key_file, "release")
    )
    return _checked(settings, key, "release")


def channel_key(settings: Settings) -> SigningKey:
    """Return the key that signs the channel.

    Raises:
        KeyMaterialError: there is none, or it is not one that the app trusts.
    """
    return _checked(settings, read_key(settings.channel_key_file, "channel"), "channel")


def trusted_keys(settings: Settings, role: Role) -> PublicKeys:
    """Return the public keys of trusted-keys.json.

    Raises:
        KeyMaterialError: the file is missing or malformed.
    """
    return keys_of(read_trusted_keys(settings), role, str(settings.trusted_keys_file))


def keys_of(document: bytes, role: Role, source: str) -> PublicKeys:
    """Return the public keys of a document of trusted keys.

    Raises:
        KeyMaterialError: it is malformed; the message names `source`.
    """
    try:
        keys = json.loads(document)[role]
        return {key_id: base64.b64decode(key, validate=True) for key_id, key in keys.items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise KeyMaterialError(f"{source} is malformed: {error!r}.") from error


def read_trusted_keys(settings: Settings) -> bytes:
    """Return the bytes of trusted-keys.json.

    Raises:
        KeyMaterialError: the file is missing or cannot be read.
    """
    path = settings.trusted_keys_file
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise KeyMaterialError(f"{path} is missing. `flask generate-keys` makes it.") from error
    except OSError as error:
        raise KeyMaterialError(f"{path} cannot be read: {error.strerror}.") from error


def key_set(number: int, *, release: Mapping[str, str], channel: Mapping[str, str]) -> bytes:
    """Return a document of trusted keys: the first is number 1, and each later one is signed by the one before."""
    document = {"number": number, "release": dict(release), "channel": dict(channel)}
    return json.dumps(document, indent=2).encode() + b"\n"


def read_key(path: Path, role: Role) -> SigningKey:
    """Return the private key in a file.

    Raises:
        KeyMaterialError: missing, unreadable or no Ed25519 key.
    """
    try:
        return SigningKey.from_pem(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise KeyMaterialError(
            f"The {role} key is missing: {path} does not exist. `flask generate-keys` makes a first one; "
            f"{role.upper()}_KEY_FILE names another place."
        ) from error
    except OSError as error:
        raise KeyMaterialError(f"{path} cannot be read: {error.strerror}.") from error


def _checked(settings: Settings, key: SigningKey, role: Role) -> SigningKey:
    if key.key_id not in trusted_keys(settings, role):
        remedy = (
            "`flask rotate-keys` was interrupted: run it again."
            if (settings.keys_dir / WAITING).exists()
            else "Put the right key there, or the trusted-keys.json that belongs to it."
        )
        raise KeyMaterialError(
            f"The {role} key {key.key_id} is not in {settings.trusted_keys_file}: apps would refuse what it signs. {remedy}"
        )
    return key


def _key_files(settings: Settings) -> dict[Role, Path]:
    return {"release": settings.release_key_file, "channel": settings.channel_key_file}


def public_half(key: SigningKey) -> dict[str, str]:
    """Return a key as a document of trusted keys holds it."""
    return {key.key_id: base64.b64encode(key.public).decode()}


def create_once(path: Path, content: Callable[[], bytes], say: Callable[[str], None]) -> None:
    """Write a private file unless there is one."""
    if path.exists():
        say(f"kept  {path}")
    else:
        write_new(path, content(), PRIVATE_MODE)
        say(f"made  {path} (private)")


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that appears whole, and never over another: linking fails where renaming would replace.

    Raises:
        KeyMaterialError: there is one, or it cannot be written.
    """
    with _written_aside(path, content, mode) as temporary:
        os.link(temporary, path)


def replace_file(path: Path, content: bytes, mode: int) -> None:
    """Write a file over another, in one step.

    Raises:
        KeyMaterialError: it cannot be written.
    """
    with _written_aside(path, content, mode) as temporary:
        temporary.replace(path)


@contextmanager
def _written_aside(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    except FileExistsError as error:
        raise KeyMaterialError(
            f"{path} was made by somebody else at the same moment; run this again."
        ) from error
    except OSError as error:
        raise KeyMaterialError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)
