-- What events are, told for all that are appended together in one statement, at a quarter of the cost. The canonical
-- text of an event is put together from its thirteen parts, each in the one form that it may have: equal to the bytes,
-- it says that no part is missing, too many, of another type, told twice or in another place. Never edited after a release.

-- The canonical text (RFC 8785) of what events hold: integers that every reader keeps exact, no fractions; keys are ASCII.
-- What is none gives a text that is not the bytes'.
CREATE OR REPLACE FUNCTION public.ledger_canonical(told jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- Only what holds something is asked for by a call of its own: calls are what this costs.
    IF jsonb_typeof(told) = 'object' THEN
        RETURN (SELECT '{' || coalesce(string_agg(
                CASE WHEN octet_length(key) = length(key) THEN to_json(key)::text || ':' || CASE
                    WHEN jsonb_typeof(value) IN ('object', 'array') THEN public.ledger_canonical(value)
                    WHEN jsonb_typeof(value) <> 'number' OR public.ledger_exact(value) THEN value::text
                END END, ',' ORDER BY key COLLATE "C"), '') || '}' FROM jsonb_each(told));
    ELSIF jsonb_typeof(told) = 'array' THEN
        RETURN (SELECT '[' || coalesce(string_agg(CASE
                WHEN jsonb_typeof(value) IN ('object', 'array') THEN public.ledger_canonical(value)
                WHEN jsonb_typeof(value) <> 'number' OR public.ledger_exact(value) THEN value::text
            END, ',' ORDER BY ordinality), '') || ']'
            FROM jsonb_array_elements(told) WITH ORDINALITY);
    END IF;
    RETURN told::text;
END
$function$;

-- Whether a number is an integer that every reader of JSON keeps exact.
CREATE FUNCTION public.ledger_exact(told jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $function$
    SELECT told::text ~ '^-?[0-9]{1,16}$' AND abs(told::numeric) <= 9007199254740991
$function$;

-- The events that these bytes are, or CU002 with what is wrong with the first that is none.
CREATE FUNCTION public.ledger_events(bodies bytea[]) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    events jsonb[];
    wrong text;
BEGIN
    -- What a part is not, is null, and so is then the whole. OFFSET 0 has each worked out once.
    SELECT array_agg(one.told ORDER BY one.number),
        (array_agg(one.wrong ORDER BY one.number) FILTER (WHERE one.wrong IS NOT NULL))[1]
    INTO events, wrong
    FROM (
        SELECT number, told, CASE
            WHEN body_text IS NULL THEN 'an event has at most 1,048,576 bytes'
            WHEN (told ->> 'id')::uuid::text <> told ->> 'id' THEN 'id is not of its form'
            WHEN (told ->> 'act_id')::uuid::text <> told ->> 'act_id' THEN 'act_id is not of its form'
            WHEN told ->> 'kind' !~ '^[a-z_]+\.[a-z_]+$' THEN 'kind is not of its form'
            WHEN told ->> 'occurred_at' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$'
                THEN 'occurred_at is not of its form'
            WHEN told ->> 'nonce' !~ '^[0-9a-f]{32}$' THEN 'nonce is not of its form'
            WHEN told ->> 'previous' !~ '^[0-9a-f]{64}$' THEN 'previous is not of its form'
            WHEN ('{"act_id":"' || (told ->> 'act_id')
                || '","actor":{"agency":' || to_json(told -> 'actor' ->> 'agency')::text
                || ',"badge":' || to_json(told -> 'actor' ->> 'badge')::text
                || ',"unit":' || to_json(told -> 'actor' ->> 'unit')::text
                || '},"captured":' || CASE jsonb_typeof(told -> 'captured') WHEN 'null' THEN 'null'
                    WHEN 'object' THEN public.ledger_canonical(told -> 'captured') END
                || ',"confirmers":' || CASE told -> 'confirmers' WHEN '[]' THEN '[]' ELSE (
                    SELECT '[' || string_agg('{"agency":' || to_json(person ->> 'agency')::text
                        || ',"badge":' || to_json(person ->> 'badge')::text
                        || ',"unit":' || to_json(person ->> 'unit')::text || '}', ',' ORDER BY place) || ']'
                    FROM jsonb_array_elements(CASE jsonb_typeof(told -> 'confirmers') WHEN 'array' THEN told -> 'confirmers' END)
                        WITH ORDINALITY AS confirmer (person, place)) END
                || ',"id":"' || (told ->> 'id') || '","kind":"' || (told ->> 'kind')
                || '","late":' || CASE jsonb_typeof(told -> 'late') WHEN 'null' THEN 'null'
                    WHEN 'object' THEN public.ledger_canonical(told -> 'late') END
                || ',"nonce":"' || (told ->> 'nonce') || '","occurred_at":"' || (told ->> 'occurred_at')
                || '","payload":' || (
                    -- as ledger_canonical does, for what nearly all events hold
                    SELECT '{' || coalesce(string_agg(
                        CASE WHEN octet_length(a.key) = length(a.key) THEN to_json(a.key)::text || ':' || CASE jsonb_typeof(a.value)
                            WHEN 'object' THEN (
                                SELECT '{' || coalesce(string_agg(
                                    CASE WHEN octet_length(b.key) = length(b.key) THEN to_json(b.key)::text || ':' || CASE
                                        WHEN jsonb_typeof(b.value) IN ('object', 'array') THEN public.ledger_canonical(b.value)
                                        WHEN jsonb_typeof(b.value) <> 'number' OR public.ledger_exact(b.value) THEN b.value::text
                                    END END, ',' ORDER BY b.key COLLATE "C"), '') || '}'
                                FROM jsonb_each(a.value) AS b)
                            WHEN 'array' THEN public.ledger_canonical(a.value)
                            WHEN 'number' THEN CASE WHEN public.ledger_exact(a.value) THEN a.value::text END
                            ELSE a.value::text
                        END END, ',' ORDER BY a.key COLLATE "C"), '') || '}'
                    FROM jsonb_each(CASE jsonb_typeof(told -> 'payload') WHEN 'object' THEN told -> 'payload' END) AS a)
                || ',"previous":' || CASE told -> 'previous' WHEN 'null' THEN 'null' ELSE '"' || (told ->> 'previous') || '"' END
                || ',"schema":1,"subject":{"id":' || to_json(told -> 'subject' ->> 'id')::text
                || ',"type":' || to_json(told -> 'subject' ->> 'type')::text || '}}'
            ) IS DISTINCT FROM body_text THEN 'the bytes are not those of an event in canonical form'
        END AS wrong
        FROM unnest(bodies) WITH ORDINALITY AS given (body, number),
            LATERAL (SELECT CASE WHEN octet_length(body) <= 1048576 THEN convert_from(body, 'UTF8') END AS body_text OFFSET 0) AS read,
            LATERAL (SELECT body_text::jsonb AS told OFFSET 0) AS parsed
        OFFSET 0
    ) AS one;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong USING ERRCODE = 'CU002';
    END IF;
    RETURN events;
END
$function$;
