-- Seizures by when they were opened: how many, of how many units, and what these weighed when they were first weighed.
, weighed AS (
    SELECT DISTINCT ON (id) id, grams FROM states WHERE grams IS NOT NULL ORDER BY id, seq
), caught AS (
    SELECT DISTINCT id FROM changes WHERE caught
), catches AS (
    SELECT
        floor(extract(epoch FROM seizure.opened_at - asked.begins_at) / asked.step)::integer AS part,
        count(DISTINCT seizure.id) AS seizures, count(*) AS units,
        count(*) FILTER (WHERE weighed.grams IS NULL) AS unweighed, coalesce(sum(weighed.grams), 0) AS grams
    FROM caught
    JOIN mine ON mine.id = caught.id
    JOIN custody_seizure seizure ON seizure.id = mine.seizure_id
    LEFT JOIN weighed ON weighed.id = caught.id
    CROSS JOIN asked
    WHERE seizure.opened_at >= asked.begins_at AND seizure.opened_at < asked.ends_at
    GROUP BY part
)
