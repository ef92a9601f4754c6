-- Who works here, for whom, and how they sign in.
--
-- Three roles exist before this runs: the owner (runs migrations), the application's role (serves) and vouch_definer
-- (NOLOGIN, granted to the owner; owns the few functions that look across tenants). The application's role is named by
-- the setting vouch.app_role, so that an external database may call it what it likes.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- The tenant of the running transaction; NULL where none is set (after COMMIT the setting reads '').
CREATE FUNCTION current_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('vouch.organisation', true), '')::uuid $$;

-- Names of the application's role, for grants.
CREATE FUNCTION vouch_app_role() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('vouch.app_role', true), ''), 'vouch_app') $$;

-- What the application may do with a table. Every grant of the schema goes through here.
CREATE FUNCTION vouch_grant(what text, target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT %s ON %s TO %I', what, target, vouch_app_role());
END $$;

-- The second wall. A tenant's table shows the tenant's rows to everybody, its owner included; vouch_definer sees all,
-- since FORCE also binds the owner of a SECURITY DEFINER function. The setting is read inside a sub-select, so that it
-- is evaluated once a statement and not once a row.
CREATE FUNCTION vouch_isolate(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format($p$CREATE POLICY tenant ON %s USING (organisation_id = (SELECT nullif(current_setting('vouch.organisation', true), '')::uuid))$p$, target);
    EXECUTE format('CREATE POLICY definer ON %s TO vouch_definer USING (true) WITH CHECK (true)', target);
    EXECUTE format('GRANT SELECT ON %s TO vouch_definer', target);
END $$;

-- A tenant. The nil organisation is the installation itself: unknown log-ins, migrations, new organisations.
CREATE TABLE organisations (
    id             uuid PRIMARY KEY,
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    number         bigint NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    mode           text NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'sandbox')),
    time_zone      text NOT NULL DEFAULT 'Europe/London',
    demo           boolean NOT NULL DEFAULT false,
    -- The branch that takes customers for whom none was named (set once its first branch exists).
    default_branch uuid,
    -- The organisation's key, wrapped by VOUCH_SECRET_KEY: it wraps the keys of its customers and staff.
    wrapped_key    bytea CHECK (wrapped_key IS NOT NULL OR id = '00000000-0000-0000-0000-000000000000'),
    created_at     timestamptz NOT NULL
);
-- Not forced: the owner adds organisations and lists them; the application sees its tenant's row alone.
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organisations USING (id = (SELECT nullif(current_setting('vouch.organisation', true), '')::uuid));
CREATE POLICY definer ON organisations TO vouch_definer USING (true);
SELECT vouch_grant('SELECT', 'organisations');
GRANT SELECT ON organisations TO vouch_definer;

-- Numbers that people and older APIs use for a thing (Treezor userId, Truust id): one sequence an organisation.
CREATE SCHEMA numbers;
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA numbers TO %I', vouch_app_role()); END $$;
CREATE FUNCTION organisation_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE SEQUENCE numbers.%I', 'of_' || replace(NEW.id::text, '-', ''));
    EXECUTE format('GRANT USAGE ON SEQUENCE numbers.%I TO %I', 'of_' || replace(NEW.id::text, '-', ''), vouch_app_role());
    RETURN NULL;
END $$;
CREATE TRIGGER organisation_sequence AFTER INSERT ON organisations FOR EACH ROW EXECUTE FUNCTION organisation_sequence();
CREATE FUNCTION take_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number IS NULL THEN
        NEW.number := nextval('numbers.of_' || replace(NEW.organisation_id::text, '-', ''));
    END IF;
    RETURN NEW;
END $$;

INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES ('00000000-0000-0000-0000-000000000000', 'Vouch', NULL, now());

CREATE TABLE branches (
    organisation_id uuid NOT NULL REFERENCES organisations,
    id              uuid NOT NULL,
    code            text NOT NULL CHECK (length(code) BETWEEN 1 AND 100),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, code)
);
SELECT vouch_isolate('branches'), vouch_grant('SELECT, INSERT, UPDATE', 'branches');
ALTER TABLE organisations ADD FOREIGN KEY (id, default_branch) REFERENCES branches (organisation_id, id) DEFERRABLE INITIALLY DEFERRED;

