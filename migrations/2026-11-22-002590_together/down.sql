DO $$
DECLARE
    owner text := current_user;
BEGIN
    SET LOCAL ROLE vouch_definer;
    ALTER FUNCTION credential_by_hash(bytea) SET search_path = pg_catalog, public;
    ALTER FUNCTION session_by_token(bytea) SET search_path = pg_catalog, public;
    ALTER FUNCTION customers_matching(text[], integer) SET search_path = pg_catalog, public;
    ALTER FUNCTION customers_alike(text, text, text, text, date, integer) SET search_path = pg_catalog, public;
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
DROP FUNCTION suspected_since(uuid[], timestamptz);
CREATE FUNCTION customer_suspected(customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE here AS (
        SELECT customer AS id
        UNION
        SELECT c.id FROM public.customers c JOIN here ON c.merged_into = here.id
         WHERE c.organisation_id = nullif(current_setting('vouch.organisation', true), '')::uuid
    )
    SELECT EXISTS (SELECT 1 FROM public.suspicions s JOIN here ON s.customer_id = here.id
                    WHERE s.organisation_id = nullif(current_setting('vouch.organisation', true), '')::uuid AND s.state = 'open')
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
