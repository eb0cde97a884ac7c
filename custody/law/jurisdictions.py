"""The profiles that are shipped. Whatever nobody read in its source stands there as to be confirmed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Rule = dict[str, Any]

_ART_28NOVIES = "Code of Criminal Procedure (BE), art. 28novies"
_DRUGS_ACT = "Drugs Act of 24 February 1921 (BE), as amended by the law of 7 February 2014"
_BES_15 = "Decree on the keeping of seized objects (BES), art. 15"
_CFR = "28 CFR 50.21"


def _rule(source: str, *, confirmed: bool = True, **more: Any) -> Rule:
    return {**more, "source": source, "confirmed": confirmed}


def _period(name: str, days: int, since: str, source: str, *, confirmed: bool = True) -> Rule:
    return _rule(source, confirmed=confirmed, name=name, days=days) | {"from": since}


def _witnesses() -> Rule:
    return _rule(
        "two witnesses, one of another agency: IAPE standards 9.7 and 11.9; 21 CFR 1317.95",
        count=2,
        other_agency=1,
    )


def _kept_in_belgium() -> dict[str, Rule]:
    return {
        "samples": _rule(
            "a sample is kept before destruction (the bill of 2014 as announced), and one for counter-expertise "
            "(practice of the federal police, 2018)",
            confirmed=False,
            forms=["sample", "counter_sample"],
        ),
        "apart": _rule(
            "samples lie at the registry of the court, not with the bulk (practice of the federal police, 2018)",
            confirmed=False,
        ),
        "photographs": _rule(
            "the rest is photographed or filmed before destruction (the bill of 2014 as announced)",
            confirmed=False,
            least=1,
            of="unit_or_contents",
        ),
    }


def belgium(*, effective_at: str = "2023-01-01T00:00:00.000000Z") -> dict[str, Any]:
    """Belgium, with the source of every rule.

    Args:
        effective_at: from when it holds. The default is before anything that the demonstration tells.
    """
    return {
        "code": "belgium",
        "jurisdiction": "BE",
        "effective_at": effective_at,
        "deeds": {
            "neutralise": {
                "standing": _rule(
                    f"{_DRUGS_ACT}: illegal substances can be destroyed at once", confirmed=False
                ),
                **_kept_in_belgium(),
                "witnesses": _witnesses(),
            },
            "incinerate": {
                "order": _rule(
                    f"{_ART_28NOVIES}: the prosecutor's written and reasoned decision",
                    by=["prosecution"],
                    must_hold=["reasons"],
                    valid_days=None,
                ),
                "judge": _rule(f"{_ART_28NOVIES}: the investigating judge authorises it first"),
                **_kept_in_belgium(),
                "periods": [
                    _period(
                        "notice",
                        0,
                        "owner_notified",
                        f"{_ART_28NOVIES}: the owner is told, and has until the day that the prosecutor sets",
                    ),
                    _period(
                        "appeal",
                        15,
                        "owner_notified",
                        f"{_ART_28NOVIES}: appeal to the indictments chamber",
                        confirmed=False,
                    ),
                ],
                "witnesses": _witnesses(),
            },
        },
    }


def dutch_bes(*, effective_at: str) -> dict[str, Any]:
    """Bonaire, Sint Eustatius and Saba; ``effective_at``: from when it holds."""

    def rules() -> dict[str, Rule]:
        return {
            "order": _rule(
                f"{_BES_15}: under the supervision of a (deputy) prosecutor, for whom the order stands",
                confirmed=False,
                by=["prosecution"],
                must_hold=["reasons"],
                valid_days=None,
            ),
            "samples": _rule(f"{_BES_15}: only after a sample was taken", forms=["sample"]),
            "witnesses": _witnesses(),
        }

    return {
        "code": "dutch-bes",
        "jurisdiction": "BQ",
        "effective_at": effective_at,
        "deeds": {"neutralise": rules(), "incinerate": rules()},
    }


def us_28_cfr_50_21(*, effective_at: str) -> dict[str, Any]:
    """The United States; ``effective_at``: from when it holds.

    An exception that somebody asks for is a hold. Of marijuana the sample is all that is kept. Amounts that
    depend on form (PCP, LSD) stand at the highest of them; that of cocaine base is not known, and nothing of
    it is destroyed until it stands here.
    """

    def rules() -> dict[str, Any]:
        return {
            "standing": _rule(
                f"{_CFR}: the excess is destroyed unless somebody objects in writing"
            ),
            "samples": _rule(f"{_CFR}: a representative sample", confirmed=False, forms=["sample"]),
            "photographs": _rule(
                f"{_CFR}: photographed before destruction", confirmed=False, least=1, of="unit"
            ),
            "periods": [
                _period(
                    "notice",
                    60,
                    "seizure_opened",
                    f"{_CFR}: 60 days after notice to the prosecutor, who is told at once",
                    confirmed=False,
                )
            ],
            "retained": _rule(
                f"{_CFR}: the threshold amount, twice that of the top mandatory minimum",
                confirmed=False,
                grams={
                    "heroin": "2000",
                    "cocaine": "10000",
                    "cocaine_base": None,
                    "pcp": "2000",
                    "lsd": "20",
                    "fentanyl": "800",
                    "fentanyl_analogue": "200",
                    "hashish": "20000",
                    "hashish_oil": "2000",
                },
            ),
            "witnesses": _rule(
                "21 CFR 1317.95: two employees handle or observe", count=2, other_agency=0
            ),
        }

    return {
        "code": "us-28-cfr-50-21",
        "jurisdiction": "US",
        "effective_at": effective_at,
        "deeds": {"neutralise": rules(), "incinerate": rules()},
    }


#: By code; each takes the moment from which it holds.
SHIPPED: Mapping[str, Callable[..., dict[str, Any]]] = {
    "belgium": belgium,
    "dutch-bes": dutch_bes,
    "us-28-cfr-50-21": us_28_cfr_50_21,
}
