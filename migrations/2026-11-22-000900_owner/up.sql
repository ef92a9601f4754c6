-- The owner is a member of the definer, which handing functions over takes, but inherits none of its rights: without
-- a tenant it sees no tenant's rows. A new month of the log gets the log's triggers, and whoever makes a trigger must be
-- allowed its function, so the definer allows the owner this one.
DO $$
DECLARE
    owner text := current_user;
BEGIN
    SET LOCAL ROLE vouch_definer;
    EXECUTE format('GRANT EXECUTE ON FUNCTION audit_link() TO %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
