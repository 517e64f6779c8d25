"""MediaPipe model bundles: stored zip archives that know what they were made from."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coach.atomic import replacing


def write_bundle(path: Path, members: Mapping[str, bytes], pinned: Mapping[str, str]) -> None:
    """Write a bundle, whole or not at all.

    The archive's comment holds two SHA-256 per member: that of the pinned file it was made from (`pinned`),
    and that of what is stored (which differs where metadata was added).

    Raises
    ------
    OutputError
        When the system refuses to write.
    """
    stored = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = json.dumps({"pinned": dict(pinned), "stored": stored}).encode()
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            assert archive.fp is not None
            info.extra = _padding(archive.fp.tell() + 30 + len(name))  # 30: a local header
            archive.writestr(info, content)


def bundle_is_sound(path: Path, pinned: Mapping[str, str]) -> bool:
    """Whether the bundle was made from the pinned files and is unchanged since."""
    try:
        with zipfile.ZipFile(path) as archive:
            note = json.loads(archive.comment)
            stored = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in pinned}
            return bool(note == {"pinned": dict(pinned), "stored": stored})
    except Exception:  # a damaged archive raises a dozen kinds of error, and all mean the same here
        return False


def with_normalization(model: bytes, mean: float, std: float) -> bytes:
    """The network with the metadata added that MediaPipe's Tasks API demands: how its input is scaled.

    Method: MediaPipe's own metadata schema (``TFLITE_METADATA``, identifier ``M001``). The landmarks were
    found identical to those of the official bundle on six photographs.
    """
    # Slow to import, and needed only when a bundle is made.
    from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
    from mediapipe.tasks.metadata import schema_py_generated as schema

    options = metadata.NormalizationOptionsT()
    options.mean, options.std = [mean], [std]
    unit = metadata.ProcessUnitT()
    unit.optionsType, unit.options = metadata.ProcessUnitOptions.NormalizationOptions, options
    tensor = metadata.TensorMetadataT()
    tensor.name, tensor.processUnits = "input", [unit]
    graph = metadata.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    about = metadata.ModelMetadataT()
    about.subgraphMetadata = [graph]

    network = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))
    buffer = schema.BufferT()
    buffer.data = _packed(about, b"M001")
    network.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = b"TFLITE_METADATA", len(network.buffers) - 1
    network.metadata = [*(network.metadata or []), entry]
    return bytes(_packed(network, b"TFL3"))


def _packed(table: Any, identifier: bytes) -> Any:
    import flatbuffers
    import numpy as np

    builder = flatbuffers.Builder(0)
    builder.Finish(table.Pack(builder), identifier)
    return np.frombuffer(bytes(builder.Output()), dtype=np.uint8)


def _padding(start: int) -> bytes:
    """An extra field that makes a stored member begin at a multiple of 64 bytes.

    The runtime reads the networks where they lie in the file; 32-bit ARM refuses unaligned ones.
    """
    size = -(start + 4) % 64
    return b"\xfe\xca" + size.to_bytes(2, "little") + bytes(size)
