"""Which differences between two OpenAPI documents break a client that was made from the first.

A client breaks when something that it sends is not taken any more, or something that it relies on is not told any more.
Words that are new in an answer do not count: clients take words that they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
#: Keywords whose change narrows what is taken, with whether a larger number takes more.
_BOUNDS = {
    "maxLength": True,
    "maxItems": True,
    "maximum": True,
    "minLength": False,
    "minItems": False,
    "minimum": False,
}


def breaking(old: Json, new: Json) -> Iterator[str]:
    """What a client of ``old`` breaks on when it meets ``new``, a line each.

    Args:
        old: the document of a release.
        new: the document that would follow it.
    """
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            found = new["paths"].get(path, {}).get(method)
            if found is None:
                yield f"{where}: it is gone"
            else:
                yield from _Comparison(old, new).operation(operation, found, where)


class _Comparison:
    """Two documents, and the pairs of named schemas that were compared already: they may hold themselves."""

    def __init__(self, old: Json, new: Json) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, bool]] = set()

    def operation(self, old: Json, new: Json, where: str) -> Iterator[str]:
        before, after = (
            {(one["in"], one["name"]): one for one in operation.get("parameters", ())}
            for operation in (old, new)
        )
        for kind, name in sorted(before.keys() | after.keys()):
            one, other = before.get((kind, name)), after.get((kind, name))
            at = f"{where} {kind} {name}"
            if other is None:
                yield f"{at}: it is not taken any more"
            elif other.get("required") and not (one and one.get("required")):
                yield f"{at}: it is needed now"
            elif one:
                yield from self.schema(one["schema"], other["schema"], at, sent=True)
        yield from self.content(old.get("requestBody"), new.get("requestBody"), where, sent=True)
        for status, answer in old["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in new["responses"]:
                yield f"{where} {status}: it is not answered any more"
            else:
                yield from self.content(
                    answer, new["responses"][status], f"{where} {status}", sent=False
                )

    def content(
        self, old: Json | None, new: Json | None, where: str, *, sent: bool
    ) -> Iterator[str]:
        if new and sent and new.get("required") and not (old and old.get("required")):
            yield f"{where}: a body is needed now"
        for media, one in (old or {}).get("content", {}).items():
            other = (new or {}).get("content", {}).get(media)
            if other is None:
                yield f"{where} {media}: it is gone"
            else:
                yield from self.schema(one["schema"], other["schema"], where, sent=sent)

    def schema(self, old: Json, new: Json, where: str, *, sent: bool) -> Iterator[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""), sent)
        if any(names[:2]):
            if names in self.seen:
                return
            self.seen.add(names)
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        given, taken = (old, new) if sent else (new, old)
        if missing := sorted(_types(given) - _types(taken)):
            yield f"{where}: {', '.join(missing)} is not {'taken' if sent else 'what was told'}"
        if sent:
            yield from _narrowed(old, new, where)
        yield from self.members(old, new, where, sent=sent)
        if "items" in old and "items" in new:
            yield from self.schema(old["items"], new["items"], f"{where}[]", sent=sent)
        for keyword in ("oneOf", "anyOf", "allOf"):
            if keyword in old and len(new.get(keyword, ())) < len(old[keyword]):
                yield f"{where}: there are fewer forms of it"
            for one, other in zip(old.get(keyword, ()), new.get(keyword, ()), strict=False):
                yield from self.schema(one, other, where, sent=sent)

    def members(self, old: Json, new: Json, where: str, *, sent: bool) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, one in before.items():
            if name not in after:
                yield f"{where}.{name}: it is not {'taken' if sent else 'told'} any more"
            else:
                yield from self.schema(one, after[name], f"{where}.{name}", sent=sent)
        needed, known = (set(one.get("required", ())) for one in (new, old))
        for name in sorted(needed - known if sent else (known - needed) & after.keys()):
            yield f"{where}.{name}: it is {'needed now' if sent else 'not always told any more'}"


def _resolved(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def _types(schema: Json) -> set[str]:
    told = schema.get("type", [])
    return {told} if isinstance(told, str) else set(told)


def _narrowed(old: Json, new: Json, where: str) -> Iterator[str]:
    """What was taken by the words and bounds of ``old`` and is not by those of ``new``."""
    if "enum" in new and (
        gone := [one for one in old.get("enum", ["any"]) if one not in new["enum"]]
    ):
        yield f"{where}: {', '.join(map(str, gone))} is not taken any more"
    for keyword in ("pattern", "format", "const"):
        if keyword in new and new[keyword] != old.get(keyword):
            yield f"{where}: it has another {keyword}"
    for keyword, more in _BOUNDS.items():
        if keyword in new and (
            keyword not in old
            or (new[keyword] < old[keyword] if more else new[keyword] > old[keyword])
        ):
            yield f"{where}: {keyword} is {new[keyword]} now"
    if old.get("additionalProperties", True) and new.get("additionalProperties") is False:
        yield f"{where}: other members are not taken any more"
