-- The only way into the ledger, as in append_v1.sql, with all that is appended together checked and written in one
-- statement each: whoever appends many holds the lock for half as long. Never edited after a release.
CREATE OR REPLACE FUNCTION public.ledger_append(bodies bytea[], simulated_at text DEFAULT NULL)
RETURNS TABLE (seq bigint, recorded_at timestamptz)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    last_seq bigint;
    last_at timestamptz;
    events jsonb[];
    leaves bytea[];
    opened jsonb;
    fault record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'appends need read committed' USING ERRCODE = 'CU002';
    END IF;
    events := public.ledger_events(bodies);
    leaves := ARRAY(SELECT sha256('\x00'::bytea || body) FROM unnest(bodies) WITH ORDINALITY AS given (body, number)
                    ORDER BY number);
    IF NOT isfinite(simulated_at::timestamptz) THEN
        RAISE EXCEPTION 'time ends' USING ERRCODE = 'CU002';
    END IF;
    PERFORM FROM public.custody_append_lock FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the append lock is gone' USING ERRCODE = 'CU002';
    END IF;
    -- Who freezes with the lock in hand loses it within a second. Where idling is not limited at all, as in tests
    -- that think within a transaction, it stays so.
    IF current_setting('idle_in_transaction_session_timeout') <> '0' THEN
        PERFORM set_config('idle_in_transaction_session_timeout', '1s', true);
    END IF;
    SELECT e.seq, e.recorded_at INTO last_seq, last_at
    FROM public.custody_entry e ORDER BY e.seq DESC LIMIT 1;
    IF simulated_at IS NULL THEN
        recorded_at := greatest(clock_timestamp(), last_at);
    ELSE
        IF last_seq IS NULL THEN
            opened := events[1];
        ELSE
            SELECT convert_from(e.body, 'UTF8')::jsonb INTO opened
            FROM public.custody_entry e WHERE e.seq = 0;
        END IF;
        IF coalesce(opened -> 'payload' ->> 'purpose', '') NOT IN ('demonstration', 'test') THEN
            RAISE EXCEPTION 'time is simulated' USING ERRCODE = 'CU005';
        END IF;
        recorded_at := greatest(simulated_at::timestamptz, last_at);
    END IF;
    last_seq := coalesce(last_seq, -1);
    -- An event follows the last of its subject: one that is appended here before it, or the last in the ledger.
    SELECT one.* INTO fault FROM (
        SELECT number, kind, subject_type, subject_id, occurred_at, previous, coalesce(
            lag(leaf) OVER (PARTITION BY subject_type, subject_id ORDER BY number),
            (SELECT e.leaf FROM public.custody_entry e
             WHERE e.subject_type = told.subject_type AND e.subject_id = told.subject_id
             ORDER BY e.seq DESC LIMIT 1)) AS expected
        FROM (
            SELECT number, leaf, event ->> 'kind' AS kind, event -> 'subject' ->> 'type' AS subject_type,
                event -> 'subject' ->> 'id' AS subject_id, (event ->> 'occurred_at')::timestamptz AS occurred_at,
                decode(event ->> 'previous', 'hex') AS previous
            FROM unnest(events, leaves) WITH ORDINALITY AS given (event, leaf, number)
        ) AS told
    ) AS one
    WHERE one.occurred_at > ledger_append.recorded_at + interval '2 minutes'
        OR (last_seq + one.number = 0) <> (one.kind = 'ledger.opened')
        OR one.previous IS DISTINCT FROM one.expected
    ORDER BY one.number LIMIT 1;
    IF FOUND THEN
        IF fault.occurred_at > recorded_at + interval '2 minutes' THEN
            RAISE EXCEPTION 'it has not happened yet' USING ERRCODE = 'CU002';
        ELSIF last_seq + fault.number = 0 AND fault.kind <> 'ledger.opened' THEN
            RAISE EXCEPTION 'the first event opens the ledger' USING ERRCODE = 'CU003';
        ELSIF last_seq + fault.number > 0 AND fault.kind = 'ledger.opened' THEN
            RAISE EXCEPTION 'the ledger is open' USING ERRCODE = 'CU004';
        END IF;
        RAISE EXCEPTION '% % follows %, not %', fault.subject_type, fault.subject_id,
            coalesce(encode(fault.expected, 'hex'), 'nothing'), coalesce(encode(fault.previous, 'hex'), 'nothing')
            USING ERRCODE = 'CU001';
    END IF;
    RETURN QUERY INSERT INTO public.custody_entry AS e (
        seq, event_id, act_id, kind, subject_type, subject_id, actor, occurred_at, recorded_at, previous, leaf, body)
    SELECT last_seq + number, (event ->> 'id')::uuid, (event ->> 'act_id')::uuid, event ->> 'kind',
        event -> 'subject' ->> 'type', event -> 'subject' ->> 'id', event -> 'actor' ->> 'badge',
        (event ->> 'occurred_at')::timestamptz, ledger_append.recorded_at, decode(event ->> 'previous', 'hex'), leaf, body
    FROM unnest(events, leaves, bodies) WITH ORDINALITY AS given (event, leaf, body, number)
    ORDER BY number
    RETURNING e.seq, e.recorded_at;
END
$function$;

DROP FUNCTION public.ledger_event(bytea), public.ledger_person(jsonb);
REVOKE ALL ON FUNCTION public.ledger_events(bytea[]), public.ledger_exact(jsonb) FROM PUBLIC;
