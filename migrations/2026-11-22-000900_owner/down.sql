DO $$
DECLARE
    owner text := current_user;
BEGIN
    SET LOCAL ROLE vouch_definer;
    EXECUTE format('REVOKE EXECUTE ON FUNCTION audit_link() FROM %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
