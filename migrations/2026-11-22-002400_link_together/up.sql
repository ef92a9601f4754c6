-- One change may write very many entries: an import of a hundred thousand customers writes one for each. Linking them one
-- by one updates the head of the chain as often within one transaction, and none of the versions that it leaves behind
-- can be passed over before the commit: each look at the head walks them all.
--
-- A transaction that says `vouch.together` has its entries linked at once: the first one to be linked takes along all
-- others of the same request. Each entry still asks for its own link and makes it where there is none, so that the setting
-- can hide nothing.
--
-- Plans that were made while the log was short are kept while it grows by a hundred thousand entries: they look by index.
CREATE FUNCTION audit_link_together(entry audit_entries) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    head public.audit_heads;
    now_linked timestamptz;
    added bigint;
BEGIN
    SELECT * INTO head FROM public.audit_heads WHERE organisation_id = entry.organisation_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.audit_heads VALUES (entry.organisation_id, 0, decode(repeat('00', 32), 'hex'))
            ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM public.audit_heads
            WHERE organisation_id = entry.organisation_id FOR UPDATE;
    END IF;
    -- Read under the head's lock, so that it rises with the sequence as long as the clock does.
    now_linked := clock_timestamp();
    -- Entries of other transactions are not seen before their commit, and are linked by then.
    INSERT INTO public.audit_links
        SELECT entry.organisation_id, sequence, at, id, now_linked, content_hash,
            public.audit_chain(head.chain_hash, int8send(sequence) || int8send(public.audit_micros(now_linked)) || content_hash)
                OVER (ORDER BY sequence)
        FROM (
            SELECT e.at, e.id, public.audit_content_hash(e) AS content_hash,
                head.sequence + row_number() OVER (ORDER BY e.id) AS sequence
            FROM public.audit_entries e
            WHERE e.organisation_id = entry.organisation_id AND e.at = entry.at AND e.request_id = entry.request_id
                AND NOT EXISTS (SELECT FROM public.audit_links l
                    WHERE l.organisation_id = e.organisation_id AND l.entry_id = e.id)
        ) unlinked;
    GET DIAGNOSTICS added = ROW_COUNT;
    UPDATE public.audit_heads h SET sequence = l.sequence, chain_hash = l.chain_hash
        FROM public.audit_links l
        WHERE h.organisation_id = entry.organisation_id AND l.organisation_id = entry.organisation_id
            AND l.sequence = head.sequence + added AND added > 0;
END $$;

DO $$
DECLARE
    owner text := current_user;
    -- Whoever makes a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    REVOKE ALL ON FUNCTION audit_link_together(audit_entries) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION audit_link_together(audit_entries) TO vouch_definer;
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    SET LOCAL ROLE vouch_definer;
    CREATE OR REPLACE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $link$
    DECLARE
        entry public.audit_entries;
        head public.audit_heads;
        content bytea;
        linked timestamptz;
    BEGIN
        entry := NEW;
        IF current_setting('vouch.together', true) = 'yes' THEN
            IF NOT EXISTS (SELECT FROM public.audit_links l
                WHERE l.organisation_id = entry.organisation_id AND l.entry_id = entry.id) THEN
                PERFORM public.audit_link_together(entry);
            END IF;
            RETURN NULL;
        END IF;
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
    EXECUTE format('SET LOCAL ROLE %I', owner);
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
