"""The conformance suite's typed outbound: `/NAME` answers what the function of a parameter gave, as JSON
(guests/rust/test/test-typed)."""

from dataclasses import fields, is_dataclass
from enum import Enum, Flag

from tollgate import Response, WorkerEntrypoint, parameters


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        name = request.path[1:]
        if name == "generic":
            # The generic interface is there beside them.
            return Response.from_json(parameters.get("account"))
        read = getattr(parameters, name.replace("-", "_"))
        return Response.from_json(said(read()))


def said(value):
    """A value of any type as JSON has it, under the names of the WIT."""
    match value:
        case Flag():
            return [named(flag.name) for flag in value]
        case Enum():
            return named(value.name)
        case parameters.Bound_None_():
            return "none"
        case parameters.Bound_AtMost(most):
            return {"at-most": most}
        case parameters.Bound_Within(span):
            return {"within": said(span)}
        case list() | tuple() | bytes():
            return [said(item) for item in value]
        case _ if is_dataclass(value):
            return {named(field.name): said(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def named(name):
    return name.lower().replace("_", "-")
