"""The agencies' own sign-in services, from a file that an operator writes (docs/operations.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from custody.kit.errors import InvalidSetting

_NEEDED = frozenset({"provider_id", "name", "client_id", "secret", "server_url"})
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def providers(file_name: str) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS`` from a JSON list, each entry with the five members of an OpenID Connect client.

    ``server_url`` is the issuer, exactly as the provider names itself.

    Raises:
        InvalidSetting: the file cannot be read, an entry lacks a member or has another, or an issuer is not HTTPS.
    """
    if not file_name:
        return {}
    try:
        told = json.loads(Path(file_name).read_text(encoding="utf-8"))
        apps = [
            {
                "provider_id": one["provider_id"],
                "name": one["name"],
                "client_id": one["client_id"],
                "secret": one["secret"],
                "settings": {"server_url": one["server_url"], "fetch_userinfo": False},
            }
            for one in told
            if one.keys() == _NEEDED
        ]
    except (OSError, ValueError, AttributeError, TypeError) as fault:
        raise InvalidSetting(
            name="CUSTODY_OIDC_FILE", value=file_name, expected=f"it cannot be read ({fault})"
        ) from None
    if len(apps) != len(told):
        raise InvalidSetting(
            name="CUSTODY_OIDC_FILE",
            value=file_name,
            expected=f"each entry has {', '.join(sorted(_NEEDED))} and nothing else",
        )
    for app in apps:
        issuer = urlsplit(app["settings"]["server_url"])
        if issuer.scheme != "https" and issuer.hostname not in _LOOPBACK:
            raise InvalidSetting(
                name="CUSTODY_OIDC_FILE",
                value=issuer.geturl(),
                expected="an issuer begins with https://",
            )
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
