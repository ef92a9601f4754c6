DROP TABLE audit_to_link;
DROP FUNCTION audit_link_noted();
DO $$
DECLARE
    owner text := current_user;
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
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
    EXECUTE format('SET LOCAL ROLE %I', owner);
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
DROP FUNCTION audit_link_together(uuid, timestamptz, uuid);
