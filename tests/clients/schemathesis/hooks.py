"""What schemathesis cannot know of this interface: who asks, and which refusals contradict the document."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

#: By badge. The first one has every role, so that no right keeps its requests from being judged.
TOKENS: list[str] = list(json.loads(os.environ["TOKENS"]).values())


@schemathesis.auth(refresh_interval=None)
class EachInTurn:
    """Of the requests of an operation each second is asked by who may everything, the others by every role in turn."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def get(self, case: Any, ctx: Any) -> str:
        """The token of who asks. What one makes another need not see, so a chain of requests has one asker."""
        if case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL:
            return TOKENS[0]
        number = self.asked[case.operation.label]
        self.asked[case.operation.label] += 1
        return TOKENS[1 + number // 2 % (len(TOKENS) - 1)] if number % 2 else TOKENS[0]

    def set(self, case: Any, data: str, ctx: Any) -> None:
        """Put it where the document says."""
        case.headers = {**(case.headers or {}), "Authorization": f"Token {data}"}


@schemathesis.hook
def map_case(ctx: Any, case: Any) -> Any:
    """Leave out the empty If-Match that schemathesis 4.32 sends along where it covers anything but headers."""
    meta = case.meta
    where = getattr(meta.phase.data, "parameter_location", None) if meta else None
    meant = where == ParameterLocation.HEADER and meta.generation.mode.is_negative
    if case.headers and case.headers.get("If-Match") == "" and not meant:
        del case.headers["If-Match"]
    return case


#: What a body can be refused for that no schema can tell: a check character, and what depends on another field.
_FORM = "multipart/form-data"
BEYOND_SCHEMAS = {"misread_label", "needed_for_kind", "not_for_kind", "not_of_your_agency"}


@schemathesis.check
def bodies_are_refused_by_rule_alone(ctx: Any, response: Any, case: Any) -> None:
    """A body that the document allows is refused, if at all, by a rule with a code of its own."""
    valid = case.meta is not None and case.meta.generation.mode.is_positive
    # no schema describes a file, so what is brought as one is none
    if not valid or response.status_code != 422 or case.method == "GET" or case.media_type == _FORM:
        return
    problem = json.loads(response.text)
    if problem["code"] == "invalid_input":
        faults = [one for one in problem["errors"] if one["code"] not in BEYOND_SCHEMAS]
        assert not faults, f"the document allows what is refused: {faults}"
