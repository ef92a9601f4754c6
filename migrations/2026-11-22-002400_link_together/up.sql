-- One change may write very many entries: an import of a hundred thousand customers writes one for each. Linking them one
-- by one updates the head of the chain as often within one transaction, and none of the versions that it leaves behind
-- can be passed over before the commit: each look at the head walks them all. And the head would be held meanwhile, for
-- which every other writer of the organisation waits.
--
-- A transaction that says `vouch.together` has its entries linked at once, at its end. The trigger of each entry then only
-- leaves a note that its request has entries to link, and the note's own trigger, which no setting reaches, links all that
-- have no link yet. So the setting hides nothing: an entry is linked alone or with its request, or nothing is committed.
CREATE TABLE audit_to_link (
    organisation_id uuid NOT NULL,
    at timestamptz NOT NULL,
    request_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, at, request_id)
);
SELECT vouch_isolate('audit_to_link');
GRANT SELECT, INSERT, DELETE ON audit_to_link TO vouch_definer;

-- Plans that were made while the log was short are kept while it grows by a hundred thousand entries: they look by index.
CREATE FUNCTION audit_link_together(organisation uuid, written timestamptz, request uuid) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    entries uuid[];
    contents bytea[];
    chains bytea[];
    head public.audit_heads;
    now_linked timestamptz;
    micros bytea;
BEGIN
    -- Everything that needs no place in the chain comes before the head is held. Nobody else has entries of this request:
    -- those that other transactions have are not seen before their commit, and are linked by then.
    SELECT array_agg(id), array_agg(content_hash) INTO entries, contents FROM (
        SELECT e.id, public.audit_content_hash(e) AS content_hash FROM public.audit_entries e
        WHERE e.organisation_id = organisation AND e.at = written AND e.request_id = request
            AND NOT EXISTS (SELECT FROM public.audit_links l WHERE l.organisation_id = organisation AND l.entry_id = e.id)
        ORDER BY e.id
    ) unlinked;
    IF entries IS NULL THEN RETURN; END IF;
    SELECT * INTO head FROM public.audit_heads WHERE organisation_id = organisation FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.audit_heads VALUES (organisation, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM public.audit_heads WHERE organisation_id = organisation FOR UPDATE;
    END IF;
    -- Read under the head's lock, so that it rises with the sequence as long as the clock does.
    now_linked := clock_timestamp();
    micros := int8send(public.audit_micros(now_linked));
    -- What `audit_chain_hash` says, written out: a call for each would hold the head several times as long.
    FOR i IN 1..cardinality(entries) LOOP
        head.chain_hash := sha256(head.chain_hash || int8send(head.sequence + i) || micros || contents[i]);
        chains[i] := head.chain_hash;
    END LOOP;
    INSERT INTO public.audit_links
        SELECT organisation, head.sequence + place, written, entry, now_linked, content_hash, chain_hash
        FROM unnest(entries, contents, chains) WITH ORDINALITY AS linked (entry, content_hash, chain_hash, place);
    UPDATE public.audit_heads h SET sequence = head.sequence + cardinality(entries), chain_hash = head.chain_hash
        WHERE h.organisation_id = organisation;
END $$;

DO $$
DECLARE
    owner text := current_user;
    -- Whoever makes a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    REVOKE ALL ON FUNCTION audit_link_together(uuid, timestamptz, uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION audit_link_together(uuid, timestamptz, uuid) TO vouch_definer;
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    SET LOCAL ROLE vouch_definer;
    CREATE OR REPLACE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $link$
    DECLARE
        entry public.audit_entries;
        head public.audit_heads;
        content bytea;
        linked timestamptz;
    BEGIN
        IF current_setting('vouch.together', true) = 'yes' THEN
            INSERT INTO public.audit_to_link VALUES (NEW.organisation_id, NEW.at, NEW.request_id) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END IF;
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
    END $link$;
    -- The note goes when its request is linked: no commit leaves one.
    CREATE FUNCTION audit_link_noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp AS $noted$
    BEGIN
        DELETE FROM public.audit_to_link
            WHERE organisation_id = NEW.organisation_id AND at = NEW.at AND request_id = NEW.request_id;
        PERFORM public.audit_link_together(NEW.organisation_id, NEW.at, NEW.request_id);
        RETURN NULL;
    END $noted$;
    REVOKE ALL ON FUNCTION audit_link_noted() FROM PUBLIC;
    -- Whoever makes a trigger must be able to call its function at that moment.
    EXECUTE format('GRANT EXECUTE ON FUNCTION audit_link_noted() TO %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
CREATE CONSTRAINT TRIGGER audit_to_link_noted AFTER INSERT ON audit_to_link
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_noted();
-- Also where triggers are switched off for a replica, like that of the entries.
ALTER TABLE audit_to_link ENABLE ALWAYS TRIGGER audit_to_link_noted;
