-- A key that was retired stays so. Never edited after a release.
CREATE TRIGGER retired_key_append_only BEFORE UPDATE OR DELETE ON public.custody_log_key_retired
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER retired_key_never_emptied BEFORE TRUNCATE ON public.custody_log_key_retired
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
ALTER TABLE public.custody_log_key_retired ENABLE ALWAYS TRIGGER retired_key_append_only;
ALTER TABLE public.custody_log_key_retired ENABLE ALWAYS TRIGGER retired_key_never_emptied;
