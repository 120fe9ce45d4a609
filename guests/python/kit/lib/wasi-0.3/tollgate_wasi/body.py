"""Bodies on their way in and out, as WASI 0.3's streams."""

from componentize_py_types import Err, Ok
from tollgate_wasi.tasks import background
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
        """Whether somebody has begun to read it."""
        return self._message is None

    def take(self):
        """Its stream and its trailers, which go on as they are: no byte passes through this worker's memory."""
        if self.begun:
            raise RuntimeError("the body was read already")
        message, self._message = self._message, None
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
    background(_write(content, writer, end))
    return reader, trailers


async def _write(content, writer, end):
    with writer:
        if isinstance(content, bytes):
            await writer.write_all(content)
        else:
            async for chunk in content:
                await writer.write_all(chunk)
    await end.write(Ok(None))
