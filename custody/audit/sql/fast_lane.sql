-- The clocks that began in a quarter: by lane, and by week, unit and plant within it.
--
-- Clocks that a container took over are counted on the container, and one that it gave back on the unit alone.
-- percentile_disc is the nearest-rank method: the least time that the share of the clocks does not exceed.
WITH clocks AS (
    SELECT
        clock.name, exhibit.lane, exhibit.seizure_id,
        to_char(clock.started_at AT TIME ZONE 'UTC', 'IYYY"-W"IW') AS week,
        coalesce(nullif(convert_from(ending.body, 'UTF8')::jsonb #>> '{actor,unit}', ''), exhibit.custodian_unit) AS unit,
        plant.code AS plant,
        clock.stopped_at IS NOT NULL AS ended,
        clock.stopped_at <= clock.due_at AS kept,
        coalesce(clock.stopped_at > clock.due_at, clock.due_at <= %(frozen_at)s) AS late,
        extract(epoch FROM coalesce(clock.stopped_at, %(frozen_at)s) - clock.started_at) AS seconds
    FROM custody_clock clock
    JOIN custody_exhibit exhibit ON exhibit.id = clock.exhibit_id
    LEFT JOIN custody_entry ending ON ending.event_id = clock.stopped_by
    LEFT JOIN custody_place plant ON plant.code = exhibit.place_id AND plant.kind = 'plant'
    WHERE clock.started_at >= %(begins_at)s AND clock.started_at < %(ends_at)s
      AND clock.standing = 'own' AND exhibit.stage <> 'void'
      AND exhibit.seen_by @> ARRAY[%(agency)s]::varchar[]
      AND NOT (clock.borrowed AND ending.kind IS NOT DISTINCT FROM 'exhibit.unpacked')
)
SELECT
    part.by,
    part.key,
    name AS clock,
    lane,
    count(DISTINCT seizure_id) AS seizures,
    count(*) AS begun,
    count(*) FILTER (WHERE ended) AS ended,
    count(*) FILTER (WHERE kept) AS kept,
    count(*) FILTER (WHERE late) AS late,
    count(*) FILTER (WHERE late AND NOT ended) AS late_running,
    floor(percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE ended OR late))::bigint AS median_seconds,
    floor(percentile_disc(0.95) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE ended OR late))::bigint AS p95_seconds
FROM clocks
CROSS JOIN LATERAL (
    VALUES
        ('quarter', NULL), ('week', week), ('plant', plant),
        -- the bytes of an event are opened only where they are asked for
        ('unit', CASE WHEN 'unit' = ANY (%(by)s) THEN unit END)
) part (by, key)
WHERE part.by = ANY (%(by)s) AND (part.by <> 'plant' OR plant IS NOT NULL)
GROUP BY part.by, part.key, name, lane
ORDER BY by, clock, lane, key
