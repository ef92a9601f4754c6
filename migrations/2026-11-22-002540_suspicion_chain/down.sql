DROP FUNCTION customer_suspected(uuid);
CREATE FUNCTION customer_suspected(customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM public.suspicions s
                    WHERE s.organisation_id = nullif(current_setting('vouch.organisation', true), '')::uuid
                      AND s.state = 'open' AND (s.customer_id = customer OR EXISTS (SELECT 1 FROM public.customers c
                           WHERE c.organisation_id = s.organisation_id AND c.id = s.customer_id AND c.merged_into = customer)))
$$;

DO $$
DECLARE
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION customer_suspected(uuid) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customer_suspected(uuid) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION customer_suspected(uuid) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
