-- Who an organisation must know, and all that hangs on them.

-- Text as search sees it: without accents and case. IMMUTABLE by our word (unaccent's rules file does not change under
-- us), because a generated column asks for it.
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, value)) $$;
-- concat_ws is only STABLE (it may print dates); over text it never changes.
CREATE FUNCTION words(VARIADIC parts text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_to_string(parts, ' ') $$;

CREATE TABLE customers (
    organisation_id       uuid NOT NULL REFERENCES organisations,
    id                    uuid NOT NULL,
    number                bigint NOT NULL,
    short_id              text NOT NULL CHECK (short_id ~ '^[0-9A-Za-z]{12}$'),
    branch_id             uuid NOT NULL,
    -- False where the customer was given to the default branch because none was named.
    branch_named          boolean NOT NULL DEFAULT true,
    kind                  text NOT NULL CHECK (kind IN ('natural', 'sole_trader', 'legal')),
    legal_type            smallint CHECK (legal_type BETWEEN 2 AND 4),
    title                 text,
    first_name            text CHECK (length(first_name) <= 255),
    last_name             text CHECK (length(last_name) <= 255),
    email                 text CHECK (length(email) <= 254),
    phone_prefix          text,
    phone                 text,
    birth_date            date,
    birth_place           text,
    birth_country         text CHECK (birth_country ~ '^[A-Z]{2}$'),
    nationality           text CHECK (nationality ~ '^[A-Z]{2}$'),
    address_line1         text,
    address_line2         text,
    city                  text,
    postal_code           text,
    state                 text,
    country               text CHECK (country ~ '^[A-Z]{2}$'),
    tax_id                text,
    occupation            text,
    income_range          bigint,
    legal_name            text,
    legal_form            text,
    registration_number   text,
    representative_name   text,
    representative_email  text,
    representative_phone  text,
    distribution_country  text CHECK (distribution_country ~ '^[A-Z]{2}$'),
    us_person             boolean NOT NULL DEFAULT false,
    -- The statement that nobody owns 25 % or more, which is not the same as an empty list of owners.
    no_beneficial_owner   boolean NOT NULL DEFAULT false,
    tag                   text CHECK (length(tag) <= 100),
    metadata              jsonb,
    kyc                   text NOT NULL DEFAULT 'none'
        CHECK (kyc IN ('none', 'draft', 'pending', 'incomplete', 'validated', 'review_needed', 'refused', 'canceled')),
    kyc_level             smallint NOT NULL DEFAULT 0,
    review_type           text CHECK (review_type IN ('ONBOARDING', 'PERIODIC', 'EVENT')),
    risk                  text CHECK (risk IN ('low', 'medium', 'high')),
    risk_reason           text,
    kyc_comment           text,
    last_request_at       timestamptz,
    last_review_at        timestamptz,
    next_review_on        date,
    refused_at            timestamptz,
    relationship_ended_at timestamptz,
    legal_hold            boolean NOT NULL DEFAULT false,
    data_key              uuid NOT NULL,
    created_by_kind       text NOT NULL CHECK (created_by_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    created_by_id         uuid,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    -- Raised by anything that hangs on the customer; a page that was loaded with an older one may not decide.
    version               integer NOT NULL DEFAULT 1,
    name      text NOT NULL GENERATED ALWAYS AS (coalesce(nullif(CASE WHEN kind = 'legal' THEN legal_name ELSE btrim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) END, ''), email, short_id)) STORED,
    sort_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(fold(coalesce(nullif(CASE WHEN kind = 'legal' THEN legal_name ELSE btrim(coalesce(last_name, '') || ' ' || coalesce(first_name, '')) END, ''), email, short_id)), 120)) STORED,
    risk_rank smallint NOT NULL GENERATED ALWAYS AS (CASE risk WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END) STORED,
    search    text NOT NULL GENERATED ALWAYS AS (fold(words(first_name, last_name, legal_name, email, tax_id, short_id, registration_number))) STORED,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, number),
    UNIQUE (organisation_id, short_id),
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches,
    FOREIGN KEY (organisation_id, data_key) REFERENCES data_keys,
    CHECK (kind <> 'legal' OR legal_type IS NOT NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
CREATE TRIGGER take_number BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION take_number();
SELECT vouch_isolate('customers'), vouch_grant('SELECT, INSERT, UPDATE', 'customers');

-- Each list has an index that leads with its filter and ends with its sort key, newest first.
CREATE INDEX customers_updated ON customers (organisation_id, updated_at DESC, id DESC);
CREATE INDEX customers_created ON customers (organisation_id, created_at DESC, id DESC);
CREATE INDEX customers_name ON customers (organisation_id, sort_name, id);
CREATE INDEX customers_risk ON customers (organisation_id, risk_rank DESC, id DESC);
CREATE INDEX customers_kyc ON customers (organisation_id, kyc, updated_at DESC, id DESC);
CREATE INDEX customers_branch ON customers (organisation_id, branch_id, updated_at DESC, id DESC);
CREATE INDEX customers_branch_kyc_kind ON customers (organisation_id, branch_id, kyc, kind, updated_at DESC, id DESC);
CREATE INDEX customers_country ON customers (organisation_id, country, updated_at DESC, id DESC);
-- Possible duplicates: the same e-mail, tax id, registration number, or name and birth date.
CREATE INDEX customers_email ON customers (organisation_id, lower(email)) WHERE email IS NOT NULL;
CREATE INDEX customers_tax_id ON customers (organisation_id, tax_id) WHERE tax_id IS NOT NULL;
CREATE INDEX customers_registration ON customers (organisation_id, registration_number) WHERE registration_number IS NOT NULL;
-- Search. The organisation leads, so that a small tenant does not pay for a large one.
CREATE INDEX customers_search ON customers USING gin (organisation_id, search gin_trgm_ops);

-- Ids of the customers that contain every word of the term, in the tenant and branches of the settings, at most n.
-- LIKE is not leakproof, so under row-level security it may not use its index; here it may. The statement is built
-- with its values, because a generic plan for two letters is thousands of times slower.
CREATE FUNCTION customers_matching(term text, n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    filter text := '';
    word   text;
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    FOREACH word IN ARRAY string_to_array(btrim(public.fold(term)), ' ') LOOP
        CONTINUE WHEN word = '';
        filter := filter || format(' AND search LIKE %L', '%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%');
    END LOOP;
    IF filter = '' THEN RETURN '{}'; END IF;
    IF scope <> '*' THEN filter := filter || format(' AND branch_id = ANY (%L::uuid[])', '{' || scope || '}'); END IF;
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM public.customers WHERE organisation_id = %L%s LIMIT %s) hits', tenant, filter, n) INTO found;
    RETURN coalesce(found, '{}');
END $$;
GRANT EXECUTE ON FUNCTION fold(text) TO vouch_definer;
REVOKE EXECUTE ON FUNCTION customers_matching(text, integer) FROM PUBLIC;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION customers_matching(text, integer) TO %I', vouch_app_role()); END $$;
ALTER FUNCTION customers_matching(text, integer) OWNER TO vouch_definer;

-- How many customers there are by branch, status and kind, without counting them. Triggers append differences, so
-- that two writers never wait for one row; the sweep folds them into one row each; readers add up what there is.
CREATE TABLE customer_counts (
    organisation_id uuid NOT NULL,
    branch_id       uuid NOT NULL,
    kyc             text NOT NULL,
    kind            text NOT NULL,
    n               bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX customer_counts_tenant ON customer_counts (organisation_id, branch_id, kyc, kind);
SELECT vouch_isolate('customer_counts'), vouch_grant('SELECT, INSERT, DELETE', 'customer_counts');
CREATE FUNCTION count_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_counts SELECT organisation_id, branch_id, kyc, kind, count(*) FROM new_rows GROUP BY 1, 2, 3, 4;
    ELSE
        INSERT INTO customer_counts
        SELECT organisation_id, branch_id, kyc, kind, sum(d)
          FROM (SELECT organisation_id, branch_id, kyc, kind, 1 AS d FROM new_rows
                UNION ALL SELECT organisation_id, branch_id, kyc, kind, -1 FROM old_rows) moved
         GROUP BY 1, 2, 3, 4 HAVING sum(d) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_inserted AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_customers();
CREATE TRIGGER count_updated AFTER UPDATE ON customers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_customers();

-- One round of a customer's KYC: submitted, worked on, decided.
CREATE TABLE reviews (
    organisation_id  uuid NOT NULL,
    id               uuid NOT NULL,
    number           bigint NOT NULL,
    customer_id      uuid NOT NULL,
    branch_id        uuid NOT NULL,
    round            integer NOT NULL CHECK (round > 0),
    type             text NOT NULL CHECK (type IN ('ONBOARDING', 'PERIODIC', 'EVENT')),
    state            text NOT NULL CHECK (state IN ('draft', 'open', 'waiting', 'decided', 'withdrawn')),
    submitted_kind   text NOT NULL CHECK (submitted_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    submitted_id     uuid,
    submitted_at     timestamptz NOT NULL,
    snapshot         jsonb NOT NULL DEFAULT '{}',
    assignee         uuid,
    claim_expires_at timestamptz,
    due_at           timestamptz,
    paused_at        timestamptz,
    paused_for       interval NOT NULL DEFAULT '0',
    decision         text CHECK (decision IN ('validated', 'refused', 'review_needed', 'canceled', 'draft')),
    retry            boolean,
    risk             text CHECK (risk IN ('low', 'medium', 'high')),
    reason_codes     text[] NOT NULL DEFAULT '{}',
    comment          text,
    message          text,
    decided_by       uuid,
    decided_kind     text CHECK (decided_kind IN ('staff', 'key', 'clock', 'console')),
    decided_at       timestamptz,
    countersigned_by uuid,
    countersigned_at timestamptz,
    policy_version   integer,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, customer_id, round),
    UNIQUE (organisation_id, number),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches,
    FOREIGN KEY (organisation_id, assignee) REFERENCES staff,
    -- Four eyes: whoever countersigns is somebody else, admins included.
    CHECK (countersigned_by IS NULL OR countersigned_by <> decided_by),
    -- Nobody decides what they submitted. An override is not a decision on a submission: it submits its own round.
    CHECK ((state = 'decided') = (decided_at IS NOT NULL)),
    CHECK ((state = 'decided') = (decision IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.01);
CREATE TRIGGER take_number BEFORE INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION take_number();
CREATE INDEX reviews_open ON reviews (organisation_id, due_at, id) WHERE state = 'open';
CREATE INDEX reviews_open_assignee ON reviews (organisation_id, assignee, due_at) WHERE state IN ('open', 'waiting');
CREATE INDEX reviews_decided ON reviews (organisation_id, decided_at DESC, id DESC) WHERE state = 'decided';
SELECT vouch_isolate('reviews'), vouch_grant('SELECT, INSERT, UPDATE', 'reviews');

-- One check by one provider. A review owns one of its own (provider manual, type kyc or kyb).
CREATE TABLE verifications (
    organisation_id    uuid NOT NULL,
    id                 uuid NOT NULL,
    number             bigint NOT NULL,
    customer_id        uuid NOT NULL,
    branch_id          uuid NOT NULL,
    review_id          uuid,
    verification_type  text NOT NULL CHECK (length(verification_type) BETWEEN 1 AND 255),
    check_type         text CHECK (length(check_type) BETWEEN 1 AND 255),
    provider           text NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    provider_reference text,
    status             text NOT NULL CHECK (status IN ('pending', 'verified', 'failed', 'expired')),
    reason             text CHECK (length(reason) <= 1000),
    result_payload     jsonb,
    -- Who started it, and who moved it last.
    started_by_kind    text NOT NULL CHECK (started_by_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    started_by_id      uuid,
    actor_kind         text CHECK (actor_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    actor_id           uuid,
    verified_at        timestamptz,
    expires_at         timestamptz,
    last_checked_at    timestamptz,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, number),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches,
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews
) WITH (autovacuum_vacuum_scale_factor = 0.01);
CREATE TRIGGER take_number BEFORE INSERT ON verifications FOR EACH ROW EXECUTE FUNCTION take_number();
CREATE UNIQUE INDEX verifications_review ON verifications (organisation_id, review_id) WHERE review_id IS NOT NULL;
CREATE INDEX verifications_created ON verifications (organisation_id, created_at DESC, id DESC);
CREATE INDEX verifications_customer ON verifications (organisation_id, customer_id, created_at DESC, id DESC);
CREATE INDEX verifications_status ON verifications (organisation_id, status, created_at DESC, id DESC);
CREATE INDEX verifications_branch ON verifications (organisation_id, branch_id, status, created_at DESC, id DESC);
CREATE INDEX verifications_due ON verifications (expires_at) WHERE status = 'verified' AND expires_at IS NOT NULL;
SELECT vouch_isolate('verifications'), vouch_grant('SELECT, INSERT, UPDATE', 'verifications');

CREATE TABLE verification_counts (
    organisation_id uuid NOT NULL,
    branch_id       uuid NOT NULL,
    status          text NOT NULL,
    n               bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX verification_counts_tenant ON verification_counts (organisation_id, branch_id, status);
SELECT vouch_isolate('verification_counts'), vouch_grant('SELECT, INSERT, DELETE', 'verification_counts');
CREATE FUNCTION count_verifications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO verification_counts SELECT organisation_id, branch_id, status, count(*) FROM new_rows GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO verification_counts
        SELECT organisation_id, branch_id, status, sum(d)
          FROM (SELECT organisation_id, branch_id, status, 1 AS d FROM new_rows
                UNION ALL SELECT organisation_id, branch_id, status, -1 FROM old_rows) moved
         GROUP BY 1, 2, 3 HAVING sum(d) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_inserted AFTER INSERT ON verifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_verifications();
CREATE TRIGGER count_updated AFTER UPDATE ON verifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_verifications();

CREATE TABLE documents (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    number          bigint NOT NULL,
    customer_id     uuid NOT NULL,
    review_id       uuid,
    type            text NOT NULL CHECK (type IN ('IDENTITY_PROOF', 'REGISTRATION_PROOF', 'ARTICLES_OF_ASSOCIATION', 'SHAREHOLDER_DECLARATION',
                        'ADDRESS_PROOF', 'TAX_VERIFICATION', 'BUSINESS_ADMINISTRATOR_ID', 'COMPANY_REGISTRATION_PROOF', 'BANK_VERIFICATION')),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    media_type      text NOT NULL,
    size            bigint NOT NULL CHECK (size > 0),
    sha256          bytea NOT NULL CHECK (length(sha256) = 32),
    -- Where the sealed bytes stand in the document store; NULL where only the metadata is known (the demo's).
    storage_key     text,
    status          text NOT NULL CHECK (status IN ('pending', 'validated', 'refused', 'canceled')),
    reason          text,
    expires_on      date,
    uploaded_kind   text NOT NULL CHECK (uploaded_kind IN ('staff', 'key', 'customer', 'clock', 'console')),
    uploaded_id     uuid,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, number),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews
);
CREATE TRIGGER take_number BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION take_number();
CREATE INDEX documents_customer ON documents (organisation_id, customer_id, created_at DESC, id DESC);
SELECT vouch_isolate('documents'), vouch_grant('SELECT, INSERT, UPDATE', 'documents');

-- Where a customer pays tax (CRS and FATCA self-certification): a number, or a waiver that says why there is none.
CREATE TABLE tax_residences (
    organisation_id  uuid NOT NULL,
    id               uuid NOT NULL,
    number           bigint NOT NULL,
    customer_id      uuid NOT NULL,
    country          text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    tax_payer_id     text,
    liability_waiver boolean NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, customer_id, country),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    CHECK (liability_waiver = (tax_payer_id IS NULL OR tax_payer_id = ''))
);
CREATE TRIGGER take_number BEFORE INSERT ON tax_residences FOR EACH ROW EXECUTE FUNCTION take_number();
SELECT vouch_isolate('tax_residences'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'tax_residences');

-- Who stands behind a company: child is a member of parent.
CREATE TABLE relations (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    parent_id       uuid NOT NULL,
    child_id        uuid NOT NULL,
    role            text NOT NULL CHECK (role IN ('legal_representative', 'shareholder', 'beneficial_owner', 'director', 'employee')),
    -- Hundredths of a percent, or a band where the register gives only that.
    percent         integer CHECK (percent BETWEEN 0 AND 10000),
    band            text CHECK (band IN ('25-50', '50-75', '75-100')),
    source          text NOT NULL DEFAULT 'declared',
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, parent_id, child_id, role),
    FOREIGN KEY (organisation_id, parent_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, child_id) REFERENCES customers,
    CHECK (parent_id <> child_id)
);
CREATE INDEX relations_child ON relations (organisation_id, child_id);
SELECT vouch_isolate('relations'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'relations');

-- For colleagues; the customer never sees a note.
CREATE TABLE notes (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    customer_id     uuid NOT NULL,
    body            text NOT NULL CHECK (length(body) BETWEEN 1 AND 10000),
    written_by      uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, written_by) REFERENCES staff
);
CREATE INDEX notes_customer ON notes (organisation_id, customer_id, created_at DESC, id DESC);
SELECT vouch_isolate('notes'), vouch_grant('SELECT, INSERT', 'notes');
