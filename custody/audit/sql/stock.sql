-- What came into and went out of each stage: units, mass, and mass times the seconds since the period began, so that
-- stock and the time that it lay there are sums of what is told here. Part -1 is what was there at the beginning. The
-- seconds are those of the moments that may be told.
, placed (id, at, until, told_at, told_until, stage, within, grams, unit) AS (
    SELECT id, at, until, told_at, told_until, stage, within, grams, true
    FROM states WHERE until > at OR told_until > told_at
    UNION ALL
    -- in a container that nobody weighed what is inside weighs, where the container is
    SELECT placed.id, greatest(placed.at, around.at), least(placed.until, around.until),
           greatest(placed.told_at, around.told_at), least(placed.told_until, around.told_until),
           around.stage, around.within, placed.grams, false
    FROM placed JOIN states around
      ON around.id = placed.within AND around.grams IS NULL
     AND (around.at < placed.until AND around.until > placed.at
          OR around.told_at < placed.told_until AND around.told_until > placed.told_at)
    WHERE placed.grams IS NOT NULL
), outermost AS (
    SELECT stage, unit, grams, at, until, told_at, told_until
    FROM placed, asked WHERE within IS NULL AND NOT stage = ANY (asked.ended)
), passages AS (
    SELECT stage, unit, grams, at, told_at, 1 AS sign FROM outermost
    UNION ALL
    SELECT stage, unit, grams, until, told_until, -1 FROM outermost WHERE until < 'infinity'
), dated AS (
    SELECT
        stage, unit, sign, sign * coalesce(grams, 0) AS grams,
        greatest(extract(epoch FROM at - asked.begins_at), 0) AS seconds,
        greatest(extract(epoch FROM told_at - asked.begins_at), 0) AS told_seconds, asked.step
    FROM passages, asked
    WHERE at <= least(asked.ends_at, asked.frozen_at)
), stock AS (
    SELECT
        (ceil(seconds / step) - 1)::integer AS part, stage,
        coalesce(sum(sign) FILTER (WHERE unit), 0) AS units, sum(grams) AS grams, sum(grams * told_seconds) AS gram_seconds
    FROM dated
    GROUP BY part, stage
)
