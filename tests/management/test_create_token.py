"""A token is printed once, and lets its officer in."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from knox.models import AuthToken

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_token_belongs_to_its_officer_and_is_kept_as_a_hash_only(cast: Cast) -> None:
    printed = StringIO()
    call_command("create_token", "officer", stdout=printed)
    token = AuthToken.objects.get()
    assert token.user == cast.officer
    assert printed.getvalue().strip() not in token.digest


@pytest.mark.usefixtures("cast")
def test_nobody_gets_a_token_without_being_in_service() -> None:
    with pytest.raises(CommandError, match="nobody is not an officer in service"):
        call_command("create_token", "nobody")
