"""A token is printed once, and lets its officer in."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.models import AuthToken

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_token_belongs_to_its_officer_and_is_kept_as_a_hash_only(cast: Cast) -> None:
    printed = StringIO()
    call_command("create_token", "officer", stdout=printed)
    token = AuthToken.objects.get()
    assert token.user == cast.officer
    assert printed.getvalue().strip() not in token.digest
    assert timedelta(days=89) < token.expiry - timezone.now() < timedelta(days=91)


@pytest.mark.usefixtures("cast")
def test_a_token_for_ever_is_not_to_be_had() -> None:
    with pytest.raises(CommandError, match="1 to 366 days"):
        call_command("create_token", "officer", "--days", "10000")


@pytest.mark.usefixtures("cast")
def test_nobody_gets_a_token_without_being_in_service() -> None:
    with pytest.raises(CommandError, match="nobody is not an officer in service"):
        call_command("create_token", "nobody")
