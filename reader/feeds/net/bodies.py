"""Decompression of response bodies up to a limit, whatever size they claim."""

from __future__ import annotations

import io
import zlib
from typing import Any

import brotli

from reader.errors import ReaderError

__all__ = ["ACCEPTED", "BodyError", "decode_body"]

ACCEPTED = "gzip, deflate, br, zstd"
_MAX_ENCODINGS = 3
_GZIP = b"\x1f\x8b"


class BodyError(ReaderError):
    """The body of a response is corrupt or too large."""


def decode_body(body: bytes, encoding: str, limit: int) -> bytes:
    """Return a decompressed body. Raises BodyError if it is corrupt or exceeds ``limit`` bytes."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    if not names and body.startswith(_GZIP):  # a server that compresses without saying so
        names = ["gzip"]
    if len(names) > _MAX_ENCODINGS:
        raise BodyError("Too many content encodings")
    for name in reversed(names):
        body = _decode(body, name, limit)
        if len(body) > limit:
            raise BodyError(f"Larger than {limit // 1024**2} MiB when decompressed")
    return body


def _decode(body: bytes, name: str, limit: int) -> bytes:
    if not body or name in {"identity", "none"}:
        return body
    try:
        if name in {"gzip", "x-gzip"}:
            return _inflate(body, 31, limit) if body.startswith(_GZIP) else body
        if name == "deflate":
            return _inflate(body, 15 if _has_zlib_header(body) else -15, limit)
        if name == "br":
            return _unbrotli(body, limit)
        if name == "zstd":
            return _unzstd(body, limit)
    except (zlib.error, ValueError, EOFError) as error:
        if not _is_text(body):
            raise BodyError(f"Corrupt {name} data") from error
    if not _is_text(body):
        raise BodyError(f'Unknown content encoding "{name[:20]}"')
    return body


def _is_text(body: bytes) -> bool:
    """Return whether a body begins like a document: some servers declare an encoding that they do not apply."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"{", b"["))


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body and size <= limit:
        stream = zlib.decompressobj(window)
        parts.append(stream.decompress(body, limit + 1 - size))
        size += len(parts[-1])
        if not stream.eof and size <= limit:
            break  # truncated, but the part received may still be a feed
        body = stream.unused_data if window == 31 and stream.unused_data.startswith(_GZIP) else b""
    return b"".join(parts)


def _has_zlib_header(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    try:
        parts = [stream.process(body, output_buffer_limit=limit + 1)]
        while not stream.is_finished() and not stream.can_accept_more_data() and sum(map(len, parts)) <= limit:
            parts.append(stream.process(b"", output_buffer_limit=limit + 1))
    except brotli.error as error:
        raise ValueError(str(error)) from error
    return b"".join(parts)


def _unzstd(body: bytes, limit: int) -> bytes:
    import zstandard  # noqa: PLC0415 - lazy import: 2 ms, few servers send it

    decompressor: Any = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    try:
        with decompressor.stream_reader(io.BytesIO(body), read_across_frames=True) as stream:
            return bytes(stream.read(limit + 1))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
