"""What every TM Forum resource here has in common: frozen, camelCase on the wire, and nothing unknown is ever dropped."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_serializer
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import SerializerFunctionWrapHandler

from cartdesk.tmf.period import read_time, write_time
from cartdesk.tmf.wire import json_number, read_number


class Resource(BaseModel):
    """The base of every resource and sub-resource.

    Attributes are snake_case here and the standard's camelCase on the wire (``model_dump(by_alias=True)``). A member that is absent
    stays absent when written, and members that are not declared are kept (TMF630 polymorphism: resources are open).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=to_camel,
        populate_by_name=True,
        defer_build=True,
        protected_namespaces=(),
    )

    type_: str | None = Field(default=None, alias="@type")
    """The actual class of the resource."""
    base_type: str | None = Field(default=None, alias="@baseType")
    """The class it extends."""
    schema_location: str | None = Field(default=None, alias="@schemaLocation")
    """Where the schema of an extension is defined."""

    @model_serializer(mode="wrap")
    def _leave_out_what_is_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {
            name: list(value) if type(value) is tuple else value for name, value in written.items() if value is not None and value != ()
        }

    def wire(self) -> dict[str, Any]:
        """Return the resource as TMF663 v2 JSON values (dicts, lists, strings, numbers)."""
        return self.model_dump(by_alias=True)


class Reference(Resource):
    """A pointer to a resource somewhere else."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    referred_type: str | None = Field(default=None, alias="@referredType")
    """The class of what is pointed to."""


def _time(value: Any) -> Any:
    return read_time(value) if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    """Read one object where a list should be (the document's samples do both)."""
    return [value] if isinstance(value, dict) else value


Time = Annotated[datetime, BeforeValidator(_time), PlainSerializer(write_time, return_type=str)]
"""A moment with its zone, read from RFC 3339 or the document's short form, written as RFC 3339."""

Number = Annotated[
    Decimal,
    BeforeValidator(read_number),
    PlainSerializer(json_number, return_type=Any),
    WithJsonSchema({"type": "number"}),
]
"""An exact number, written as a JSON number."""

Listed = BeforeValidator(_listed)
"""Marks a list that may come as a single object."""


class TimePeriod(Resource):
    """From when to when something holds; either end may be open."""

    start_date_time: Time | None = None
    end_date_time: Time | None = None

    def holds(self, moment: datetime) -> bool:
        """Say whether ``moment`` lies in the period, both ends included."""
        after_start = self.start_date_time is None or self.start_date_time <= moment
        return after_start and (self.end_date_time is None or moment <= self.end_date_time)


class Quantity(Resource):
    """An amount of some unit: 24 month, 1 GB."""

    amount: Number | None = None
    units: str | None = None


class RelatedParty(Reference):
    """A party or party role linked to a resource (TMF663 R18 "RelatedPartyRef")."""

    role: str | None = None


class Note(Resource):
    """Extra information about a resource."""

    id: str | None = None
    author: str | None = None
    date: Time | None = None
    text: str | None = None
