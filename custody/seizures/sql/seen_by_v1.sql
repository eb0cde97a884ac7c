-- Who may see an exhibit or a seizure, on its own row, so that one index answers. Events tell whom a thing concerns
-- (`concerned`); contents inherit by reading what concerns the containers around them, and a seizure what concerns
-- its exhibits. `seen_by` is that reading, done once when one of them changes, and not for every row at every question.
CREATE FUNCTION public.see(exhibits uuid[], seizures uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    WITH RECURSIVE up (id, within_id) AS (
        SELECT e.id, e.within_id FROM public.custody_exhibit e WHERE e.id = ANY (exhibits)
        UNION
        SELECT e.id, e.within_id FROM public.custody_exhibit e JOIN up ON e.id = up.within_id
    ), down (id, codes) AS (
        SELECT e.id, e.concerned::text[] FROM up JOIN public.custody_exhibit e USING (id) WHERE up.within_id IS NULL
        UNION ALL
        SELECT e.id, e.concerned::text[] || down.codes FROM public.custody_exhibit e JOIN down ON e.within_id = down.id
    ), told (id, codes) AS (
        SELECT id, ARRAY(SELECT DISTINCT code FROM unnest(codes) code ORDER BY code) FROM down
    )
    UPDATE public.custody_exhibit e SET seen_by = told.codes
    FROM told WHERE e.id = told.id AND e.seen_by::text[] IS DISTINCT FROM told.codes;

    IF seizures = '{}' THEN
        RETURN;
    END IF;
    -- Two acts on two exhibits of one seizure: the second reads what the first has committed.
    PERFORM FROM public.custody_seizure WHERE id = ANY (seizures) ORDER BY id FOR NO KEY UPDATE;
    WITH told (id, codes) AS (
        SELECT s.id, ARRAY(
            SELECT unnest(s.concerned::text[])
            UNION SELECT unnest(e.concerned::text[]) FROM public.custody_exhibit e WHERE e.seizure_id = s.id
            ORDER BY 1
        ) FROM public.custody_seizure s WHERE s.id = ANY (seizures)
    )
    UPDATE public.custody_seizure s SET seen_by = told.codes
    FROM told WHERE s.id = told.id AND s.seen_by::text[] IS DISTINCT FROM told.codes;
END
$function$;

CREATE FUNCTION public.exhibits_seen() RETURNS trigger
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
        SELECT array_agg(a.id), array_agg(DISTINCT a.seizure_id) INTO changed, of_seizures
        FROM after a JOIN before b USING (id)
        WHERE a.concerned <> b.concerned OR a.within_id IS DISTINCT FROM b.within_id;
    END IF;
    IF changed IS NOT NULL THEN
        PERFORM public.see(changed, of_seizures);
    END IF;
    RETURN NULL;
END
$function$;

CREATE TRIGGER exhibits_seen_new AFTER INSERT ON public.custody_exhibit
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.exhibits_seen();
CREATE TRIGGER exhibits_seen_changed AFTER UPDATE ON public.custody_exhibit
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.exhibits_seen();

CREATE FUNCTION public.seizure_seen() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM public.see('{}', ARRAY[NEW.id]);
    RETURN NULL;
END
$function$;

CREATE TRIGGER seizure_seen_new AFTER INSERT ON public.custody_seizure
    FOR EACH ROW EXECUTE FUNCTION public.seizure_seen();
CREATE TRIGGER seizure_seen_changed AFTER UPDATE OF concerned ON public.custody_seizure
    FOR EACH ROW WHEN (OLD.concerned <> NEW.concerned) EXECUTE FUNCTION public.seizure_seen();

-- A laboratory knows one exhibit in thousands: with fewer samples the planner takes it for one in fifty, and walks
-- through all labels to find it a page.
ALTER TABLE public.custody_exhibit ALTER COLUMN seen_by SET STATISTICS 500;
ALTER TABLE public.custody_seizure ALTER COLUMN seen_by SET STATISTICS 500;

-- What was there before.
UPDATE public.custody_exhibit SET seen_by = concerned;
SELECT public.see(ARRAY(SELECT within_id FROM public.custody_exhibit WHERE within_id IS NOT NULL),
                  ARRAY(SELECT id FROM public.custody_seizure));
