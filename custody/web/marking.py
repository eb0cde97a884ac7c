"""Filters of the pages that know of forms and trails; the templates' second library."""

from __future__ import annotations

from django import template
from django.forms import BoundField

from custody.audit.timeline import title, who
from custody.handling.checking import Objection
from custody.web.checklist import OBJECTIONS
from custody.web.forms import ActForm
from custody.web.inputs import is_label, words_in

register = template.Library()
register.filter("who", who)
register.filter("happened", title)


@register.filter
def objection(name: str) -> str:
    """Why a unit was not taken, in words."""
    return str(OBJECTIONS[Objection(name)])


@register.filter
def labels_known(field: BoundField) -> list[str]:
    """The labels in a field that are well formed: they are shown as ticked boxes."""
    return [word for word in words_in(field) if is_label(word)]


@register.filter
def labels_typed(field: BoundField) -> str:
    """The others: they go back into the text, to be mended."""
    return "\n".join(word for word in words_in(field) if not is_label(word))


@register.filter
def is_scanned(field: BoundField) -> bool:
    """Whether what goes into a field is read off a thing: a label, or a seal."""
    return bool({"data-label", "data-seal"} & field.field.widget.attrs.keys())


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether nothing asks for it: neither the form nor the law."""
    form = field.form
    return not field.field.required and not (isinstance(form, ActForm) and field.name in form.asked)


@register.filter
def problems(form: ActForm) -> list[tuple[str, str]]:
    """Everything that is wrong in a form, with where to mend it."""
    if not form.is_bound:
        return []
    found = [("", str(error)) for error in form.non_field_errors()]
    found += [
        (form[name].auto_id, str(error))
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]
    for table in form.tables:
        found += [("", text) for text in table.errors if ("", text) not in found]
        for row in table.used:
            for name, errors in row.errors.items():
                anchor = row[name].auto_id if name in row.fields else ""
                found += [(str(anchor), str(error)) for error in errors]
    return found
