-- As in seen_by_v1.sql, but what changed is found by one pass over each table of rows: joined to each other, a thousand
-- rows of a batch were compared with a thousand. Never edited after a release.
CREATE OR REPLACE FUNCTION public.exhibits_seen() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    changed uuid[];
    of_seizures uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id), array_agg(DISTINCT seizure_id) INTO changed, of_seizures FROM after;
    ELSE
        SELECT array_agg(id), array_agg(DISTINCT seizure_id) INTO changed, of_seizures FROM (
            SELECT id, seizure_id, concerned, within_id FROM after
            EXCEPT SELECT id, seizure_id, concerned, within_id FROM before) AS other;
    END IF;
    IF changed IS NOT NULL THEN
        PERFORM public.see(changed, of_seizures);
    END IF;
    RETURN NULL;
END
$function$;
