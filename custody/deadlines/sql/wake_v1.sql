-- Whoever sleeps until the next limit hears when limits move. Many notices of one transaction are one.
CREATE FUNCTION public.deadlines_wake() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    PERFORM pg_notify('custody_clocks', '');
    RETURN NULL;
END
$function$;

CREATE TRIGGER clock_wakes_watchers AFTER INSERT OR UPDATE OF next_at, set_aside_at ON public.custody_clock
    FOR EACH STATEMENT EXECUTE FUNCTION public.deadlines_wake();
