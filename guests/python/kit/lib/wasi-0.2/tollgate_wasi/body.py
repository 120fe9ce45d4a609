"""Bodies on their way in and out, through WASI 0.2's streams."""

from componentize_py_types import Err, Ok
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
        """Whether somebody has begun to read it."""
        return self._message is None

    def _consume(self):
        if self.begun:
            raise RuntimeError("the body was read already")
        message, self._message = self._message, None
        return message.consume()

    async def __aiter__(self):
        body = self._consume()
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

    async def move(self, to):
        """Moves it all into another body, trailers too. It is spliced: no byte passes through this worker's memory. What
        comes in cut goes out cut."""
        body = self._consume()
        if not await _splice(body, to):
            return
        trailers = types.IncomingBody.finish(body)
        while (arrived := trailers.get()) is None:
            await ready(trailers)
        match arrived:
            case Ok(Ok(fields)):
                # What arrived cannot be changed; what goes out must be one's own.
                finish(to, fields.clone() if fields else None)


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


async def write(content, to):
    """Writes bytes, what an iterable gives, or what arrived, into a body. A reader that went away is no error."""
    if isinstance(content, Incoming):
        return await content.move(to)
    with to.write() as sink:
        if isinstance(content, bytes):
            whole = await _write(content, sink)
        else:
            whole = True
            async for chunk in content:
                whole = whole and await _write(chunk, sink)
    if whole:
        finish(to, None)


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


def finish(to, trailers):
    """Ends a body in order."""
    try:
        types.OutgoingBody.finish(to, trailers)
    except Err:
        pass  # It is shorter than its content-length: whoever reads it sees it cut.