-- Keys under which personal values are encrypted, one for each customer and staff member, wrapped by the
-- organisation's. A lawful erasure destroys the key; what it encrypted stays as bytes, and the audit chain whole.
CREATE TABLE data_keys (
    organisation_id uuid NOT NULL REFERENCES organisations,
    id              uuid NOT NULL,
    wrapped         bytea,
    created_at      timestamptz NOT NULL,
    destroyed_at    timestamptz,
    PRIMARY KEY (organisation_id, id),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
SELECT vouch_isolate('data_keys'), vouch_grant('SELECT, INSERT, UPDATE', 'data_keys');

CREATE TABLE staff (
    organisation_id uuid NOT NULL REFERENCES organisations,
    id              uuid NOT NULL,
    email           text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    role            text NOT NULL CHECK (role IN ('auditor', 'officer', 'manager', 'admin')),
    -- All branches, or those in staff_branches. An admin has all.
    all_branches    boolean NOT NULL DEFAULT false,
    password_hash   text,
    -- The second factor: the shared secret sealed under the member's key, and the last step used, since a code works once.
    totp_sealed     bytea,
    totp_last_step  bigint,
    preferences     jsonb NOT NULL DEFAULT '{}',
    demo            boolean NOT NULL DEFAULT false,
    data_key        uuid NOT NULL,
    disabled_at     timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, data_key) REFERENCES data_keys,
    CHECK (role <> 'admin' OR all_branches)
);
SELECT vouch_isolate('staff'), vouch_grant('SELECT, INSERT, UPDATE', 'staff');

CREATE TABLE staff_branches (
    organisation_id uuid NOT NULL,
    staff_id        uuid NOT NULL,
    branch_id       uuid NOT NULL,
    PRIMARY KEY (organisation_id, staff_id, branch_id),
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff,
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches
);
SELECT vouch_isolate('staff_branches'), vouch_grant('SELECT, INSERT, DELETE', 'staff_branches');

-- Single-use codes for the day the phone is lost; SHA-256 of 80 random bits each.
CREATE TABLE recovery_codes (
    organisation_id uuid NOT NULL,
    staff_id        uuid NOT NULL,
    code_hash       bytea NOT NULL,
    used_at         timestamptz,
    PRIMARY KEY (organisation_id, staff_id, code_hash),
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff
);
SELECT vouch_isolate('recovery_codes'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'recovery_codes');

-- Found before a tenant is known, so without row-level security and without anything personal: the HMAC of the e-mail
-- leads to the organisation and the member. Unique in the installation.
CREATE TABLE sign_ins (
    email_hmac      bytea PRIMARY KEY,
    organisation_id uuid NOT NULL,
    staff_id        uuid NOT NULL,
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff
);
SELECT vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'sign_ins');

-- Failed attempts, by HMAC of the e-mail or of the client's address: the wait before the next one grows.
CREATE TABLE sign_in_delays (
    subject_hmac bytea PRIMARY KEY,
    failures     integer NOT NULL,
    last_at      timestamptz NOT NULL,
    next_at      timestamptz NOT NULL
);
SELECT vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'sign_in_delays');

-- A browser that signed in. The cookie holds the token; here stands its SHA-256. Address and browser are sealed
-- under the member's key. factor: what was proved so far (password, then code where one is set up).
CREATE TABLE sessions (
    token_hash      bytea PRIMARY KEY,
    id              uuid NOT NULL UNIQUE,
    organisation_id uuid NOT NULL,
    staff_id        uuid NOT NULL,
    factor          text NOT NULL CHECK (factor IN ('password', 'full')),
    origin          bytea,
    created_at      timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff
);
CREATE INDEX sessions_of_staff ON sessions (organisation_id, staff_id);
SELECT vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'sessions');

