-- Nothing in the ledger is changed or removed, not even by its owner: the triggers fire ALWAYS, also for a
-- session that poses as a replica. Only who may drop them gets past them, and leaves a chain that does not fit.
CREATE FUNCTION public.ledger_refuse() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'CU010';
END
$function$;

CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON public.custody_entry
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER entry_never_emptied BEFORE TRUNCATE ON public.custody_entry
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER disclosure_append_only BEFORE UPDATE OR DELETE ON public.custody_disclosure
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER disclosure_never_emptied BEFORE TRUNCATE ON public.custody_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER lock_stays BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.custody_append_lock
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
ALTER TABLE public.custody_append_lock ENABLE ALWAYS TRIGGER lock_stays;
ALTER TABLE public.custody_entry ENABLE ALWAYS TRIGGER entry_append_only;
ALTER TABLE public.custody_entry ENABLE ALWAYS TRIGGER entry_never_emptied;
ALTER TABLE public.custody_disclosure ENABLE ALWAYS TRIGGER disclosure_append_only;
ALTER TABLE public.custody_disclosure ENABLE ALWAYS TRIGGER disclosure_never_emptied;
