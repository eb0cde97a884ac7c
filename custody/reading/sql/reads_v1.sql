-- The read log: one partition a month, made a year ahead, and a default one so that no reader is ever turned away
-- for want of a table. Nothing in it changes: a month is dropped whole when its time is over.
CREATE TABLE public.custody_read (
    id uuid NOT NULL,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    badge varchar(24) NOT NULL,
    unit varchar(48) NOT NULL,
    agency varchar(24) NOT NULL,
    action varchar(12) NOT NULL CHECK (action IN
        ('collection', 'alteration', 'consultation', 'disclosure', 'combination', 'erasure')),
    route varchar(120) NOT NULL,
    relation varchar(8) NOT NULL,
    purpose varchar(16),
    objects_shown uuid[] NOT NULL,
    recipients varchar(200),
    PRIMARY KEY (read_at, id)
) PARTITION BY RANGE (read_at);
CREATE TABLE public.custody_read_default PARTITION OF public.custody_read DEFAULT;
-- what the officers of an agency read, newest first
CREATE INDEX read_agency ON public.custody_read (agency, read_at);
-- who saw this thing
CREATE INDEX read_objects ON public.custody_read USING gin (objects_shown);
-- what one officer read lately: alerts, and refreshing pages
CREATE INDEX read_badge ON public.custody_read (badge, read_at);

CREATE FUNCTION public.reads_refuse() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RAISE EXCEPTION 'the read log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'CU020';
END
$function$;

CREATE FUNCTION public.reads_stamp() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF abs(extract(epoch FROM clock_timestamp() - NEW.read_at)) > 60 THEN
        RAISE EXCEPTION 'a read is logged when it happens' USING ERRCODE = 'CU021';
    END IF;
    RETURN NEW;
END
$function$;

CREATE TRIGGER read_append_only BEFORE UPDATE OR DELETE ON public.custody_read
    FOR EACH ROW EXECUTE FUNCTION public.reads_refuse();
CREATE TRIGGER read_dated_now BEFORE INSERT ON public.custody_read
    FOR EACH ROW EXECUTE FUNCTION public.reads_stamp();
CREATE TRIGGER read_never_emptied BEFORE TRUNCATE ON public.custody_read
    FOR EACH STATEMENT EXECUTE FUNCTION public.reads_refuse();
CREATE TRIGGER read_default_never_emptied BEFORE TRUNCATE ON public.custody_read_default
    FOR EACH STATEMENT EXECUTE FUNCTION public.reads_refuse();
ALTER TABLE public.custody_read ENABLE ALWAYS TRIGGER read_append_only;
ALTER TABLE public.custody_read ENABLE ALWAYS TRIGGER read_dated_now;
ALTER TABLE public.custody_read ENABLE ALWAYS TRIGGER read_never_emptied;
ALTER TABLE public.custody_read_default ENABLE ALWAYS TRIGGER read_append_only;
ALTER TABLE public.custody_read_default ENABLE ALWAYS TRIGGER read_dated_now;
ALTER TABLE public.custody_read_default ENABLE ALWAYS TRIGGER read_default_never_emptied;

-- Partitions for this month and so many after it; those that stand stay. Called by the owner, with every migration.
CREATE FUNCTION public.make_read_partitions(ahead integer) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    first timestamptz;
    name text;
    made integer := 0;
BEGIN
    FOR month IN 0 .. ahead LOOP
        first := date_trunc('month', clock_timestamp(), 'UTC') + make_interval(months => month);
        name := 'custody_read_' || to_char(first AT TIME ZONE 'UTC', 'YYYYMM');
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.custody_read FOR VALUES FROM (%L) TO (%L)',
            name, first, first + interval '1 month');
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION public.reads_refuse()', name);
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER never_emptied', name);
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER read_append_only', name);
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER read_dated_now', name);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$function$;
REVOKE ALL ON FUNCTION public.make_read_partitions(integer) FROM PUBLIC;
