-- Erasing. The event that says so is what erases: where `content.erased` enters the ledger, what it names is dropped
-- in the same statement, and nothing else ever drops it. Never edited after a release.

-- A text goes whole, once, and only under an event that names its commitment. Fires ALWAYS, for the owner too.
CREATE FUNCTION public.disclosure_guard() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.salt IS NULL AND NEW.text IS NULL
            AND (NEW.commitment, NEW.name, NEW.event_id, NEW.recorded_at)
                IS NOT DISTINCT FROM (OLD.commitment, OLD.name, OLD.event_id, OLD.recorded_at)
            AND EXISTS (SELECT FROM public.custody_entry e WHERE e.subject_type = 'content'
                        AND e.subject_id = OLD.commitment AND e.kind = 'content.erased') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'CU010';
END
$function$;
DROP TRIGGER disclosure_append_only ON public.custody_disclosure;
CREATE TRIGGER disclosure_append_only BEFORE UPDATE OR DELETE ON public.custody_disclosure
    FOR EACH ROW EXECUTE FUNCTION public.disclosure_guard();
ALTER TABLE public.custody_disclosure ENABLE ALWAYS TRIGGER disclosure_append_only;

-- An attachment that an event names stays on record; its bytes are dropped by whoever runs after the commit.
CREATE FUNCTION public.attachment_guard() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.event_id IS NULL THEN
            RETURN OLD;
        END IF;
    ELSIF (NEW.sha256, NEW.kind, NEW.media_type, NEW.size, NEW.uploaded_at)
            IS NOT DISTINCT FROM (OLD.sha256, OLD.kind, OLD.media_type, OLD.size, OLD.uploaded_at) THEN
        IF OLD.event_id IS NULL AND NEW.erased_at IS NULL THEN
            RETURN NEW;
        END IF;
        IF NEW.event_id = OLD.event_id AND OLD.erased_at IS NULL AND EXISTS (
            SELECT FROM public.custody_entry e WHERE e.subject_type = 'content'
            AND e.subject_id = OLD.sha256 AND e.kind = 'content.erased') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what an event names stays: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'CU010';
END
$function$;
CREATE TRIGGER attachment_stays BEFORE UPDATE OR DELETE ON public.custody_attachment
    FOR EACH ROW EXECUTE FUNCTION public.attachment_guard();
ALTER TABLE public.custody_attachment ENABLE ALWAYS TRIGGER attachment_stays;

-- Drops what the event names. A text goes from beside the ledger and from the proposal and the alert that held it
-- too; of a proposal that came to nothing, the fields that the event names go.
CREATE FUNCTION public.ledger_erase() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    told jsonb := convert_from(NEW.body, 'UTF8')::jsonb -> 'payload';
    lost text;
    origin uuid;
    deed uuid;
    gone integer := 0;
BEGIN
    IF NEW.subject_type = 'content' AND told ->> 'what' = 'text' THEN
        SELECT d.text, d.event_id INTO lost, origin FROM public.custody_disclosure d
        WHERE d.commitment = NEW.subject_id;
        UPDATE public.custody_disclosure d SET salt = NULL, text = NULL, erased_at = NEW.occurred_at
        WHERE d.commitment = NEW.subject_id AND d.erased_at IS NULL;
        GET DIAGNOSTICS gone = ROW_COUNT;
        SELECT e.act_id INTO deed FROM public.custody_entry e WHERE e.event_id = origin;
        UPDATE public.custody_proposal p SET late_reason = nullif(p.late_reason, lost), command = (
            SELECT coalesce(jsonb_object_agg(key, CASE WHEN value = to_jsonb(lost) THEN 'null' ELSE value END), '{}')
            FROM jsonb_each(p.command))
        WHERE p.act_id = deed;
        UPDATE public.custody_read_alert a SET finding = ''
        FROM public.custody_entry e
        WHERE e.event_id = origin AND e.subject_type = 'alert' AND a.id = e.subject_id::uuid;
    ELSIF NEW.subject_type = 'content' AND told ->> 'what' = 'attachment' THEN
        UPDATE public.custody_attachment a SET erased_at = NEW.occurred_at
        WHERE a.sha256 = NEW.subject_id AND a.event_id IS NOT NULL AND a.erased_at IS NULL;
        GET DIAGNOSTICS gone = ROW_COUNT;
    ELSIF NEW.subject_type = 'content' AND told ->> 'what' = 'proposal' THEN
        UPDATE public.custody_proposal p SET late_reason = NULL, command = p.command || (
            SELECT coalesce(jsonb_object_agg(field, NULL), '{}') FROM jsonb_array_elements_text(told -> 'fields') AS field)
        WHERE p.act_id = NEW.subject_id::uuid AND p.state IN ('refused', 'lapsed');
        GET DIAGNOSTICS gone = ROW_COUNT;
    END IF;
    IF gone <> 1 THEN
        RAISE EXCEPTION 'there is nothing of it to erase' USING ERRCODE = 'CU002';
    END IF;
    RETURN NULL;
END
$function$;
CREATE TRIGGER entry_erases AFTER INSERT ON public.custody_entry
    FOR EACH ROW WHEN (NEW.kind = 'content.erased') EXECUTE FUNCTION public.ledger_erase();
ALTER TABLE public.custody_entry ENABLE ALWAYS TRIGGER entry_erases;
REVOKE ALL ON FUNCTION public.ledger_erase(), public.disclosure_guard(), public.attachment_guard() FROM PUBLIC;
