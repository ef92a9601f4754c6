-- A list that is too long to send while somebody waits is a job too. What was asked for, its filters and what was
-- searched, may be about a person: it stands here sealed under the organisation's key, bound to the job.
ALTER TABLE jobs
    ADD COLUMN asked text,
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('casefile', 'customers', 'reviews', 'verifications')),
    -- A case file is about one customer; a list is about what was asked for.
    ADD CONSTRAINT jobs_about CHECK ((kind = 'casefile') = (customer_id IS NOT NULL) AND (kind = 'casefile') = (asked IS NULL));
