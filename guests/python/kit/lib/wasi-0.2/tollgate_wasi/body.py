"""Bodies on their way in and out, through WASI 0.2's streams."""

from componentize_py_types import Err, Ok
from tollgate.http import as_bytes
from tollgate_wasi.loop import ready
from wit_world.imports import http_types as types
from wit_world.imports.streams import StreamError_Closed

# Most bytes moved at once.
CHUNK = 64 * 1024


class Incoming:
    """The body of a message that arrived. It is read once."""

    def __init__(self, message):
        self._message = message

    @property
    def begun(self):
        """Whether somebody has begun to read it, or has it with its message."""
        return self._message is None

    def begin(self):
        """The message, for whoever begins."""
        if self.begun:
            raise RuntimeError("the body is gone: it was read, or handed on")
        message, self._message = self._message, None
        return message

    async def __aiter__(self):
        body = self.begin().consume()
        with body.stream() as stream:
            while True:
                try:
                    chunk = stream.read(CHUNK)
                except Err as error:
                    if isinstance(error.value, StreamError_Closed):
                        return
                    raise ConnectionError("the body was cut off") from error
                if chunk:
                    yield chunk
                else:
                    await ready(stream)


def write(content, to):
    """Writes bytes, what an iterable gives, or what arrived, into a body; to be awaited. A reader that went away is no
    error. What was read already is one, at once."""
    return _all(content.begin().consume() if isinstance(content, Incoming) else content, to)


async def _all(content, to):
    whole, trailers = await (_move if isinstance(content, types.IncomingBody) else _pour)(content, to)
    if not whole:
        return cut(to)
    try:
        types.OutgoingBody.finish(to, trailers)
    except Err:
        pass  # It is shorter than its content-length: whoever reads it sees it cut.


def cut(to):
    """Drops a body before its end. To wait until nobody refers to it would be too late: an exception's traceback does."""
    with to:
        pass


async def _move(body, to):
    """Moves all that arrived into another body, trailers too, and says whether it was all. It is spliced: no byte passes
    through this worker's memory."""
    if not await _splice(body, to):
        return False, None
    trailers = types.IncomingBody.finish(body)
    while (arrived := trailers.get()) is None:
        await ready(trailers)
    match arrived:
        case Ok(Ok(fields)):
            # What arrived cannot be changed; what goes out must be one's own.
            return True, fields.clone() if fields else None
    return False, None


async def _splice(body, to):
    """Whether all of it was moved."""
    with body.stream() as source, to.write() as sink:
        while True:
            try:
                if not sink.splice(source, CHUNK):
                    await ready(source if sink.check_write() else sink)
            except Err as error:
                return isinstance(error.value, StreamError_Closed) and _open(sink)


def _open(sink):
    """Whether it still takes bytes. `closed` is said of either end: if not of this one, then of the other."""
    try:
        sink.check_write()
    except Err:
        return False
    return True


async def _pour(content, to):
    """Writes what is made here, and says whether it was all taken."""
    with to.write() as sink:
        if isinstance(content, bytes):
            return await _write(content, sink), None
        async for chunk in content:
            if not await _write(as_bytes(chunk), sink):
                return False, None
    return True, None


async def _write(chunk, sink):
    """Whether it was taken."""
    at = 0
    try:
        while at < len(chunk):
            room = sink.check_write()
            if room:
                sink.write(chunk[at : at + room])
                at += room
            else:
                await ready(sink)
    except Err:
        return False
    return True
