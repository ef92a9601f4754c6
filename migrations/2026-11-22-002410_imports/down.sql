DROP TABLE import_rows;
DELETE FROM jobs WHERE kind = 'import';
ALTER TABLE jobs
    DROP COLUMN rows_bad,
    DROP COLUMN rows_read,
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('casefile', 'customers', 'reviews', 'verifications'));
DROP TABLE uploads;
