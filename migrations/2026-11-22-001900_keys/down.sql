DROP FUNCTION credential_by_hash(bytea);
REVOKE SELECT ON credential_index FROM vouch_definer;
DROP INDEX credentials_key_id;
ALTER TABLE credentials DROP COLUMN name;
