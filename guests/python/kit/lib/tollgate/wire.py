"""Heads of requests and responses as WASI has them, which is alike in 0.2 and 0.3."""

from componentize_py_types import Err
from tollgate.errors import FetchError
from tollgate.http import Headers
from wit_world.imports import http_types as types

METHODS = {
    case.__name__.removeprefix("Method_").upper(): case()
    for case in (
        types.Method_Get,
        types.Method_Head,
        types.Method_Post,
        types.Method_Put,
        types.Method_Delete,
        types.Method_Connect,
        types.Method_Options,
        types.Method_Trace,
        types.Method_Patch,
    )
}
SCHEMES = {"http": types.Scheme_Http(), "https": types.Scheme_Https()}


def method(raw):
    """A method as it is written."""
    return raw.value if isinstance(raw, types.Method_Other) else type(raw).__name__.removeprefix("Method_").upper()


def url(scheme, authority, path):
    """A URL of the parts that a request arrived with."""
    name = scheme.value if isinstance(scheme, types.Scheme_Other) else "http"
    name = "https" if isinstance(scheme, types.Scheme_Https) else name
    return f"{name}://{authority or ''}{path or '/'}"


def pairs(lines):
    """Header lines as text. Bytes that are no UTF-8 come out again as they went in."""
    return [(name, value.decode(errors="surrogateescape")) for name, value in lines]


def fields(message, bodiless=False):
    """A message's headers as a resource. Of a body that is all there the length is known, whatever they say of it, and of one
    that is made it is not. Without a body they may have one only where the message is `bodiless` and tells another's."""
    headers = Headers(message.headers)
    if isinstance(message.body, bytes):
        headers["content-length"] = len(message.body)
    elif not hasattr(message.body, "begun") and not (message.body is None and bodiless):
        headers.pop("content-length", None)
    lines = [(name, value.encode(errors="surrogateescape")) for name, value in headers.pairs()]
    try:
        return types.Fields.from_list(lines)
    except Err as error:
        raise ValueError(f"headers that cannot be sent: {headers!r}") from error


def aim(raw, request):
    """Gives a request its method and URL."""
    try:
        scheme, authority, path = request._parts()
        raw.set_method(METHODS.get(request.method) or types.Method_Other(request.method))
        raw.set_scheme(SCHEMES.get(scheme) or types.Scheme_Other(scheme))
        raw.set_authority(authority)
        raw.set_path_with_query(path)
    except (Err, ValueError):
        raise FetchError(types.ErrorCode_HttpRequestUriInvalid()) from None


def set_status(raw, status):
    """Gives a response its status."""
    try:
        raw.set_status_code(int(status))
    except (Err, OverflowError):
        raise ValueError(f"not a status: {status!r}") from None


def bodiless(verb, headers):
    """Whether a request that arrived has no body: WASI gives each one a body, and an empty one would be sent on as one of
    unknown length."""
    return verb in ("GET", "HEAD") and "content-length" not in headers and "transfer-encoding" not in headers
