-- What the clock looks for every minute is found without reading a tenant's customers.

-- Validated customers by the day of their next review; refused ones by the moment from which the delay runs.
CREATE INDEX customers_next_review ON customers (organisation_id, next_review_on) WHERE kyc = 'validated' AND next_review_on IS NOT NULL;
CREATE INDEX customers_refused ON customers (organisation_id, refused_at) WHERE kyc = 'refused' AND refused_at IS NOT NULL;

-- Whom the clock works for. The application's role sees one tenant at a time; this tells it which there are, and no more.
CREATE FUNCTION organisations_served() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT id FROM public.organisations WHERE id <> '00000000-0000-0000-0000-000000000000' ORDER BY id $$;
DO $$
DECLARE
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    IF lent THEN
        GRANT CREATE ON SCHEMA public TO vouch_definer;
    END IF;
    REVOKE ALL ON FUNCTION organisations_served() FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION organisations_served() TO %I', vouch_app_role());
    ALTER FUNCTION organisations_served() OWNER TO vouch_definer;
    IF lent THEN
        REVOKE CREATE ON SCHEMA public FROM vouch_definer;
    END IF;
END $$;

-- The list of checks, by what was checked and by whom; newest first, as the list is.
CREATE INDEX verifications_type ON verifications (organisation_id, verification_type, created_at DESC, id DESC);
CREATE INDEX verifications_provider ON verifications (organisation_id, provider, created_at DESC, id DESC);
