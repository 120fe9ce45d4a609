"""The platform's errors as exceptions: `code` names the kind as WIT does, the text is for people."""

import re


def kind(case):
    """The WIT name of a variant's case: `dns-timeout` for an `ErrorCode_DnsTimeout`."""
    name = type(case).__name__.partition("_")[2]
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class FetchError(Exception):
    """A request got no response. Not caught, it goes on to whoever sent this worker its request."""

    def __init__(self, cause):
        self.cause = cause
        self.code = kind(cause)
        detail = getattr(cause, "value", None)
        super().__init__(self.code if detail is None else f"{self.code}: {detail}")


class DispatchError(Exception):
    """A dispatch failed: `worker-not-found`, `invalid-name`, `limit`, `worker-failed`, … A later version of the platform may
    have other codes: treat them like `internal`. `cause` is the error that the worker answered with, if it did."""

    def __init__(self, code, message, cause=None):
        self.cause = cause
        self.code = code
        super().__init__(message)
