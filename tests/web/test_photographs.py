"""Photographs and papers on the pages: taken with the phone, seen on the trail, erased by whom the law says."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from custody.attachments.models import Attachment
from custody.handling.photograph import Photograph
from custody.handling.report import Report
from custody.ledger.models import Disclosure, Entry
from custody.people.assigning import Purpose, state_purpose
from custody.reading.models import Read
from tests.cast import Cast, catch, do
from tests.erasing.orders import BY, SECRET, erased
from tests.files import brought, paper, picture
from tests.web.conftest import Browser
from tests.web.forms import key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def sent(browser: Client, act: str, query: str, told: dict[str, Any]) -> Any:
    page = browser.get(f"/acts/{act}/{query}")
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.content.decode()
    return browser.post(f"/acts/{act}/", {"key": key_of(page), **told})


def files(*data: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile("DCIM_0001.jpg", one, "image/jpeg") for one in data]


def test_a_phone_takes_a_photograph_and_the_trail_shows_it(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    page = browser.get(f"/acts/photograph/?exhibit={barrel.label}").content.decode()
    for told in ('type="file"', 'accept="image/*"', 'capture="environment"', "multiple"):
        assert told in page
    fields = {
        "exhibit": barrel.label,
        "photographs": files(picture(), picture()),
        "caption": "Two.",
    }
    answer = sent(browser, "photograph", f"?exhibit={barrel.label}", fields)
    assert answer.status_code == 302
    names = sorted(Attachment.objects.values_list("pk", flat=True))
    trail = browser.get(f"/exhibits/{barrel.label}/").content.decode()
    assert "Photographed" in trail
    assert "DCIM" not in trail
    for name in names:
        assert f'<img src="/attachments/{name}/small/"' in trail
        for address in (f"/attachments/{name}/", f"/attachments/{name}/small/"):
            shown = browser.get(address)
            assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
            assert shown["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in shown["Cache-Control"]
        assert browse(cast.outsider).get(f"/attachments/{name}/").status_code == 404


def test_what_was_sent_is_not_sent_twice_when_something_else_is_wrong(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    browser = browse(cast.officer)
    told = {"exhibit": "no label", "photographs": files(picture())}
    answer = sent(browser, "photograph", "", told)
    assert answer.status_code == 422
    (name,) = Attachment.objects.values_list("pk", flat=True)
    assert f'value="{name}" checked' in answer.content.decode()
    again = {"key": key_of(answer), "exhibit": barrel.label, "photographs": name}
    assert browser.post("/acts/photograph/", again).status_code == 302
    assert Entry.objects.filter(kind="exhibit.photographed").count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ", picture()[:-100], paper()],
    ids=["nothing", "a program", "half a picture", "a paper"],
)
def test_what_is_no_photograph_is_told_beside_the_field(
    cast: Cast, browse: Browser, data: bytes
) -> None:
    _, (barrel,) = catch(cast)
    told = {"exhibit": barrel.label, "photographs": files(data)}
    answer = sent(browse(cast.officer), "photograph", "", told)
    assert answer.status_code == 422
    assert "Not recorded" in answer.content.decode()
    assert not Entry.objects.filter(kind="exhibit.photographed").exists()


def test_a_stranger_sends_no_files(client: Client) -> None:
    """Nothing of what somebody unknown sends is held: no memory, no temporary folder."""
    answer = client.post("/acts/photograph/", {"photographs": files(picture())})
    assert answer.status_code == 302
    assert not answer.wsgi_request.FILES
    assert not Attachment.objects.exists()


def test_a_paper_is_filed_with_its_case_and_read_with_a_purpose(
    cast: Cast, browse: Browser
) -> None:
    seizure, _ = catch(cast)
    browser = browse(cast.prosecutor)
    data = paper()
    told = {
        "seizure": seizure.reference,
        "documents": SimpleUploadedFile("order.pdf", data, "application/pdf"),
        "title": "The order as signed",
    }
    answer = sent(browser, "document", f"?seizure={seizure.reference}", told)
    assert answer.status_code == 302
    name = Attachment.objects.get().pk
    page = browser.get(f"/seizures/{seizure.reference}/").content.decode()
    assert "The order as signed" in page
    assert f"/attachments/{name}/original/" in page
    assert browser.get(f"/attachments/{name}/").status_code == 409
    assert browser.get(f"/attachments/{name}/original/").status_code == 403
    state_purpose(
        cast.prosecutor,
        case=seizure.id,
        purpose=Purpose.AUDIT,
        reason="To see it",
        break_glass=False,
    )
    answer = browse(cast.prosecutor).get(f"/attachments/{name}/original/")
    assert answer.content == data
    assert answer["Content-Disposition"].startswith("attachment;")
    assert Read.objects.latest("read_at").action == "disclosure"
    assert browse(cast.outsider).get(f"/attachments/{name}/original/").status_code == 404


def test_who_may_erase_is_led_to_it_and_the_trail_says_by_whose_order(
    cast: Cast, browse: Browser
) -> None:
    _, (barrel,) = catch(cast)
    do(cast.officer, Report(exhibit=barrel.label, what="other", details=SECRET))
    name = brought(cast.officer, picture())
    do(cast.officer, Photograph(exhibit=barrel.label, photographs=(name,)))
    commitment = Disclosure.objects.get(text=SECRET).commitment
    address = f"/exhibits/{barrel.label}/"
    assert "/acts/erase/" not in browse(cast.officer).get(address).content.decode()
    browser = browse(cast.supervisor)
    page = browser.get(address).content.decode()
    for content in (commitment, name):
        assert f"/acts/erase/?content={content}" in page
    form = browser.get(f"/acts/erase/?content={commitment}").content.decode()
    assert f'value="{commitment}"' in form
    assert "second_supervisor" in form
    for content in (commitment, name):
        erased(cast, content)
    page = browser.get(address).content.decode()
    assert SECRET not in page
    assert page.count(f"by order of {BY['ordered_by']}: {BY['legal_basis']}") == 2
    assert f"/attachments/{name}/small/" not in page
    assert browser.get(f"/attachments/{name}/").status_code == 404


def test_one_that_is_too_large_is_told_by_its_name_with_what_to_do(
    cast: Cast, browse: Browser, settings: Any
) -> None:
    _, (barrel,) = catch(cast)
    settings.ATTACHMENT_MOST_BYTES = 1_000_000
    told = {"exhibit": barrel.label, "photographs": files(picture() + bytes(1_000_000), picture())}
    answer = sent(browse(cast.officer), "photograph", "", told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "DCIM_0001.jpg: This has more than 1 MB. Take the photograph again" in page
    # the other one is kept, and need not be sent again
    assert f'value="{Attachment.objects.get().pk}" checked' in page


def test_more_than_is_read_at_once_is_told_and_the_rest_of_the_form_is_kept(
    cast: Cast, browse: Browser, settings: Any
) -> None:
    _, (barrel,) = catch(cast)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    told = {
        "exhibit": barrel.label,
        "photographs": files(bytes(1_000_001)),
        "caption": "The left side, before it was opened.",
    }
    answer = sent(browse(cast.officer), "photograph", "", told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The files had more than 1 MB together" in page
    assert "The left side, before it was opened." in page
    assert barrel.label in page
    assert not Attachment.objects.exists()


def test_what_is_on_the_phone_already_may_be_chosen_instead(cast: Cast, browse: Browser) -> None:
    _, (barrel,) = catch(cast)
    page = browse(cast.officer).get(f"/acts/photograph/?exhibit={barrel.label}").content.decode()
    assert page.count('type="file"') == 2
    assert page.count("capture=") == 1
    paper_form = browse(cast.prosecutor).get("/acts/document/").content.decode()
    assert paper_form.count('type="file"') == 1
    assert "capture=" not in paper_form
