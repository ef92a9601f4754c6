DELETE FROM jobs WHERE kind <> 'casefile';
ALTER TABLE jobs
    DROP CONSTRAINT jobs_about,
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('casefile')),
    DROP COLUMN asked;
