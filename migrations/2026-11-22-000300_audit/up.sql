-- The audit log: what happened, who did it, to whom, and the proof that nobody rewrote it afterwards.
--
-- An entry is inserted plainly. At commit a deferred trigger links it: it takes the head of the organisation's
-- chain, hashes the entry, hashes that onto the chain and writes one link. Linking as late as this keeps the
-- head locked only for the end of each transaction, whatever order the transactions wrote their entries in.
-- The installation itself (unknown log-ins, migrations, new organisations) is the nil organisation.

CREATE TABLE audit_entries (
    organisation_id uuid NOT NULL,
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    request_id uuid NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid,
    customer_id uuid,
    branch_id uuid,
    -- Facts that name nobody, before and after. `json`, not `jsonb`: the exact text is what is hashed.
    changes json NOT NULL DEFAULT '{}',
    -- Personal values and free text, sealed under the subject's data key. The hash covers the ciphertext, so
    -- that destroying the key (a lawful erasure) leaves the chain whole.
    detail_key uuid,
    detail bytea,
    -- Where the actor was (client address, mistyped e-mail), sealed under the actor's data key.
    origin_key uuid,
    origin bytea,
    PRIMARY KEY (organisation_id, at, id),
    -- A stranger is somebody who did not log in; a clock is the schedule; a console is the command line.
    CONSTRAINT audit_entries_actor_kind
        CHECK (actor_kind IN ('staff', 'key', 'customer', 'clock', 'console', 'stranger')),
    -- No key without anything to open; what is sealed without a key of its own is under the organisation's.
    CONSTRAINT audit_entries_detail_sealed CHECK (detail IS NOT NULL OR detail_key IS NULL),
    CONSTRAINT audit_entries_origin_sealed CHECK (origin IS NOT NULL OR origin_key IS NULL),
    -- Infinity has no microseconds to hash.
    CONSTRAINT audit_entries_at_finite CHECK (isfinite(at))
) PARTITION BY RANGE (at);

-- No foreign keys: the log outlives what it speaks of.
CREATE INDEX audit_entries_by_customer ON audit_entries (organisation_id, customer_id, at DESC, id DESC)
    WHERE customer_id IS NOT NULL;
CREATE INDEX audit_entries_by_actor ON audit_entries (organisation_id, actor_id, at DESC, id DESC);
CREATE INDEX audit_entries_by_action ON audit_entries (organisation_id, action, at DESC, id DESC);
CREATE INDEX audit_entries_by_branch ON audit_entries (organisation_id, branch_id, at DESC, id DESC);
CREATE INDEX audit_entries_by_time ON audit_entries (organisation_id, at DESC, id DESC);

-- What falls outside every month that was made in time is kept all the same.
CREATE TABLE audit_entries_rest PARTITION OF audit_entries DEFAULT;

-- One link for each entry: its place in the organisation's chain. Order is `sequence`, never a time.
CREATE TABLE audit_links (
    organisation_id uuid NOT NULL,
    sequence bigint NOT NULL,
    entry_at timestamptz NOT NULL,
    entry_id uuid NOT NULL,
    linked_at timestamptz NOT NULL,
    content_hash bytea NOT NULL,
    chain_hash bytea NOT NULL,
    PRIMARY KEY (organisation_id, sequence),
    CONSTRAINT audit_links_entry_once UNIQUE (organisation_id, entry_id),
    CONSTRAINT audit_links_sequence_from_one CHECK (sequence > 0),
    CONSTRAINT audit_links_hashes_sha256 CHECK (octet_length(content_hash) = 32 AND octet_length(chain_hash) = 32)
);

-- The last link of each chain. Half the page stays free, so that its many updates stay on it (HOT).
CREATE TABLE audit_heads (
    organisation_id uuid PRIMARY KEY,
    sequence bigint NOT NULL,
    chain_hash bytea NOT NULL,
    CONSTRAINT audit_heads_hash_sha256 CHECK (octet_length(chain_hash) = 32)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);

-- Hashes ---------------------------------------------------------------------------------------------------

