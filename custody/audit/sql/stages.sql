-- What each unit was after each of its events, as the ledger tells: stage, container and mass, until the next event.
--
-- Begins every statement of the pictures. First stand the units that the reader may see, then what is asked. A unit one
-- of whose events was corrected comes folded already (custody.audit.stages): which events count is no matter for SQL.
--
-- told_at and told_until are these moments as they may be told to who is told of transports by their day: a transport
-- counts as of noon, or of the event nearest to noon that is none and lies between.
WITH RECURSIVE mine (id, seizure_id) AS ({visible}
), asked AS (
    SELECT
        %s::timestamptz AS begins_at, %s::timestamptz AS ends_at, %s::timestamptz AS frozen_at, %s::numeric AS step,
        %s::varchar[] AS ended
), mended AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb)
        AS told (id uuid, seq bigint, at timestamptz, caught boolean, way boolean, stage text, within text, grams numeric)
), told AS (
    SELECT
        mine.id, entry.seq, entry.occurred_at AS at, entry.kind,
        -- most of the bytes need not be opened
        CASE WHEN entry.kind = ANY (%s::varchar[]) THEN convert_from(entry.body, 'UTF8')::jsonb -> 'payload' END AS payload,
        %s::jsonb ->> entry.kind AS target
    FROM mine, custody_entry entry
    WHERE entry.subject_type = 'exhibit' AND entry.subject_id = mine.id::text
      AND entry.kind = ANY (%s::varchar[]) AND entry.seq < %s
      AND NOT EXISTS (SELECT FROM mended WHERE mended.id = mine.id)
    OFFSET 0  -- so that bytes are opened once
), changes AS (
    SELECT
        id, seq, at, kind = 'exhibit.intercepted' AS caught, kind = ANY (%s::varchar[]) AS way,
        CASE
            WHEN payload ? 'exhibit' THEN payload #>> '{exhibit,stage}'
            WHEN kind = 'exhibit.unpacked' THEN CASE WHEN payload ? 'container' THEN payload ->> 'stage' END
            WHEN kind = 'exhibit.consumed' AND NOT (payload ->> 'used_up')::boolean THEN NULL
            ELSE target
        END AS stage,
        CASE kind
            WHEN 'exhibit.packed' THEN payload ->> 'container'
            WHEN 'exhibit.unpacked' THEN CASE WHEN payload ? 'container' THEN '' END
        END AS within,
        CASE
            WHEN payload ? 'exhibit' THEN payload #>> '{exhibit,reading,gross_grams}'
            ELSE payload #>> '{reading,gross_grams}'
        END::numeric AS grams
    FROM told
    UNION ALL
    SELECT id, seq, at, caught, way, stage, within, grams FROM mended
), carried AS (
    -- the last word on each: the greatest number with what was said under it
    SELECT
        id, seq, at, way,
        lead(at, 1, 'infinity'::timestamptz) OVER own AS until,
        CASE
            WHEN way THEN greatest(
                max(at) FILTER (WHERE NOT way) OVER own,
                least(
                    -- what happens at midnight belongs to the day that ends
                    date_trunc('day', at - interval '1 microsecond', 'UTC') + interval '12 hours',
                    min(at) FILTER (WHERE NOT way) OVER (own ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
                    (SELECT frozen_at FROM asked)
                )
            )
            ELSE at
        END AS told_at,
        max(lpad(seq::text, 15, '0') || stage COLLATE "C") OVER own AS stage,
        max(lpad(seq::text, 15, '0') || within COLLATE "C") OVER own AS within,
        max(lpad(seq::text, 15, '0') || grams::text COLLATE "C") OVER own AS grams
    FROM changes
    WINDOW own AS (PARTITION BY id ORDER BY seq)
), states AS (
    SELECT
        id, seq, at, until, way, told_at,
        lead(told_at, 1, 'infinity'::timestamptz) OVER (PARTITION BY id ORDER BY seq) AS told_until,
        substr(stage, 16) AS stage, nullif(substr(within, 16), '')::uuid AS within, substr(grams, 16)::numeric AS grams
    FROM carried
)
