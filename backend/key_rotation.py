"""Replaces the keys: a new set, signed by the old, which phones follow by themselves.

What makes it so is one object, `keys/<number>.json`. Everything before it can be thrown away, everything after it repeated: the
new files wait in a folder of their own until it is stored, and a run that was interrupted goes on with them.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from backend.channel import sync_channel
from backend.errors import KeyMaterialError, PreconditionFailedError, StoreError
from backend.keys import (
    PUBLIC_MODE,
    WAITING,
    channel_key,
    create_once,
    key_set,
    public_half,
    read_key,
    read_trusted_keys,
    release_key,
    replace_file,
)
from backend.kinds import Kind
from backend.models import Release, ReleaseState
from backend.objects import ObjectKey, key_set_key
from backend.services import Services
from backend.signing import KEYS_TYPE, SigningKey, seal, signers

Say = Callable[[str], None]


def rotate_keys(services: Services, say: Say) -> int:
    """Make a new release key and a new channel key, let the old release key sign them, and use them from now on.

    An old release key stays trusted as long as a version that it signed is not withdrawn.

    Returns:
        The number of the new set.

    Raises:
        KeyMaterialError: a key is missing or not the trusted one, or a file cannot be written.
        StoreError: another set of that number is stored already.
    """
    settings = services.settings
    waiting = settings.keys_dir / WAITING
    document_file = waiting / "trusted-keys.json"
    if not _is_trusted_already(document_file, settings.trusted_keys_file):
        old = release_key(settings)
        channel_key(settings)
        for name in ("release-key.pem", "channel-key.pem"):
            create_once(waiting / name, lambda: SigningKey.generate().to_pem(), say)
        new = read_key(waiting / "release-key.pem", "release")
        if not (document_file.exists() and _is_replaced(services)):
            # Made anew after an interruption: what was published or withdrawn since then decides which old keys are kept.
            replace_file(document_file, _successor(services, waiting), PUBLIC_MODE)
        document = document_file.read_bytes()
        _publish(services, document, old, new)
        say(
            f"stored and read back: {key_set_key(_number(document))}, signed by {old.key_id} and {new.key_id}"
        )
        present = read_trusted_keys(settings)
        create_once(_old_name(settings.trusted_keys_file, f"{_number(present)}"), lambda: present, say)
        replace_file(settings.trusted_keys_file, document, PUBLIC_MODE)
    number = _number(document_file.read_bytes())
    if settings.release_key_pem:
        say(f"RELEASE_KEY still holds the old key: set it to the content of {settings.release_key_file}")
    for path, name in (
        (settings.channel_key_file, "channel-key.pem"),
        (settings.release_key_file, "release-key.pem"),
    ):
        _move(waiting / name, path, say)
    for kind in Kind:
        if sync_channel(services, kind):
            say(f"channel of the {kind} signed anew")
    document_file.unlink()
    waiting.rmdir()
    return number


def refuse_replaced_keys(services: Services) -> None:
    """Refuse to sign anything new with keys that a stored set replaces: phones that follow it may trust them no more.

    Raises:
        KeyMaterialError: there is such a set.
        StoreError: the store cannot tell.
    """
    if _is_replaced(services):
        raise KeyMaterialError(
            f"{_successor_key(services)} is stored already: the keys in {services.settings.keys_dir} are about to be replaced, "
            "or were elsewhere. If `flask rotate-keys` was interrupted here, run it again; else take trusted-keys.json and the "
            "private keys from where it ran."
        )


def _is_replaced(services: Services) -> bool:
    return services.store.exists(_successor_key(services).name)


def _successor_key(services: Services) -> ObjectKey:
    return key_set_key(_number(read_trusted_keys(services.settings)) + 1)


def _is_trusted_already(waiting: Path, trusted: Path) -> bool:
    """Tell whether an interrupted run got so far that only the private keys are left to be moved."""
    return waiting.exists() and trusted.exists() and waiting.read_bytes() == trusted.read_bytes()


def _successor(services: Services, waiting: Path) -> bytes:
    present = read_trusted_keys(services.settings)
    trusted: dict[str, str] = json.loads(present)["release"]
    with services.database.reading() as session:
        manifests = session.scalars(
            select(Release.manifest).where(Release.state != ReleaseState.WITHDRAWN)
        ).all()
    in_use = {key_id for manifest in manifests for key_id in signers(manifest)}
    kept = {key_id: key for key_id, key in trusted.items() if key_id in in_use}
    return key_set(
        _number(present) + 1,
        release=kept | public_half(read_key(waiting / "release-key.pem", "release")),
        channel=public_half(read_key(waiting / "channel-key.pem", "channel")),
    )


def _publish(services: Services, document: bytes, *keys: SigningKey) -> None:
    key, envelope = key_set_key(_number(document)), seal(KEYS_TYPE, document, *keys)
    # An interrupted run may have stored it, or somebody else another: what is read back tells.
    with suppress(PreconditionFailedError):
        services.store.put_if(key, envelope, None)
    if services.store.read(key.name).data != envelope:
        raise StoreError(
            f"{key} holds other keys already: somebody else rotated them. Take their trusted-keys.json and private keys, "
            f"and remove {services.settings.keys_dir / WAITING}."
        )


def _number(document: bytes) -> int:
    return int(json.loads(document).get("number", 1))


def _move(new: Path, path: Path, say: Say) -> None:
    if not new.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            # It is the operator who destroys keys.
            path.rename(_old_name(path, SigningKey.from_pem(path.read_bytes(), str(path)).key_id))
        new.rename(path)
    except OSError as error:
        raise KeyMaterialError(f"{new} cannot be moved to {path}: {error.strerror}.") from error
    say(f"made  {path} (private)")


def _old_name(path: Path, mark: str) -> Path:
    return path.with_name(f"{path.stem}.{mark}.old{path.suffix}")