-- A field as bytes that cannot be read as another's: -1 for NULL, else its length and itself.
CREATE FUNCTION audit_field(bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN $1 IS NULL THEN int4send(-1) ELSE int4send(octet_length($1)) || $1 END;

-- Microseconds since 1970-01-01 UTC. `extract` answers numeric, so that no float rounds it. STABLE, as
-- `extract` is, lets the planner write these functions into the query that calls them.
CREATE FUNCTION audit_micros(timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (extract(epoch FROM $1) * 1000000)::bigint;

-- SHA-256 over every field of an entry, in this order. `src/audit/chain.rs` says the same in Rust.
CREATE FUNCTION audit_content_hash(e audit_entries) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(
        audit_field(uuid_send(e.organisation_id))
        || audit_field(int8send(audit_micros(e.at)))
        || audit_field(uuid_send(e.id))
        || audit_field(uuid_send(e.request_id))
        || audit_field(convert_to(e.actor_kind, 'UTF8'))
        || audit_field(uuid_send(e.actor_id))
        || audit_field(convert_to(e.action, 'UTF8'))
        || audit_field(convert_to(e.subject_kind, 'UTF8'))
        || audit_field(uuid_send(e.subject_id))
        || audit_field(uuid_send(e.customer_id))
        || audit_field(uuid_send(e.branch_id))
        || audit_field(convert_to(e.changes::text, 'UTF8'))
        || audit_field(uuid_send(e.detail_key))
        || audit_field(e.detail)
        || audit_field(uuid_send(e.origin_key))
        || audit_field(e.origin)
    );

-- SHA-256 over the hash before, the place, the time of linking and the entry's hash.
CREATE FUNCTION audit_chain_hash(before bytea, sequence bigint, linked_at timestamptz, content_hash bytea)
    RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(before || int8send(sequence) || int8send(audit_micros(linked_at)) || content_hash);

-- Linking --------------------------------------------------------------------------------------------------

-- `pg_temp` last: nobody's temporary table may stand in for ours while this runs as its owner.
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry public.audit_entries;
    head public.audit_heads;
    content bytea;
    linked timestamptz;
BEGIN
    entry := NEW;
    content := audit_content_hash(entry);
    SELECT * INTO head FROM public.audit_heads WHERE organisation_id = entry.organisation_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.audit_heads VALUES (entry.organisation_id, 0, decode(repeat('00', 32), 'hex'))
            ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM public.audit_heads
            WHERE organisation_id = entry.organisation_id FOR UPDATE;
    END IF;
    -- Read under the head's lock, so that it rises with the sequence as long as the clock does.
    linked := clock_timestamp();
    head.sequence := head.sequence + 1;
    head.chain_hash := audit_chain_hash(head.chain_hash, head.sequence, linked, content);
    INSERT INTO public.audit_links
        VALUES (entry.organisation_id, head.sequence, entry.at, entry.id, linked, content, head.chain_hash);
    UPDATE public.audit_heads SET sequence = head.sequence, chain_hash = head.chain_hash
        WHERE organisation_id = entry.organisation_id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_entries_link AFTER INSERT ON audit_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link();
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_link;

-- Whoever may attach this function to a table of their own could link what never happened.
REVOKE ALL ON FUNCTION audit_link() FROM PUBLIC;

-- For filling a demo, as owner, while the trigger above is disabled: links every entry of one organisation
-- that has no link, oldest first, as if each had been linked when it happened. Answers how many.
CREATE FUNCTION audit_chain_step(state bytea, start bytea, rest bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN sha256(coalesce(state, start) || rest);
CREATE AGGREGATE audit_chain(start bytea, rest bytea) (sfunc = audit_chain_step, stype = bytea);

CREATE FUNCTION audit_link_backlog(organisation uuid) RETURNS bigint LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head public.audit_heads;
    linked bigint;
BEGIN
    INSERT INTO public.audit_heads VALUES (organisation, 0, decode(repeat('00', 32), 'hex'))
        ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM public.audit_heads WHERE organisation_id = organisation FOR UPDATE;
    INSERT INTO public.audit_links
        SELECT organisation, sequence, at, id, at, content_hash,
            public.audit_chain(head.chain_hash, int8send(sequence) || int8send(audit_micros(at)) || content_hash)
                OVER (ORDER BY sequence)
        FROM (
            SELECT e.at, e.id, audit_content_hash(e) AS content_hash,
                head.sequence + row_number() OVER (ORDER BY e.at, e.id) AS sequence
            FROM public.audit_entries e
            WHERE e.organisation_id = organisation AND NOT EXISTS (
                SELECT FROM public.audit_links l WHERE l.organisation_id = organisation AND l.entry_id = e.id)
        ) backlog;
    GET DIAGNOSTICS linked = ROW_COUNT;
    UPDATE public.audit_heads h SET sequence = l.sequence, chain_hash = l.chain_hash
        FROM public.audit_links l
        WHERE h.organisation_id = organisation AND l.organisation_id = organisation
            AND l.sequence = head.sequence + linked AND linked > 0;
    RETURN linked;
END $$;
REVOKE ALL ON FUNCTION audit_link_backlog(uuid) FROM PUBLIC;

-- Refusing -------------------------------------------------------------------------------------------------

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- ALWAYS: `session_replication_role = replica` does not switch them off.
CREATE TRIGGER audit_entries_keep BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entries_keep_all BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_keep;
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_keep_all;

CREATE TRIGGER audit_links_keep BEFORE UPDATE OR DELETE ON audit_links
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_links_keep_all BEFORE TRUNCATE ON audit_links EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_links ENABLE ALWAYS TRIGGER audit_links_keep;
ALTER TABLE audit_links ENABLE ALWAYS TRIGGER audit_links_keep_all;

CREATE TRIGGER audit_heads_keep BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_heads_keep_all BEFORE TRUNCATE ON audit_heads EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_heads ENABLE ALWAYS TRIGGER audit_heads_keep;
ALTER TABLE audit_heads ENABLE ALWAYS TRIGGER audit_heads_keep_all;

-- Tenants --------------------------------------------------------------------------------------------------

SELECT vouch_isolate('audit_entries'), vouch_isolate('audit_links'), vouch_isolate('audit_heads');

-- Months ---------------------------------------------------------------------------------------------------

-- What a partition does not inherit: its own refusal of TRUNCATE, and a wall without a door, since rows are
-- reached through the parent (whose policies then apply) and never directly.
CREATE FUNCTION audit_guard_partition(month regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER audit_entries_keep_all BEFORE TRUNCATE ON %s'
        ' EXECUTE FUNCTION public.audit_refuse()', month);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entries_keep_all,'
        ' ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', month);
END $$;
REVOKE ALL ON FUNCTION audit_guard_partition(regclass) FROM PUBLIC;
SELECT audit_guard_partition('audit_entries_rest');

-- Makes the months that are missing among `months` from the one that holds `start`; answers how many it made.
-- The server calls it by the clock, as the application's role, so it refuses to be asked for thousands. A
-- month whose entries already lie in audit_entries_rest stays there, with a warning.
CREATE FUNCTION audit_partitions(start date, months integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', start::timestamp)::date;
    past date := (date_trunc('month', start::timestamp) + make_interval(months => months))::date;
    made integer := 0;
    name text;
BEGIN
    IF months NOT BETWEEN 0 AND 60
        OR month < current_date - interval '10 years' OR past > current_date + interval '3 years' THEN
        RAISE EXCEPTION 'audit_partitions: at most 60 months, from ten years ago to three years ahead'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Two servers that start together take turns.
    PERFORM pg_advisory_xact_lock(hashtext('audit_partitions'));
    WHILE month < past LOOP
        name := 'audit_entries_' || to_char(month, 'YYYY_MM');
        IF to_regclass('public.' || name) IS NULL THEN
            BEGIN
                EXECUTE format(
                    'CREATE TABLE public.%I PARTITION OF public.audit_entries FOR VALUES FROM (%L) TO (%L)',
                    name, month || ' 00:00:00+00', (month + interval '1 month')::date || ' 00:00:00+00');
                PERFORM public.audit_guard_partition(('public.' || name)::regclass);
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'audit_partitions: entries of % already lie in audit_entries_rest', name;
            END;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION audit_partitions(date, integer) FROM PUBLIC;

SELECT audit_partitions((now() AT TIME ZONE 'UTC' - interval '24 months')::date, 38);

-- Rights ---------------------------------------------------------------------------------------------------

SELECT vouch_grant('SELECT, INSERT', 'audit_entries'), vouch_grant('SELECT', 'audit_links'),
    vouch_grant('SELECT', 'audit_heads');
GRANT INSERT, UPDATE ON audit_heads TO vouch_definer;
GRANT INSERT ON audit_links TO vouch_definer;

DO $$
DECLARE
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    IF lent THEN
        GRANT CREATE ON SCHEMA public TO vouch_definer;
    END IF;
    ALTER FUNCTION audit_link() OWNER TO vouch_definer;
    IF lent THEN
        REVOKE CREATE ON SCHEMA public FROM vouch_definer;
    END IF;
    EXECUTE format('GRANT EXECUTE ON FUNCTION audit_partitions(date, integer) TO %I', vouch_app_role());
END $$;
