-- What outsiders hold us to is as little to be changed as the ledger itself. Never edited after a release.
ALTER TABLE public.custody_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TRIGGER tile_append_only BEFORE UPDATE OR DELETE ON public.custody_tile
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER tile_never_emptied BEFORE TRUNCATE ON public.custody_tile
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON public.custody_checkpoint
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER checkpoint_never_emptied BEFORE TRUNCATE ON public.custody_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER cosignature_append_only BEFORE UPDATE OR DELETE ON public.custody_cosignature
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER cosignature_never_emptied BEFORE TRUNCATE ON public.custody_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER log_key_append_only BEFORE UPDATE OR DELETE ON public.custody_log_key
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER log_key_never_emptied BEFORE TRUNCATE ON public.custody_log_key
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER disagreement_append_only BEFORE UPDATE OR DELETE ON public.custody_disagreement
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER disagreement_never_emptied BEFORE TRUNCATE ON public.custody_disagreement
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
ALTER TABLE public.custody_tile ENABLE ALWAYS TRIGGER tile_append_only;
ALTER TABLE public.custody_tile ENABLE ALWAYS TRIGGER tile_never_emptied;
ALTER TABLE public.custody_checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;
ALTER TABLE public.custody_checkpoint ENABLE ALWAYS TRIGGER checkpoint_never_emptied;
ALTER TABLE public.custody_cosignature ENABLE ALWAYS TRIGGER cosignature_append_only;
ALTER TABLE public.custody_cosignature ENABLE ALWAYS TRIGGER cosignature_never_emptied;
ALTER TABLE public.custody_log_key ENABLE ALWAYS TRIGGER log_key_append_only;
ALTER TABLE public.custody_log_key ENABLE ALWAYS TRIGGER log_key_never_emptied;
ALTER TABLE public.custody_disagreement ENABLE ALWAYS TRIGGER disagreement_append_only;
ALTER TABLE public.custody_disagreement ENABLE ALWAYS TRIGGER disagreement_never_emptied;
