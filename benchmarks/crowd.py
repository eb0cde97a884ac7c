"""A country's exhibits, made by SQL: most of them ash, some in custody, each seen by whom it concerns."""

from __future__ import annotations

import psycopg

#: Of however many: so many are not at their end, so many the laboratory knows, so many are flagged.
LIVE, ANALYSED, FLAGGED = 2_000, 400, 200

# Forty a seizure, of which ten lie on a pallet. Every other seizure is another agency's.
_SEIZURES = """
INSERT INTO custody_seizure
SELECT made.* FROM (SELECT s FROM custody_seizure s ORDER BY id LIMIT 1) known (s),
    generate_series(%(start)s::int, %(end)s::int) n,
    LATERAL (SELECT CASE n.n %% 2 WHEN 0 THEN to_jsonb((known.s).seen_by)
                                  ELSE '["ABROAD", "ABROAD/QUAY"]' END) whose (codes),
    LATERAL jsonb_populate_record(known.s, jsonb_build_object(
        'id', md5('seizure ' || n.n)::uuid, 'reference', 'S-' || n.n, 'customs_report', 'PV-' || n.n,
        'prosecutor_notice', 'AN-' || n.n, 'container_number', 'BENU' || lpad(n.n::text, 7, '0'),
        'opened_at', now() - n.n * interval '1 hour',
        'concerned', whose.codes, 'seen_by', whose.codes
    )) made
"""
_EXHIBITS = """
INSERT INTO custody_exhibit
SELECT made.* FROM (SELECT e FROM custody_exhibit e WHERE label = %(known)s) known (e),
    generate_series(%(start)s::int, %(end)s::int) n,
    LATERAL (SELECT CASE n.n / 40 %% 2 WHEN 0 THEN to_jsonb((known.e).concerned)
                                       ELSE '["ABROAD", "ABROAD/QUAY"]' END) whose (codes),
    LATERAL jsonb_populate_record(known.e, jsonb_build_object(
        'id', md5('exhibit ' || n.n)::uuid, 'label', 'B-' || substr(md5(n.n::text), 1, 12),
        'seizure_id', md5('seizure ' || n.n / 40)::uuid,
        'form', CASE n.n %% 40 WHEN 0 THEN 'pallet' ELSE 'barrel' END,
        'within_id', CASE WHEN n.n %% 40 BETWEEN 1 AND 10 THEN md5('exhibit ' || n.n / 40 * 40)::uuid END,
        'stage', CASE WHEN n.n < %(live)s THEN 'stored' ELSE 'incinerated' END,
        'concerned', whose.codes, 'seen_by', whose.codes
    )) made
"""
_ANALYSED = """
WITH analysed AS (
    UPDATE custody_exhibit SET concerned = concerned || ARRAY['LAB', 'LAB/DRUGS']::varchar[],
                               seen_by = seen_by || ARRAY['LAB', 'LAB/DRUGS']::varchar[]
    WHERE id IN (SELECT md5('exhibit ' || 11 + n * 20)::uuid FROM generate_series(0, %(analysed)s - 1) n)
    RETURNING seizure_id
)
UPDATE custody_seizure SET seen_by = seen_by || ARRAY['LAB', 'LAB/DRUGS']::varchar[]
WHERE id IN (SELECT seizure_id FROM analysed)
"""
_SEALS = """
INSERT INTO custody_seal (number, seal_class, exhibit_id, applied_at)
SELECT 'HS-' || n, 'H', md5('exhibit ' || n)::uuid, now() FROM generate_series(%(start)s::int, %(end)s::int) n
"""
_CLOCKS = """
INSERT INTO custody_clock
SELECT made.* FROM (SELECT c FROM custody_clock c WHERE name = 'harmless' AND warn_at IS NOT NULL ORDER BY id LIMIT 1) known (c),
    generate_series(%(start)s::int, %(end)s::int) n,
    LATERAL jsonb_populate_record(known.c, jsonb_build_object(
        'id', md5('clock ' || n.n)::uuid, 'exhibit_id', md5('exhibit ' || n.n)::uuid,
        'due_at', now() + n.n * interval '1 second', 'next_at', now() + n.n * interval '1 second',
        'stopped_at', CASE WHEN n.n < %(live)s THEN NULL ELSE now() END
    )) made
"""
_FLAGS = """
INSERT INTO custody_flag (id, exhibit_id, clock_id, clock_name, cause, level, fell_due_at, raised_at, resolved_at,
                          head, version)
SELECT md5('flag ' || n)::uuid, md5('exhibit ' || n)::uuid, md5('clock ' || n)::uuid, 'harmless', 'limit', 'due',
    now() - n * interval '1 minute', now(), CASE WHEN n < %(flagged)s THEN NULL ELSE now() END, repeat('0', 64), 1
FROM generate_series(%(start)s::int, %(end)s::int) n
"""


def grow(admin: psycopg.Connection, known: str, start: int, end: int) -> None:
    """Make the exhibits numbered from start up to end (multiples of 40), with seizures, seals, clocks and flags.

    Args:
        admin: a superuser's; checks of references are left out.
        known: label of the exhibit whose columns the others take.
    """
    told = {"start": start, "end": end - 1, "known": known, "live": LIVE, "flagged": FLAGGED}
    admin.execute("SET session_replication_role = replica")
    admin.execute(_SEIZURES, told | {"start": start // 40, "end": end // 40 - 1})
    for statement in (_EXHIBITS, _SEALS, _CLOCKS, _FLAGS):
        admin.execute(statement.encode(), told)
    if start == 0:
        admin.execute(_ANALYSED, {"analysed": ANALYSED})
    admin.execute("RESET session_replication_role")
    admin.execute("VACUUM ANALYZE")
