-- What people call a key: which system uses it.
ALTER TABLE credentials ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 100);
CREATE UNIQUE INDEX credentials_key_id ON credentials (key_id);

-- One look-up behind every request of a machine: the key and what it may do, by the SHA-256 of its secret, or of its id
-- where the secret itself never travels. What has run out or was revoked is found too: the caller judges by its clock.
CREATE FUNCTION credential_by_hash(hash bytea)
RETURNS TABLE (organisation_id uuid, id uuid, key_id text, face text, kind text, permissions text[], secret_sealed bytea,
    branches uuid[], expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz,
    wrapped_organisation_key bytea, organisation_number bigint, time_zone text, default_branch uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN QUERY
    SELECT c.organisation_id, c.id, c.key_id, c.face, c.kind, c.permissions, c.secret_sealed,
           ARRAY(SELECT b.branch_id FROM credential_branches b
                  WHERE b.organisation_id = c.organisation_id AND b.credential_id = c.id ORDER BY b.position),
           c.expires_at, c.revoked_at, c.last_used_at, o.wrapped_key, o.number, o.time_zone, o.default_branch
      FROM credential_index i
      JOIN credentials c ON c.organisation_id = i.organisation_id AND c.id = i.credential_id
      JOIN organisations o ON o.id = c.organisation_id
     WHERE i.key_hash = hash;
END $$;
GRANT SELECT ON credential_index TO vouch_definer;

DO $$
DECLARE
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION credential_by_hash(bytea) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION credential_by_hash(bytea) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION credential_by_hash(bytea) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
