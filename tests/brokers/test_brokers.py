"""Worker and beat over each broker, which is killed while a job is under way: nobody ends of it, and every flag is raised
once and told once."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from custody.audit import replay
from custody.deadlines.models import Flag
from custody.kit import clock
from custody.notices.models import Notice
from tests.brokers.servers import Broker, queue_types, rabbitmq, redis
from tests.cast import Cast, catch
from tests.notices.receivers import Receiver, holding, receiving, thanks
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
def at_work(
    environment: dict[str, str], url: str, folder: Path
) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """The processes of a real house, but for the web: both workers and beat, by name."""
    for name in ("messages", "control"):
        (folder / "broker" / name).mkdir(parents=True)
    told = environment | {"CELERY_BROKER_URL": url, "CUSTODY_DATA": str(folder)}
    commands = {
        "worker": "worker --concurrency 2",
        "notices": "worker --queues notices --hostname notices@%h --concurrency 2",
        "beat": "beat --pidfile=",
    }
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(child(*CELERY, *command.split(), environment=told))
            for name, command in commands.items()
        }


def fall_due(cast: Cast, units: int) -> None:
    """Units that were caught two hours ago and that nobody has looked at: two flags each."""
    with clock.simulated(clock.now() - timedelta(minutes=125)):
        catch(cast, units)


def all_told(receiver: Receiver, flags: int) -> bool:
    return Flag.objects.count() == flags and len(receiver.got) >= flags


def await_told(receiver: Receiver, flags: int, processes: dict[str, subprocess.Popen[str]]) -> None:
    """Wait for the work of processes of which none may end meanwhile."""

    def told() -> bool:
        ended = [name for name, process in processes.items() if process.poll() is not None]
        assert not ended, f"ended by themselves: {ended}"
        return all_told(receiver, flags)

    until(told, f"{flags} flags are told", PATIENCE)


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
        with at_work(environment, broker.url, folder) as processes:
            fall_due(cast, 5)
            await_told(receiver, 10, processes)
            yield
            gate = Event()
            receiver.manner = holding(gate)
            fall_due(cast, 5)
            until(lambda: len(receiver.got) > 10, "a notice is under way", PATIENCE)
            broker.kill()
            fall_due(cast, 5)
            gate.set()
            broker.start()
            await_told(receiver, 30, processes)
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
    with at_work(child_environment, "filesystem://", tmp_path) as processes:
        fall_due(committed_cast, 5)
        await_told(receiver, 10, processes)
        fall_due(committed_cast, 5)
        for message in (tmp_path / "broker" / "messages").iterdir():
            message.unlink(missing_ok=True)
        await_told(receiver, 20, processes)
    each_once(receiver, 20)
