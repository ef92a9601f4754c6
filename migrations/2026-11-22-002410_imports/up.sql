-- A file of customers that somebody handed in and has not decided on yet. Its bytes stand sealed beside the papers. Like
-- the jobs it is read by the worker of any server, so it is without row-level security and without anything personal: what
-- the file is called stands here as ciphertext.
CREATE TABLE uploads (
    id              uuid PRIMARY KEY,
    organisation_id uuid NOT NULL,
    -- Who handed it in, and alone may use it.
    staff_id        uuid NOT NULL,
    name            text NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    -- How many sealed pieces it is stored in, and how many rows it has.
    pieces          integer NOT NULL CHECK (pieces > 0),
    rows            bigint NOT NULL CHECK (rows >= 0),
    -- The job that worked on it last, and when its rows became customers: once.
    job_id          uuid,
    imported_at     timestamptz,
    created_at      timestamptz NOT NULL,
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff
);
CREATE INDEX uploads_old ON uploads (created_at);
SELECT vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'uploads');

-- An import is a job whose result is the list of what is wrong in the file.
ALTER TABLE jobs
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('casefile', 'customers', 'reviews', 'verifications', 'import')),
    ADD COLUMN rows_read bigint CHECK (rows_read >= 0),
    ADD COLUMN rows_bad bigint CHECK (rows_bad BETWEEN 0 AND rows_read),
    -- Of those in which nothing is wrong, how many may be somebody who is here already.
    ADD COLUMN rows_alike bigint CHECK (rows_alike BETWEEN 0 AND rows_read - rows_bad);

-- The command line imports as the owner, and tells possible duplicates as the desk does.
DO $$
DECLARE
    owner text := current_user;
BEGIN
    SET LOCAL ROLE vouch_definer;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) TO %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;

-- Customers on their way in. COPY is refused on tables with row-level security, so it fills this one, which has none, and
-- one INSERT … SELECT a table moves the rows on and they are removed here, all in one transaction: nobody else ever sees
-- one. Unlogged: what a crash leaves behind is emptied by the server when it starts again.
CREATE UNLOGGED TABLE import_rows (
    batch                uuid NOT NULL,
    line                 bigint NOT NULL,
    id                   uuid NOT NULL,
    short_id             text NOT NULL,
    data_key             uuid NOT NULL,
    wrapped              bytea NOT NULL,
    entry                uuid NOT NULL,
    changes              json NOT NULL,
    detail               bytea NOT NULL,
    kind                 text NOT NULL,
    branch_id            uuid NOT NULL,
    title                text,
    first_name           text,
    last_name            text,
    birth_date           date,
    birth_place          text,
    birth_country        text,
    nationality          text,
    legal_name           text,
    legal_form           text,
    legal_type           smallint,
    registration_number  text,
    address_line1        text,
    address_line2        text,
    postal_code          text,
    city                 text,
    state                text,
    country              text,
    email                text,
    phone_prefix         text,
    phone                text,
    representative_name  text,
    representative_email text,
    representative_phone text,
    tax_id               text,
    us_person            boolean NOT NULL,
    occupation           text,
    income_range         bigint,
    distribution_country text,
    tag                  text,
    PRIMARY KEY (batch, line)
);
SELECT vouch_grant('SELECT, INSERT, DELETE', 'import_rows');
