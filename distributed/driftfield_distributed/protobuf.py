"""The part of protocol buffers that reading an ONNX file needs: the wire format, without a schema."""

import struct
from collections.abc import Iterator

from .errors import RunError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number that starts at `at`, and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def signed(value: int) -> int:
    """A varint as the int64 that it stands for."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: memoryview) -> Iterator[tuple[int, int | float | memoryview]]:
    """(field number, value) of each field of a message: ints and floats as numbers, the rest as bytes."""
    at = 0
    try:
        while at < len(data):
            key, at = varint(data, at)
            kind = key & 7
            if kind == VARINT:
                value, at = varint(data, at)
                yield key >> 3, signed(value)
            elif kind == BYTES:
                size, at = varint(data, at)
                if at + size > len(data):
                    raise IndexError
                yield key >> 3, data[at : at + size]
                at += size
            elif kind == FIXED32:
                yield key >> 3, struct.unpack_from("<f", data, at)[0]
                at += 4
            elif kind == FIXED64:
                yield key >> 3, struct.unpack_from("<d", data, at)[0]
                at += 8
            else:
                raise IndexError
    except (IndexError, struct.error) as error:
        raise RunError("a graph file is damaged or isn't ONNX", "export the run again") from error
