-- How the database stands guard, a line a fact: what custody_facts.txt says of a database as this release leaves it.
WITH objects AS (
    SELECT c.oid, c.relname::text AS name, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relpersistence
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f')
), routines AS (
    SELECT p.oid, format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) AS name, p.proowner, p.proacl
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
), grants AS (
    SELECT one.name, told.privilege_type, told.grantee, told.is_grantable, one.relowner AS owner
    FROM objects one, aclexplode(one.relacl) told
    UNION ALL
    SELECT format('%s.%s', one.name, a.attname), told.privilege_type, told.grantee, told.is_grantable, one.relowner
    FROM objects one JOIN pg_attribute a ON a.attrelid = one.oid, aclexplode(a.attacl) told
    UNION ALL
    SELECT one.name, told.privilege_type, told.grantee, told.is_grantable, one.proowner
    FROM routines one, aclexplode(coalesce(one.proacl, acldefault('f', one.proowner))) told
    UNION ALL
    SELECT 'schema ' || n.nspname, told.privilege_type, told.grantee, told.is_grantable, n.nspowner
    FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) told WHERE n.nspname = 'public'
    UNION ALL
    -- who may connect differs from place to place
    SELECT 'database', told.privilege_type, told.grantee, told.is_grantable, d.datdba
    FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) told
    WHERE d.datname = current_database() AND told.privilege_type <> 'CONNECT'
)
SELECT format('table %s belongs to %s%s%s', name, relowner::regrole, CASE WHEN relrowsecurity THEN ', row security' END,
              CASE WHEN relpersistence <> 'p' THEN ', not kept' END) FROM objects
UNION ALL
SELECT format('%s may %s %s%s', CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type, name,
              CASE WHEN is_grantable THEN ', and let others' END) FROM grants WHERE grantee <> owner
UNION ALL
SELECT format('function %s belongs to %s, %s', one.name, one.proowner::regrole,
              encode(sha256(convert_to(CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE pg_get_functiondef(one.oid) END, 'UTF8')), 'hex'))
FROM routines one JOIN pg_proc p USING (oid)
UNION ALL
SELECT format('trigger %s on %s fires %s, %s', t.tgname, one.name,
              CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'O' THEN 'not as a replica' WHEN 'R' THEN 'as a replica' ELSE 'never' END,
              pg_get_triggerdef(t.oid))
FROM objects one JOIN pg_trigger t ON t.tgrelid = one.oid WHERE NOT t.tgisinternal
UNION ALL
SELECT format('rule %s on %s', r.rulename, one.name) FROM objects one JOIN pg_rewrite r ON r.ev_class = one.oid
UNION ALL
SELECT format('event trigger %s', evtname) FROM pg_event_trigger
UNION ALL
SELECT format('%s %s', rolname, power)
FROM pg_roles, LATERAL (VALUES ('is a superuser', rolsuper), ('may create roles', rolcreaterole), ('may replicate', rolreplication),
    ('bypasses row security', rolbypassrls), ('may log in', rolcanlogin AND rolname = 'custody_owner')) AS powers (power, given)
WHERE rolname IN ('custody_owner', 'custody_app', 'custody_signer', 'custody_auditor') AND given
UNION ALL
-- one person, one part: who enters as one of them is none of the others
SELECT format('%s is a member of %s and of %s', rolname, a.part, b.part)
FROM pg_roles, unnest(ARRAY['custody_owner', 'custody_app', 'custody_signer', 'custody_auditor']) AS a (part),
    unnest(ARRAY['custody_owner', 'custody_app', 'custody_signer', 'custody_auditor']) AS b (part)
WHERE a.part < b.part AND NOT rolsuper AND NOT rolcreaterole
    AND pg_has_role(oid, a.part, 'MEMBER') AND pg_has_role(oid, b.part, 'MEMBER')
