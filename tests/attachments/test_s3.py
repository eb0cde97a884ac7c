"""The same on S3-compatible storage: one interface, two places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from config.files import attachments
from custody.attachments import storage
from custody.attachments.checking import check, clean
from custody.attachments.services import UnknownAttachment, bring
from custody.handling.photograph import Photograph
from custody.kit import clock
from custody.kit.errors import InvalidSetting
from custody.seizures.models import Exhibit
from tests.api.callers import ROOT, Callers
from tests.cast import Cast, catch, do
from tests.files import brought, picture

pytestmark = pytest.mark.django_db
BUCKET = "evidence"
RESET = "/moto-api/reset"


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Any]:
    """A bucket on a server of this process, and the settings that name it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # what one server was told, the next of this process still knows
    urlopen(Request(endpoint + RESET, method="POST")).close()  # noqa: S310
    told = {
        "BUCKET": BUCKET,
        "ENDPOINT": endpoint,
        "REGION": "eu-west-1",
        "KEY": "k",
        "SECRET": "s",
    }
    for name, value in told.items():
        monkeypatch.setenv(f"CUSTODY_S3_{name}", value)
    settings.STORAGES = {**settings.STORAGES, "attachments": attachments(tmp_path)}
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="k",
        aws_secret_access_key="s",
    )
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    try:
        yield client
    finally:
        client.close()
        server.stop()


def keys(client: Any) -> list[str]:
    listed = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return sorted(one["Key"] for one in listed)


@pytest.fixture
def barrel(cast: Cast) -> Exhibit:
    _, (unit,) = catch(cast)
    return unit


def test_a_photograph_lies_in_the_bucket_and_is_served_from_it(
    callers: Callers, barrel: Exhibit, bucket: Any
) -> None:
    data = picture()
    name = brought(callers.cast.officer, data)
    assert brought(callers.cast.colleague, data) == name
    do(callers.cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    assert keys(bucket) == sorted(storage.path_of(form, name) for form in storage.FORMS)
    kept = bucket.get_object(Bucket=BUCKET, Key=storage.path_of(storage.ORIGINAL, name))
    assert kept["Body"].read() == data
    answer = callers.officer.client.get(
        f"{ROOT}attachments/{name}", headers=callers.officer.headers
    )
    assert answer.content == storage.read(storage.SHOWN, name)
    assert list(check()) == []


def test_what_is_missing_or_changed_in_the_bucket_is_found(
    cast: Cast, barrel: Exhibit, bucket: Any
) -> None:
    names = [brought(cast.officer, picture()) for _ in range(2)]
    do(cast.officer, Photograph(exhibit=barrel.label, photographs=tuple(names)))
    first, second = (storage.path_of(storage.ORIGINAL, one) for one in names)
    bucket.delete_object(Bucket=BUCKET, Key=first)
    bucket.put_object(Bucket=BUCKET, Key=second, Body=b"another")
    assert {(one.name, one.fault) for one in check()} == {(names[0], True), (names[1], True)}


def test_what_nobody_named_is_cleaned_from_the_bucket_too(cast: Cast, bucket: Any) -> None:
    with clock.simulated(clock.now()) as time:
        brought(cast.officer, picture())
        time.advance(timedelta(days=2))
        list(clean())
    assert keys(bucket) == []


def test_an_act_does_not_name_what_the_bucket_has_lost(
    cast: Cast, barrel: Exhibit, bucket: Any
) -> None:
    name = brought(cast.officer, picture())
    bucket.delete_object(Bucket=BUCKET, Key=storage.path_of(storage.ORIGINAL, name))
    with pytest.raises(UnknownAttachment):
        do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))


def test_storage_that_refuses_is_told_as_such(
    callers: Callers, barrel: Exhibit, bucket: Any
) -> None:
    name = brought(callers.cast.officer, picture())
    do(callers.cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    for key in keys(bucket):
        bucket.delete_object(Bucket=BUCKET, Key=key)
    bucket.delete_bucket(Bucket=BUCKET)
    with pytest.raises(storage.StorageAway):
        bring(callers.cast.officer, picture())
    answer = callers.officer.client.get(
        f"{ROOT}attachments/{name}", headers=callers.officer.headers
    )
    assert answer.status_code == 503


def test_a_bucket_without_a_key_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("CUSTODY_S3_BUCKET", BUCKET)
    with pytest.raises(InvalidSetting, match="CUSTODY_S3_KEY"):
        attachments(tmp_path)
