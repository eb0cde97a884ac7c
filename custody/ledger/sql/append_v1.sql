-- The only way into the ledger. Never edited after a release: a change is append_v2.sql.
--
-- Callers hold nothing on custody_entry but SELECT; this function runs as its owner. The lock is a row that nobody
-- else may touch, so that no other login can stop the record. It is held to the end of the caller's transaction, so
-- the order of seq is the order of commits, and a rollback leaves no gap. It is never updated: with a snapshot open
-- anywhere, a row that every append updates slows down without end.
CREATE TABLE public.custody_append_lock (one boolean PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO public.custody_append_lock DEFAULT VALUES;

CREATE FUNCTION public.ledger_append(bodies bytea[], simulated_at text DEFAULT NULL)
RETURNS TABLE (seq bigint, recorded_at timestamptz)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    last_seq bigint;
    last_at timestamptz;
    body bytea;
    told jsonb;
    kind text;
    subject_type text;
    subject_id text;
    previous bytea;
    expected bytea;
    opened jsonb;
    events jsonb[] := '{}';
    number integer;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'appends need read committed' USING ERRCODE = 'CU002';
    END IF;
    FOREACH body IN ARRAY bodies LOOP
        events := events || public.ledger_event(body);
    END LOOP;
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
    seq := coalesce(last_seq, -1);
    FOR number IN 1 .. cardinality(bodies) LOOP
        body := bodies[number];
        told := events[number];
        kind := told ->> 'kind';
        subject_type := told -> 'subject' ->> 'type';
        subject_id := told -> 'subject' ->> 'id';
        IF (told ->> 'occurred_at')::timestamptz > recorded_at + interval '2 minutes' THEN
            RAISE EXCEPTION 'it has not happened yet' USING ERRCODE = 'CU002';
        END IF;
        seq := seq + 1;
        IF seq = 0 AND kind <> 'ledger.opened' THEN
            RAISE EXCEPTION 'the first event opens the ledger' USING ERRCODE = 'CU003';
        END IF;
        IF seq > 0 AND kind = 'ledger.opened' THEN
            RAISE EXCEPTION 'the ledger is open' USING ERRCODE = 'CU004';
        END IF;
        previous := decode(told ->> 'previous', 'hex');
        SELECT e.leaf INTO expected FROM public.custody_entry e
        WHERE e.subject_type = told -> 'subject' ->> 'type' AND e.subject_id = told -> 'subject' ->> 'id'
        ORDER BY e.seq DESC LIMIT 1;
        IF previous IS DISTINCT FROM expected THEN
            RAISE EXCEPTION '% % follows %, not %', subject_type, subject_id,
                coalesce(encode(expected, 'hex'), 'nothing'), coalesce(encode(previous, 'hex'), 'nothing')
                USING ERRCODE = 'CU001';
        END IF;
        INSERT INTO public.custody_entry (seq, event_id, act_id, kind, subject_type, subject_id, actor,
                                          occurred_at, recorded_at, previous, leaf, body)
        VALUES (seq, (told ->> 'id')::uuid, (told ->> 'act_id')::uuid, kind, subject_type, subject_id,
                told -> 'actor' ->> 'badge', (told ->> 'occurred_at')::timestamptz, recorded_at, previous,
                sha256('\x00'::bytea || body), body);
        RETURN NEXT;
    END LOOP;
END
$function$;

REVOKE ALL ON FUNCTION public.ledger_event(bytea), public.ledger_person(jsonb), public.ledger_canonical(jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ledger_append(bytea[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.ledger_append(bytea[], text) TO custody_app;