-- One look-up behind every signed-in request: the session and who it belongs to, by the exact hash of the token.
CREATE FUNCTION session_by_token(hash bytea)
RETURNS TABLE (session_id uuid, organisation_id uuid, staff_id uuid, factor text, created_at timestamptz, last_seen_at timestamptz,
    name text, email text, role text, all_branches boolean, branches uuid[], preferences jsonb, demo boolean, has_code boolean,
    data_key uuid, wrapped_key bytea, wrapped_organisation_key bytea, organisation_name text, time_zone text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN QUERY
    SELECT s.id, s.organisation_id, s.staff_id, s.factor, s.created_at, s.last_seen_at,
           m.name, m.email, m.role, m.all_branches,
           ARRAY(SELECT b.branch_id FROM staff_branches b WHERE b.organisation_id = s.organisation_id AND b.staff_id = s.staff_id),
           m.preferences, m.demo, m.totp_sealed IS NOT NULL, m.data_key, k.wrapped, o.wrapped_key, o.name, o.time_zone
      FROM sessions s
      JOIN staff m ON m.organisation_id = s.organisation_id AND m.id = s.staff_id AND m.disabled_at IS NULL
      JOIN data_keys k ON k.organisation_id = m.organisation_id AND k.id = m.data_key
      JOIN organisations o ON o.id = s.organisation_id
     WHERE s.token_hash = hash;
END $$;
GRANT SELECT ON sessions TO vouch_definer;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION session_by_token(bytea) TO %I', vouch_app_role()); END $$;
REVOKE EXECUTE ON FUNCTION session_by_token(bytea) FROM PUBLIC;
-- Last: the owner is a member of the definer but has none of its rights, so a function that was handed over is out of hand.
ALTER FUNCTION session_by_token(bytea) OWNER TO vouch_definer;

-- A company's own systems. The index finds a key before its tenant is known; the rest stands behind the wall.
CREATE TABLE credentials (
    organisation_id uuid NOT NULL REFERENCES organisations,
    id              uuid NOT NULL,
    face            text NOT NULL CHECK (face IN ('truust', 'trustist', 'treezor', 'kontorion')),
    kind            text NOT NULL CHECK (kind IN ('tenant', 'merchant', 'oauth', 'live', 'test')),
    key_id          text NOT NULL,
    permissions     text[] NOT NULL,
    secret_hash     bytea,
    secret_sealed   bytea,
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    PRIMARY KEY (organisation_id, id),
    CHECK ((secret_hash IS NULL) <> (secret_sealed IS NULL))
);
SELECT vouch_isolate('credentials'), vouch_grant('SELECT, INSERT, UPDATE', 'credentials');
CREATE TABLE credential_branches (
    organisation_id uuid NOT NULL,
    credential_id   uuid NOT NULL,
    branch_id       uuid NOT NULL,
    position        smallint NOT NULL,
    PRIMARY KEY (organisation_id, credential_id, branch_id),
    FOREIGN KEY (organisation_id, credential_id) REFERENCES credentials,
    FOREIGN KEY (organisation_id, branch_id) REFERENCES branches
);
SELECT vouch_isolate('credential_branches'), vouch_grant('SELECT, INSERT, DELETE', 'credential_branches');
CREATE TABLE credential_index (
    key_hash        bytea PRIMARY KEY,
    organisation_id uuid NOT NULL,
    credential_id   uuid NOT NULL,
    FOREIGN KEY (organisation_id, credential_id) REFERENCES credentials
);
SELECT vouch_grant('SELECT, INSERT, DELETE', 'credential_index');

-- What the organisation decided about deadlines, prerequisites, reasons and second approval; each change is a version.
CREATE TABLE policies (
    organisation_id uuid NOT NULL REFERENCES organisations,
    version         integer NOT NULL,
    body            jsonb NOT NULL,
    made_by         uuid,
    made_at         timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, version)
);
SELECT vouch_isolate('policies'), vouch_grant('SELECT, INSERT', 'policies');
