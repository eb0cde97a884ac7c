-- What each session burnt, and is yet to burn: the gross of its units, or of what is in one that nobody weighed.
WITH mine (id) AS ({visible}
), units AS (
    SELECT session.id AS session_id, unit AS id, unit = ANY (session.burnt) AS burnt
    FROM mine JOIN custody_session session USING (id), unnest(session.units || session.burnt) unit
    GROUP BY session.id, unit, burnt
), loads AS (
    SELECT
        units.session_id, units.burnt,
        coalesce(
            exhibit.gross_grams,
            (SELECT sum(inner_one.gross_grams) FROM custody_exhibit inner_one WHERE inner_one.within_id = exhibit.id)
        ) AS grams
    FROM units JOIN custody_exhibit exhibit ON exhibit.id = units.id
)
SELECT
    session.id, session.plant_id, session.starts_at, session.state, session.requisitioned, session.cap_grams,
    coalesce(sum(loads.grams) FILTER (WHERE loads.burnt), 0),
    coalesce(sum(loads.grams) FILTER (WHERE NOT loads.burnt AND session.state = ANY (%s)), 0)
FROM mine JOIN custody_session session USING (id) LEFT JOIN loads ON loads.session_id = session.id
GROUP BY session.id
ORDER BY session.starts_at, session.id
