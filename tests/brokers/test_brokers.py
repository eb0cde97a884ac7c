"""Worker and beat over each broker, which is killed in the middle: every flag is raised once and told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from custody.audit import replay
from custody.deadlines.models import Flag
from custody.kit import clock
from custody.notices.models import Notice
from tests.brokers.servers import Broker, queue_types, rabbitmq, redis
from tests.cast import Cast, catch
from tests.notices.receivers import Receiver, receiving, thanks
from tests.notices.scenes import webhook
from tests.races.children import child, until

pytestmark = pytest.mark.slow
CELERY = ("-m", "celery", "--app", "config")
#: A sweep comes every 15 seconds; a machine may be slow, and a connection that was lost is tried more and more seldom.
PATIENCE = 180


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(thanks) as receiver:
        yield receiver


@contextmanager
def at_work(environment: dict[str, str], url: str, folder: Path) -> Iterator[None]:
    """The processes of a real house, but for the web: both workers and beat."""
    for name in ("messages", "control"):
        (folder / "broker" / name).mkdir(parents=True)
    told = environment | {"CELERY_BROKER_URL": url, "CUSTODY_DATA": str(folder)}
    commands = (
        ("worker", "--concurrency", "2"),
        ("worker", "--queues", "notices", "--hostname", "notices@%h", "--concurrency", "2"),
        ("beat", "--pidfile", ""),
    )
    with ExitStack() as stack:
        for command in commands:
            stack.enter_context(child(*CELERY, *command, environment=told))
        yield


def fall_due(cast: Cast, units: int) -> None:
    """Units that were caught two hours ago and that nobody has looked at: two flags each."""
    with clock.simulated(clock.now() - timedelta(minutes=125)):
        catch(cast, units)


def all_told(receiver: Receiver, flags: int) -> bool:
    return Flag.objects.count() == flags and len(receiver.got) >= flags


def each_once(receiver: Receiver, flags: int) -> None:
    found = Counter(Flag.objects.values_list("clock_id", "level"))
    assert set(found.values()) == {1}
    assert len(found) == flags
    assert Counter(one.headers["webhook-id"] for one in receiver.got) == {
        f"msg_{key.hex}": 1 for key in Notice.objects.values_list("pk", flat=True)
    }
    assert Notice.objects.count() == flags
    replay.compare()


def kill_in_the_middle(
    broker: Broker, cast: Cast, receiver: Receiver, environment: dict[str, str], folder: Path
) -> Iterator[None]:
    webhook(cast, receiver.url)
    broker.start()
    try:
        with at_work(environment, broker.url, folder):
            fall_due(cast, 5)
            until(lambda: all_told(receiver, 10), "the first flags are told", PATIENCE)
            yield
            fall_due(cast, 5)
            broker.kill()
            fall_due(cast, 5)
            broker.start()
            until(lambda: all_told(receiver, 30), "the others are told", PATIENCE)
        each_once(receiver, 30)
    finally:
        broker.stop()


def test_rabbitmq_killed_in_the_middle(
    committed_cast: Cast, receiver: Receiver, child_environment: dict[str, str], tmp_path: Path
) -> None:
    broker = rabbitmq(tmp_path)
    if broker is None:
        pytest.skip("needs RabbitMQ (Debian: rabbitmq-server)")
    for _ in kill_in_the_middle(
        broker, committed_cast, receiver, child_environment, tmp_path / "house"
    ):
        types = queue_types(broker)
        assert types["celery"] == types["notices"] == "quorum"


def test_redis_killed_in_the_middle(
    committed_cast: Cast, receiver: Receiver, child_environment: dict[str, str], tmp_path: Path
) -> None:
    broker = redis(tmp_path)
    if broker is None:
        pytest.skip("needs Redis (Debian: redis-server)")
    for _ in kill_in_the_middle(
        broker, committed_cast, receiver, child_environment, tmp_path / "house"
    ):
        pass


def test_the_folder_emptied_in_the_middle(
    committed_cast: Cast, receiver: Receiver, child_environment: dict[str, str], tmp_path: Path
) -> None:
    """What a folder can suffer: every message in it is gone."""
    webhook(committed_cast, receiver.url)
    with at_work(child_environment, "filesystem://", tmp_path):
        fall_due(committed_cast, 5)
        until(lambda: all_told(receiver, 10), "the first flags are told", PATIENCE)
        fall_due(committed_cast, 5)
        for message in (tmp_path / "broker" / "messages").iterdir():
            message.unlink(missing_ok=True)
        until(lambda: all_told(receiver, 20), "the others are told", PATIENCE)
    each_once(receiver, 20)
