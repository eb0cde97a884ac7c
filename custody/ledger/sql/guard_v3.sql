-- What outside authorities said stays as they said it. Never edited after a release.
CREATE TRIGGER timestamp_append_only BEFORE UPDATE OR DELETE ON public.custody_timestamp
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER timestamp_never_emptied BEFORE TRUNCATE ON public.custody_timestamp
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
ALTER TABLE public.custody_timestamp ENABLE ALWAYS TRIGGER timestamp_append_only;
ALTER TABLE public.custody_timestamp ENABLE ALWAYS TRIGGER timestamp_never_emptied;
