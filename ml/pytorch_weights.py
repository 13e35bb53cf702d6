"""Reads weights that PyTorch saved (its format before version 1.6), without PyTorch and without running what a pickle may hold.

The file is: three pickles (magic number, protocol, system), the pickled state dict, whose tensors name their storages, the pickled list of storage keys, and
the storages one after the other, each led by its length as a little-endian int64 (torch/serialization.py, `_legacy_save`).
"""

import pickle  # nosec B403  # only through an unpickler that finds nothing but tensors
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

MAGIC = 0x1950A86A20F9469CFC6C
DTYPES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

Weights = dict[str, npt.NDArray[np.float32]]


class WeightsError(ValueError):
    """The file holds no weights that can be read here."""


def read_pytorch_weights(file: Path) -> Weights:
    """Return each tensor by its name, float32, in PyTorch's order of axes (out, in, height, width).

    Raises:
        WeightsError: the file is missing, of another format, or asks for anything but tensors.
    """
    try:
        with file.open("rb") as opened:
            return _read(opened)
    except (OSError, pickle.UnpicklingError, EOFError, ValueError, KeyError) as error:
        raise WeightsError(
            f"{file} is no file of PyTorch weights in the format before version 1.6: {error}"
        ) from error


def _read(file: BinaryIO) -> Weights:
    if _TensorUnpickler(file).load() != MAGIC:
        raise WeightsError("it starts with another magic number")
    for _ in ("protocol", "system"):
        _TensorUnpickler(file).load()
    unpickler = _TensorUnpickler(file)
    views: dict[str, _View] = unpickler.load()
    storages: dict[str, npt.NDArray[Any]] = {}
    for key in _TensorUnpickler(file).load():
        dtype = unpickler.dtypes[key]
        (length,) = np.frombuffer(file.read(8), "<i8")
        storages[key] = np.frombuffer(file.read(int(length) * dtype.itemsize), dtype)
    return {name: view.of(storages) for name, view in views.items()}


class _View:
    """Where a tensor lies in its storage; offset and strides count elements."""

    def __init__(self, key: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self._key = key
        self._offset = offset
        self._shape = shape
        self._strides = strides

    def of(self, storages: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        storage = storages[self._key]
        last = self._offset + sum(
            (n - 1) * stride for n, stride in zip(self._shape, self._strides, strict=True)
        )
        if last >= len(storage) or min((self._offset, *self._strides)) < 0:
            raise WeightsError(f"a tensor of shape {self._shape} reaches beyond its storage")
        strides = [stride * storage.itemsize for stride in self._strides]
        return as_strided(storage[self._offset :], self._shape, strides, writeable=False).astype(np.float32)


class _TensorUnpickler(pickle.Unpickler):
    """Knows ordered dictionaries, tensors and storages; refuses every other name."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.dtypes: dict[str, np.dtype[Any]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda key, offset, shape, strides, *_: _View(key, offset, shape, strides)
        if module == "torch" and name in DTYPES:
            return name
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no part of a tensor")

    def persistent_load(self, pid: Any) -> str:
        storage, key = str(pid[1]), str(pid[2])
        self.dtypes[key] = DTYPES[storage]
        return key
