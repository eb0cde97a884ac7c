-- Who may do what, in one place; run as the owner after every migration.
--
-- The app reads everything, adds and updates rows, and enters the ledger through ledger_append alone. It deletes
-- only what is housekeeping, and seals and clocks that a correction takes out.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM custody_app, custody_auditor, custody_signer, PUBLIC;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO custody_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO custody_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO custody_auditor;
REVOKE ALL ON custody_append_lock FROM custody_app, custody_auditor;
-- The read log is reached through its whole, and only grows.
DO $do$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'public.custody_read'::regclass LOOP
        EXECUTE format('REVOKE ALL ON %s FROM custody_app, custody_auditor', part);
    END LOOP;
END
$do$;
REVOKE UPDATE ON custody_read, custody_read_alert, custody_canary, custody_read_digest FROM custody_app;
GRANT UPDATE (reviewed_at, reviewed_by_id, finding) ON custody_read_alert TO custody_app;
GRANT DELETE ON custody_canary TO custody_app;
REVOKE SELECT ON custody_canary FROM custody_auditor;
-- Files that nobody named are cleaned away; the guard keeps the others (erase_v1.sql).
REVOKE UPDATE ON custody_attachment, custody_erasure FROM custody_app;
GRANT UPDATE (event_id) ON custody_attachment TO custody_app;
GRANT DELETE ON custody_attachment, custody_upload TO custody_app;
GRANT DELETE ON custody_seal, custody_clock, django_session, knox_authtoken, custody_cache, custody_sign_in_failure,
    allauth_idp_oidc_client, allauth_idp_oidc_token, mfa_authenticator, socialaccount_socialaccount,
    socialaccount_socialtoken, usersessions_usersession, custody_webhook_secret, custody_notice_set_aside TO custody_app;

REVOKE INSERT, UPDATE ON custody_entry, django_migrations FROM custody_app;
REVOKE UPDATE ON custody_origin, custody_disclosure, custody_refusal, custody_request_key, custody_confirmation FROM custody_app;
REVOKE UPDATE ON custody_proposal FROM custody_app;
GRANT UPDATE (state, ended_at) ON custody_proposal TO custody_app;
REVOKE SELECT ON custody_disclosure, custody_officer, custody_proposal, custody_request_key, django_session,
    knox_authtoken, custody_cache, custody_sign_in_failure, allauth_idp_oidc_client, allauth_idp_oidc_token,
    mfa_authenticator, socialaccount_socialaccount, socialaccount_socialtoken, usersessions_usersession,
    custody_webhook_secret FROM custody_auditor;
-- All of an officer but the password and when they signed in.
GRANT SELECT (badge, unit_id, roles, name_commitment, is_active) ON custody_officer TO custody_auditor;
GRANT SELECT ON custody_entry TO custody_signer;
-- Tiles, checkpoints and keys are the signer's alone to write; what witnesses send comes in through the app.
GRANT SELECT, INSERT ON custody_tile, custody_checkpoint, custody_log_key, custody_log_key_retired TO custody_signer;
GRANT SELECT, INSERT, UPDATE ON custody_signer_round TO custody_signer;
GRANT USAGE ON SEQUENCE custody_checkpoint_id_seq TO custody_signer;
REVOKE INSERT, UPDATE ON custody_tile, custody_checkpoint, custody_log_key, custody_log_key_retired,
    custody_signer_round FROM custody_app;
REVOKE USAGE ON SEQUENCE custody_checkpoint_id_seq FROM custody_app;
REVOKE UPDATE ON custody_cosignature, custody_disagreement FROM custody_app;
REVOKE SELECT ON custody_witness FROM custody_auditor;
GRANT SELECT (name, key, in_service, head, version) ON custody_witness TO custody_auditor;
REVOKE UPDATE ON custody_timestamp FROM custody_app;
-- What should be found stays sealed until an inventory is closed, and as it was sealed.
REVOKE UPDATE ON custody_inventory_population FROM custody_app;
REVOKE SELECT ON custody_inventory_population FROM custody_auditor;
-- Where what will be driven when: no auditor needs to know beforehand.
REVOKE SELECT ON custody_session_plan FROM custody_auditor;
