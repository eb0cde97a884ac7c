"""How pages look: as the device, light, dark, or for bright sun. A cookie says so, and the server reads it: nothing flashes."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

#: Each theme with its name and the colour schemes of the browser's own parts.
THEMES = {
    "device": (_("As the device"), "light dark"),
    "light": (_("Light"), "light"),
    "dark": (_("Dark"), "dark"),
    "sun": (_("Bright sun"), "light"),
}
YEAR = 365 * 24 * 3600


def cookie() -> str:
    """The name of the cookie; it tells of the device and of nobody."""
    return "__Host-custody-theme" if settings.PRODUCTION else "custody-theme"


def theme_of(request: HttpRequest) -> str:
    """The theme that was chosen on this device."""
    told = request.COOKIES.get(cookie(), "")
    return told if told in THEMES else "device"


def appearance(request: HttpRequest) -> dict[str, object]:
    """What every template needs to look as was chosen, and to offer another choice."""
    theme = theme_of(request)
    return {"theme": theme, "themes": THEMES, "color_scheme": THEMES[theme][1]}


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep a choice on this device, and back to the page that it was made on."""
    theme, back = request.POST.get("theme", ""), request.POST.get("next", "")
    if theme not in THEMES:
        raise Http404("There is no such way to look.")
    ours = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if ours else "board")
    if theme == "device":
        response.delete_cookie(cookie(), samesite="Lax")
    else:
        response.set_cookie(
            cookie(), theme, YEAR, secure=settings.PRODUCTION, httponly=True, samesite="Lax"
        )
    return response
