-- What stands on a paper, as somebody read it off while looking at it: typed from the page, or read from the
-- machine-readable zone whose check digits were right. In clear, as the declared data beside which it is laid.
CREATE TABLE extracted_fields (
    organisation_id uuid NOT NULL,
    document_id     uuid NOT NULL,
    field           text NOT NULL CHECK (field IN ('document_number', 'issuing_country', 'last_name', 'first_name', 'birth_date', 'birth_place', 'sex',
                        'nationality', 'personal_number', 'issued_on', 'expires_on', 'address_line1', 'address_line2', 'postal_code', 'city', 'country',
                        'tax_id', 'legal_name', 'legal_form', 'registration_number', 'mrz')),
    source          text NOT NULL CHECK (source IN ('officer', 'mrz')),
    customer_id     uuid NOT NULL,
    value           text NOT NULL CHECK (length(value) BETWEEN 1 AND 255),
    -- Letters and digits alone, in capitals: two papers with one number are found by equality, which the wall of
    -- row-level security lets an index answer.
    match_key       text NOT NULL GENERATED ALWAYS AS (upper(regexp_replace(value, '[^[:alnum:]]+', '', 'g'))) STORED,
    entered_kind    text NOT NULL CHECK (entered_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    entered_id      uuid,
    entered_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, document_id, field, source),
    FOREIGN KEY (organisation_id, document_id) REFERENCES documents,
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers
);
CREATE INDEX extracted_fields_customer ON extracted_fields (organisation_id, customer_id);
CREATE INDEX extracted_fields_number ON extracted_fields (organisation_id, match_key) WHERE field = 'document_number';
SELECT vouch_isolate('extracted_fields'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'extracted_fields');

-- A difference that somebody looked at and let stand. It holds for these two values alone: once either is another, the
-- difference is open again.
CREATE TABLE accepted_differences (
    organisation_id uuid NOT NULL,
    customer_id     uuid NOT NULL,
    field           text NOT NULL,
    other           text NOT NULL,
    declared        text NOT NULL,
    accepted_kind   text NOT NULL CHECK (accepted_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    accepted_id     uuid,
    accepted_at     timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, customer_id, field, other),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers
);
SELECT vouch_isolate('accepted_differences'), vouch_grant('SELECT, INSERT, UPDATE', 'accepted_differences');

-- When the clock saw that a paper had run out; taken back when another last day is entered. The index holds only what
-- may still run out, however many papers there were.
ALTER TABLE documents ADD COLUMN expired_at timestamptz;
CREATE INDEX documents_running ON documents (organisation_id, expires_on) WHERE status = 'validated' AND expires_on IS NOT NULL AND expired_at IS NULL;
