-- What an event is, told again in the database: whatever could read as two things, or as none, is refused before it
-- is part of a ledger that nobody can mend. Never edited after a release.

-- The canonical text (RFC 8785) of what events hold: integers of 16 digits at most, no fractions; keys are ASCII.
CREATE FUNCTION public.ledger_canonical(told jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- Only what holds something is asked for by a call of its own: calls are what this costs.
    IF jsonb_typeof(told) = 'object' THEN
        RETURN (SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || CASE
                WHEN jsonb_typeof(value) IN ('object', 'array') THEN public.ledger_canonical(value)
                WHEN jsonb_typeof(value) <> 'number' OR value::text ~ '^-?[0-9]{1,16}$' THEN value::text
            END, ',' ORDER BY key COLLATE "C"), '') || '}' FROM jsonb_each(told));
    ELSIF jsonb_typeof(told) = 'array' THEN
        RETURN (SELECT '[' || coalesce(string_agg(CASE
                WHEN jsonb_typeof(value) IN ('object', 'array') THEN public.ledger_canonical(value)
                WHEN jsonb_typeof(value) <> 'number' OR value::text ~ '^-?[0-9]{1,16}$' THEN value::text
            END, ',' ORDER BY ordinality), '') || ']'
            FROM jsonb_array_elements(told) WITH ORDINALITY);
    END IF;
    RETURN told::text;
END
$function$;

CREATE FUNCTION public.ledger_person(told jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT coalesce(told = jsonb_build_object(
        'agency', told ->> 'agency', 'badge', told ->> 'badge', 'unit', told ->> 'unit'), false)
        AND NOT told @? '$.* ? (@ == null)'
$function$;

-- The event that these bytes are, or CU002 with what is wrong.
CREATE FUNCTION public.ledger_event(body bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    body_text text;
    told jsonb;
    wrong text;
BEGIN
    IF body IS NULL OR octet_length(body) > 1048576 THEN
        RAISE EXCEPTION 'an event has at most 1,048,576 bytes' USING ERRCODE = 'CU002';
    END IF;
    body_text := convert_from(body, 'UTF8');
    told := body_text::jsonb;
    IF public.ledger_canonical(told) IS DISTINCT FROM body_text THEN
        RAISE EXCEPTION 'the bytes are not canonical' USING ERRCODE = 'CU002';
    END IF;
    IF jsonb_typeof(told) <> 'object' OR (SELECT array_agg(key ORDER BY key COLLATE "C") FROM jsonb_object_keys(told) AS key)
        IS DISTINCT FROM ARRAY['act_id', 'actor', 'captured', 'confirmers', 'id', 'kind', 'late', 'nonce', 'occurred_at',
                               'payload', 'previous', 'schema', 'subject'] THEN
        RAISE EXCEPTION 'keys are missing or too many' USING ERRCODE = 'CU002';
    END IF;
    wrong := CASE
        WHEN told -> 'schema' <> '1'::jsonb THEN 'schema'
        WHEN jsonb_typeof(told -> 'id') <> 'string'
            OR told ->> 'id' !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN 'id'
        WHEN jsonb_typeof(told -> 'act_id') <> 'string'
            OR told ->> 'act_id' !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN 'act_id'
        WHEN jsonb_typeof(told -> 'kind') <> 'string' OR told ->> 'kind' !~ '^[a-z_]+\.[a-z_]+$' THEN 'kind'
        WHEN coalesce(told -> 'subject' <> jsonb_build_object(
                'id', told -> 'subject' ->> 'id', 'type', told -> 'subject' ->> 'type'), true)
            OR told -> 'subject' @? '$.* ? (@ == null)' THEN 'subject'
        WHEN NOT public.ledger_person(told -> 'actor') THEN 'actor'
        WHEN jsonb_typeof(told -> 'confirmers') <> 'array' THEN 'confirmers'
        WHEN EXISTS (SELECT FROM jsonb_array_elements(told -> 'confirmers') AS one
                     WHERE NOT public.ledger_person(one)) THEN 'confirmers'
        WHEN jsonb_typeof(told -> 'occurred_at') <> 'string'
            OR told ->> 'occurred_at' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$'
            THEN 'occurred_at'
        WHEN jsonb_typeof(told -> 'captured') NOT IN ('object', 'null') THEN 'captured'
        WHEN jsonb_typeof(told -> 'late') NOT IN ('object', 'null') THEN 'late'
        WHEN jsonb_typeof(told -> 'nonce') <> 'string' OR told ->> 'nonce' !~ '^[0-9a-f]{32}$' THEN 'nonce'
        WHEN told -> 'previous' <> 'null'::jsonb AND (jsonb_typeof(told -> 'previous') <> 'string'
            OR told ->> 'previous' !~ '^[0-9a-f]{64}$') THEN 'previous'
        WHEN jsonb_typeof(told -> 'payload') <> 'object' THEN 'payload'
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '% is not of its form', wrong USING ERRCODE = 'CU002';
    END IF;
    RETURN told;
END
$function$;
