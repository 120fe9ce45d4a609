"""Bodies on their way in and out, as WASI 0.3's streams."""

from componentize_py_async_support import spawn
from componentize_py_types import Err, Ok
from tollgate.http import as_bytes
from tollgate_wasi.tasks import guarded
from wit_world import byte_stream
from wit_world import result_option_http_types_fields_http_types_error_code_future as trailers_future
from wit_world import result_unit_http_types_error_code_future as result_future

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

    def take(self):
        """Its stream and its trailers, which go on as they are: no byte passes through this worker's memory."""
        message = self.begin()
        return type(message).consume_body(message, result_future(lambda: Ok(None))[1])

    async def __aiter__(self):
        stream, trailers = self.take()
        with stream:
            while not stream.writer_dropped:
                chunk = await stream.read(CHUNK)
                if chunk:
                    yield chunk
        if isinstance(await trailers.read(), Err):
            raise ConnectionError("the body was cut off")


def outgoing(content):
    """A body's stream, if it has one, and its trailers."""
    if content is None:
        return None, trailers_future(lambda: Ok(None))[1]
    if isinstance(content, Incoming):
        return content.take()
    writer, reader = byte_stream()
    end, trailers = trailers_future(lambda: Ok(None))
    # Where it fails, the worker does, at once: a body that just ends would seem to be whole.
    spawn(guarded(_write(content, writer, end)))
    return reader, trailers


async def _write(content, writer, end):
    """Writes bytes, or what an iterable gives. A reader that went away is no error."""
    with writer:
        if isinstance(content, bytes):
            await writer.write_all(content)
        else:
            async for chunk in content:
                await writer.write_all(as_bytes(chunk))
                if writer.reader_dropped:
                    break
    await end.write(Ok(None))
