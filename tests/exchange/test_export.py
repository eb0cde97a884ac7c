"""Seizures go out as a table that comes in again, told to who oversees alone, page by page in the read log."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from custody.exchange.exports import UnknownPage, export_page
from custody.exchange.imports import Outcome, import_seizures
from custody.handling.models import Proposal
from custody.handling.proposals import confirm, refuse
from custody.handling.record import Pending
from custody.kit import ids
from custody.ledger.models import Entry
from custody.people.rights import RightMissing
from custody.reading.models import Action, Read
from custody.seizures.models import Exhibit, Seizure
from tests.api.callers import Callers
from tests.cast import Cast, catch
from tests.exchange.files import seizures, table, take_over
from tests.exchange.lives import barrel_to_ash, blocks_in_a_barrel, put_right
from tests.handling.burning import undo

pytestmark = pytest.mark.django_db


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_what_was_seized_goes_out_and_what_was_made_of_it_does_not(cast: Cast) -> None:
    _, barrel = barrel_to_ash(cast)
    seizure, _ = blocks_in_a_barrel(cast)
    page = export_page(cast.supervisor)
    rows = rows_of(page.text)
    blocks = {one.label for one in seizure.exhibits.filter(form="block")}
    assert {row["reference"] for row in rows} == {barrel.label, *blocks}
    assert {row["reference"]: (row["amount"], row["unit"]) for row in rows}[barrel.label] == (
        "25000.000",
        "g",
    )


def test_it_tells_what_has_been_corrected_and_not_what_is_void(cast: Cast) -> None:
    _, (right, void) = catch(cast, 2)
    put_right(cast, "exhibit.intercepted", right, substance="heroin")
    undo(cast, Entry.objects.get(kind="exhibit.intercepted", subject_id=str(void.pk)))
    (row,) = rows_of(export_page(cast.supervisor).text)
    assert (row["reference"], row["substance"]) == (right.label, "heroin")


def test_what_goes_out_comes_in_elsewhere_and_goes_out_the_same(cast: Cast) -> None:
    take_over(
        cast,
        seizures(
            {"container_number": "CSQU3054383", "vessel_imo": "9074729", "lane": "fast"},
            {"amount": "2000", "unit": "tablets", "each_milligrams": "300", "form": "bag"},
            {"amount": "12", "unit": "plants", "substance": "=cannabis()"},
            {"customs_report": "PV-1", "reference": "S-9", "lane": "fast"}
            | {"container_number": "CSQU3054383", "vessel_imo": "9074729"},
        ),
    )
    with transaction.atomic():
        catch(cast, 2)
        out = export_page(cast.supervisor).text
        masses = sorted(Exhibit.objects.values_list("substance", "gross_grams", "intercepted_at"))
        transaction.set_rollback(True)
    assert "'=cannabis()" in out
    # another installation: the numbers are free there, and the rows unknown
    out = out.replace("PV-", "AGAIN-")
    answer = import_seizures(
        cast.officer, source="EXPORT", content=out.encode(), key=str(ids.new_id())
    ).answer
    assert isinstance(answer, Pending)
    confirm(cast.colleague, answer.act_id)
    again = Exhibit.objects.filter(origin__source="EXPORT")
    assert sorted(again.values_list("substance", "gross_grams", "intercepted_at")) == masses
    rows = rows_of(export_page(cast.supervisor).text)
    labels = {row.origin.reference: row.label for row in again.select_related("origin")}
    told = {row["reference"]: row for row in rows}
    for row in rows_of(out):
        expected = {name: cell for name, cell in row.items() if name != "reference"}
        found = told[labels[row["reference"]]]
        assert {name: found[name] for name in expected} == expected | (
            {"amount": found["amount"]} if row["unit"] == "g" else {}
        )
        if row["unit"] == "g":
            assert Decimal(found["amount"]) == Decimal(row["amount"])


def test_only_who_oversees_exports_and_only_what_they_see(cast: Cast) -> None:
    catch(cast)
    for other in (cast.officer, cast.keeper, cast.prosecutor, cast.statistician, cast.outsider):
        with pytest.raises(RightMissing):
            export_page(other)
    assert rows_of(export_page(cast.far_supervisor).text) == []
    with pytest.raises(UnknownPage):
        export_page(cast.far_supervisor, after=Seizure.objects.get().reference)


def test_pages_hold_whole_seizures_and_each_is_a_disclosure(callers: Callers) -> None:
    for _ in range(3):
        catch(callers.cast, 2)
    address, found = "/api/v1/seizures/export?limit=2&recipient=UNODC", []
    while address:
        response = callers.auditor.ask("GET", address)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        found.append(rows_of(response.content.decode()))
        link = response.headers.get("Link", "").partition(">")[0].lstrip("<")
        address = link.removeprefix("http://testserver")
    assert [len(rows) for rows in found] == [4, 2]
    shown = [set(read.objects_shown) for read in Read.objects.order_by("read_at", "id")]
    assert [len(one) for one in shown] == [6, 3]
    for read in Read.objects.all():
        assert (read.action, read.recipients) == (Action.DISCLOSURE, "UNODC")


def test_a_refused_export_is_a_problem_like_any_other(callers: Callers) -> None:
    assert callers.officer.get("seizures/export", 403)["code"] == "right_missing"
    assert callers.auditor.get("seizures/export?after=?", 422)["code"] == "unknown_page"
    assert callers.auditor.get("seizures/export?recipient=%07", 422)["field"] == "recipient"


def test_the_commands_take_over_and_write_what_they_took(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(seizures({}, {"amount": "26000"}))
    told = {"source": "OLD", "badge": "officer"}
    call_command("import_seizures", path, dry_run=True, **told)
    assert not Proposal.objects.exists()
    call_command("import_seizures", path, **told)
    call_command("import_seizures", path, **told)
    said = capsys.readouterr().out
    assert "line 3 S-2: held" in said
    proposal = Proposal.objects.get()
    assert f"Proposal {proposal.act_id} waits for a colleague of CUSTOMS/QUAY" in said
    refuse(cast.colleague, proposal.act_id, "Not yet")
    call_command("import_seizures", path, release=["S-2=26000 kg"], **told)
    confirm(cast.colleague, Proposal.objects.get(state="open").act_id)
    assert Seizure.objects.count() == 2
    call_command("import_seizures", path, **told)
    assert "0 new, 2 known, 0 held, 0 wrong" in capsys.readouterr().out
    call_command("export_seizures", badge="supervisor", to="UNODC")
    rows = rows_of(capsys.readouterr().out)
    assert {row["amount"] for row in rows} == {"25.5", "26000"}
    assert Read.objects.get().recipients == "UNODC"


def test_commands_say_what_is_wrong(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(table({"unit": "ounces"}))
    told = {"source": "OLD", "badge": "officer"}
    for more, words in (
        ({}, "1 of 1 rows are wrong"),
        ({"dry_run": True}, "rows are wrong"),
        ({"badge": "nobody"}, "nobody is not an officer"),
        ({"badge": "keeper"}, "right to intercept"),
        ({"release": ["S-1"]}, "REFERENCE=26000 kg"),
        ({"source": "x" * 41}, "1 to 40"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("import_seizures", path, **told | more)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_seizures", tmp_path / "none.csv", **told)
    with pytest.raises(CommandError, match="right to oversee"):
        call_command("export_seizures", badge="officer", to="UNODC")
    with pytest.raises(CommandError, match="who gets it"):
        call_command("export_seizures", badge="supervisor", to="")


def test_a_row_known_here_was_exported_under_what_it_is_called_here(cast: Cast) -> None:
    take_over(cast, table({}))
    report = import_seizures(
        cast.officer, source="EXPORT", content=export_page(cast.supervisor).text.encode()
    )
    assert [row.outcome for row in report.rows] == [Outcome.WRONG]
    assert report.rows[0].faults[0].code == "number_in_use"
