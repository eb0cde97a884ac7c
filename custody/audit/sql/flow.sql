-- From which stage to which units went in a period, and how long they had been in the first one. A unit that is put into
-- a container goes nowhere of its own until it is taken out. Of how many seizures they were is told where a transport
-- brought them there or took them away; else by how long that took one could tell when.
, own AS (
    SELECT id, seq, at, way, grams, CASE WHEN within IS NULL THEN stage ELSE 'packed' END AS stage FROM states
), turns AS (
    SELECT *, lag(stage) OVER (PARTITION BY id ORDER BY seq) AS was FROM own
), moves AS (
    SELECT
        id, was, stage, at, grams,
        way OR coalesce(lag(way) OVER own, false) AS way,
        extract(epoch FROM at - lag(at) OVER own) AS seconds
    FROM turns WHERE was IS DISTINCT FROM stage
    WINDOW own AS (PARTITION BY id ORDER BY seq)
), flow AS (
    SELECT
        was, stage, count(*) AS units, count(DISTINCT seizure_id) FILTER (WHERE way) AS driven, coalesce(sum(grams), 0) AS grams,
        floor(percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds))::bigint AS median_seconds,
        floor(percentile_disc(0.95) WITHIN GROUP (ORDER BY seconds))::bigint AS p95_seconds
    FROM moves JOIN mine ON mine.id = moves.id CROSS JOIN asked
    WHERE at >= asked.begins_at AND at < asked.ends_at AND at <= asked.frozen_at
    GROUP BY was, stage
)
