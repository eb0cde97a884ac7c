-- Kilogram-hours in store within a quarter: by lane, and by week and unit within it.
--
-- A stay is a clock that began with exhibit.stored. Its mass is the gross of the unit as it was last recorded, or of
-- what is in it where a container was never weighed. A transport that ended it counts as of noon, as in stages.sql: by the
-- hours of one unit one could tell when it was fetched.
WITH stays AS (
    SELECT
        exhibit.lane, exhibit.seizure_id, clock.id,
        coalesce(nullif(convert_from(beginning.body, 'UTF8')::jsonb #>> '{actor,unit}', ''), exhibit.custodian_unit) AS unit,
        clock.started_at,
        CASE
            WHEN ending.kind = ANY (%(ways)s) THEN greatest(
                clock.started_at,
                least(date_trunc('day', clock.stopped_at - interval '1 microsecond', 'UTC') + interval '12 hours', %(frozen_at)s)
            )
            ELSE coalesce(clock.stopped_at, %(frozen_at)s)
        END AS ended_at,
        coalesce(
            exhibit.gross_grams,
            (SELECT sum(inner_one.gross_grams) FROM custody_exhibit inner_one WHERE inner_one.within_id = exhibit.id)
        ) AS grams
    FROM custody_clock clock
    JOIN custody_exhibit exhibit ON exhibit.id = clock.exhibit_id
    LEFT JOIN custody_entry beginning ON beginning.event_id = clock.started_by
    LEFT JOIN custody_entry ending ON ending.event_id = clock.stopped_by
    WHERE clock.name = %(clock)s
      AND clock.started_at < least(%(ends_at)s, %(frozen_at)s)
      AND (clock.stopped_at IS NULL OR clock.stopped_at > %(begins_at)s)
      AND clock.standing = 'own' AND exhibit.stage <> 'void'
      AND exhibit.seen_by @> ARRAY[%(agency)s]::varchar[]
      AND NOT (clock.borrowed AND ending.kind IS NOT DISTINCT FROM 'exhibit.unpacked')
), parts AS (
    SELECT
        stays.*,
        to_char(monday AT TIME ZONE 'UTC', 'IYYY"-W"IW') AS week,
        extract(epoch FROM least(ended_at, monday + interval '168 hours') - greatest(started_at, monday)) / 3600 AS hours
    FROM stays, generate_series(%(begins_at)s, %(ends_at)s - interval '1 hour', interval '168 hours') monday
    WHERE started_at < monday + interval '168 hours' AND ended_at > monday
)
SELECT
    CASE GROUPING(week, unit) WHEN 1 THEN 'week' WHEN 2 THEN 'unit' ELSE 'quarter' END AS by,
    coalesce(week, unit) AS key,
    lane,
    count(DISTINCT seizure_id) AS seizures,
    count(DISTINCT id) AS stays,
    count(DISTINCT id) FILTER (WHERE grams IS NULL) AS unweighed,
    round(coalesce(sum(grams / 1000 * hours), 0), 1) AS kilogram_hours
FROM parts
GROUP BY GROUPING SETS ((lane), (lane, week), (lane, unit))
ORDER BY by, lane, key
