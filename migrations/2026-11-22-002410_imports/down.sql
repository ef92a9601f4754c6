DROP TABLE import_rows;
DELETE FROM jobs WHERE kind = 'import';
ALTER TABLE jobs
    DROP COLUMN rows_alike,
    DROP COLUMN rows_bad,
    DROP COLUMN rows_read,
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('casefile', 'customers', 'reviews', 'verifications'));
DROP TABLE uploads;
DO $$
DECLARE
    owner text := current_user;
BEGIN
    SET LOCAL ROLE vouch_definer;
    EXECUTE format('REVOKE EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) FROM %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
