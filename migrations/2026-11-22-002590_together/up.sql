-- Whether the managers suspect one of several customers, or did until after a moment: a suspicion that was closed asks for
-- two until the customer is decided again. That two must agree is all that leaves this function.
DROP FUNCTION customer_suspected(uuid);
CREATE FUNCTION suspected_since(customers uuid[], since timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM public.suspicions s
                    WHERE s.organisation_id = nullif(current_setting('vouch.organisation', true), '')::uuid
                      AND s.customer_id = ANY (customers) AND (s.state = 'open' OR s.closed_at > since))
$$;
DO $$
DECLARE
    owner text := current_user;
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION suspected_since(uuid[], timestamptz) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION suspected_since(uuid[], timestamptz) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION suspected_since(uuid[], timestamptz) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
    -- Temporary objects come last, else a caller who may make some could stand in for a table that a definer reads.
    SET LOCAL ROLE vouch_definer;
    ALTER FUNCTION credential_by_hash(bytea) SET search_path = pg_catalog, public, pg_temp;
    ALTER FUNCTION session_by_token(bytea) SET search_path = pg_catalog, public, pg_temp;
    ALTER FUNCTION customers_matching(text[], integer) SET search_path = pg_catalog, public, pg_temp;
    ALTER FUNCTION customers_alike(text, text, text, text, date, integer) SET search_path = pg_catalog, public, pg_temp;
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
