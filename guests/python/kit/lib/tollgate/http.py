"""Requests and responses. What arrives can be changed and sent on; a body that nobody reads streams past this worker."""

import json
import re
from collections.abc import Mapping, MutableMapping
from urllib.parse import parse_qsl

URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(?:#.*)?", re.DOTALL)


class Headers(MutableMapping):
    """Header lines by name, in whatever case. `headers[name]` joins several values, and sets one."""

    def __init__(self, given=None):
        pairs = given.pairs() if isinstance(given, Headers) else given or ()
        pairs = pairs.items() if isinstance(pairs, Mapping) else pairs
        self._pairs = [(name.lower(), str(value)) for name, value in pairs]

    def pairs(self):
        """Every line, as name and value."""
        return list(self._pairs)

    def get_all(self, name):
        """Each value of a name."""
        return [value for own, value in self._pairs if own == name.lower()]

    def append(self, name, value):
        """Adds a line beside those that are there."""
        self._pairs.append((name.lower(), str(value)))

    def __getitem__(self, name):
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __setitem__(self, name, value):
        self.pop(name, None)
        self.append(name, value)

    def __delitem__(self, name):
        if name not in self:
            raise KeyError(name)
        self._pairs = [pair for pair in self._pairs if pair[0] != name.lower()]

    def __iter__(self):
        return iter(dict(self._pairs))

    def __len__(self):
        return len(dict(self._pairs))

    def __repr__(self):
        return f"Headers({self._pairs})"


def as_bytes(given):
    """What a body, or a piece of one, may be given as."""
    if isinstance(given, str):
        return given.encode()
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given)
    raise TypeError(f"a body is text, bytes or an asynchronous iterable of them, not {type(given).__name__}")


class Message:
    """What requests and responses share."""

    # What it arrived as, and what it looked like then: where that is still so, it is handed on whole.
    _arrived = None

    def __init__(self, body, headers):
        self.headers = Headers(headers)
        if isinstance(body, str):
            self.headers.setdefault("content-type", "text/plain; charset=utf-8")
        self.body = body

    @property
    def body(self):
        """None, bytes, or an asynchronous iterable of bytes."""
        return self._body

    @body.setter
    def body(self, given):
        self._body = given if given is None or hasattr(given, "__aiter__") else as_bytes(given)

    async def bytes(self):
        """The whole body."""
        if self.body is None:
            return b""
        if not isinstance(self.body, bytes):
            self.body = b"".join([as_bytes(chunk) async for chunk in self.body])
        return self.body

    async def text(self):
        """The whole body as text."""
        return (await self.bytes()).decode(errors="replace")

    async def json(self):
        """The whole body as JSON."""
        return json.loads(await self.bytes())

    def _arrive(self, raw):
        self._arrived = (raw, self._look())
        return self

    def _whole(self):
        """What it arrived as, to be handed on, once; None where it was changed or its body begun."""
        raw, look = self._arrived or (None, None)
        if raw is None or look != self._look() or getattr(self.body, "begun", False):
            return None
        self._arrived = None
        if self.body is not None:
            self.body.begin()
        return raw


class Request(Message):
    """A request, to be sent or as it arrived."""

    def __init__(self, url, *, method="GET", headers=None, body=None):
        super().__init__(body, headers)
        self.url = url
        self.method = method.upper()

    @property
    def host(self):
        """The URL's host, with its port where it has one."""
        return self._parts()[1]

    @property
    def path(self):
        """The URL's path, as it is written."""
        return self._parts()[2].partition("?")[0]

    @property
    def query(self):
        """The URL's query; of a name that is there twice, the last value."""
        return dict(parse_qsl(self._parts()[2].partition("?")[2], keep_blank_values=True))

    def _parts(self):
        match = URL.fullmatch(self.url)
        if match is None:
            raise ValueError(f"not a URL: {self.url!r}")
        scheme, authority, path = match.groups()
        return scheme, authority, path if path.startswith("/") else f"/{path}"

    def _look(self):
        return self.method, self.url, self.headers.pairs(), self.body

    def __repr__(self):
        return f"<Request {self.method} {self.url}>"


class Response(Message):
    """A response, of this worker's own making or as it arrived."""

    def __init__(self, body=None, status=200, headers=None):
        super().__init__(body, headers)
        self.status = status

    @classmethod
    def from_json(cls, value, status=200, headers=None):
        """A response that holds a value as JSON."""
        response = cls(json.dumps(value).encode(), status, headers)
        response.headers.setdefault("content-type", "application/json")
        return response

    @classmethod
    def redirect(cls, url, status=302):
        """A response that sends its reader elsewhere."""
        return cls(None, status, {"location": url})

    @property
    def ok(self):
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def _look(self):
        return self.status, self.headers.pairs(), self.body

    def __repr__(self):
        return f"<Response {self.status}>"
