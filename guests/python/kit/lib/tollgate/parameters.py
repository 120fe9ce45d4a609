"""An outbound worker's parameters: by name, and, where the project has WIT for them, a typed function each.

Of parameters that are called `get` and `as-dict`, the functions here have the names: `get("get")` reads such a one.
"""

# A parameter may be called like a module.
import json as _json

from wit_world.imports import platform_parameters as _platform

try:
    from wit_world.imports.typed_parameters import *  # noqa: F403
except ImportError:  # The project has no WIT of its own.
    pass


def _value(given):
    return _json.loads(given.value) if isinstance(given, _platform.Value_Json) else given.value


def get(name, default=None):
    """A parameter's value; `customer_name` and `customer-name` are one name."""
    given = _platform.get(name)
    return default if given is None else _value(given)


def as_dict():
    """All parameters, under the names that the binding declares."""
    return {name: _value(given) for name, given in _platform.all()}
