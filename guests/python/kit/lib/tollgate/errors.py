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
    """A dispatch failed: `worker-not-found`, `invalid-name`, `limit`, `worker-failed`, …"""

    def __init__(self, cause, message):
        self.cause = cause
        self.code = kind(cause)
        super().__init__(message)
