DROP FUNCTION customers_alike(text, text, text, text, date, uuid, integer);
CREATE FUNCTION customers_alike(mail text, tax text, registration text, full_name text, born date, n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    SELECT array_agg(DISTINCT hits.id) INTO found FROM (
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE mail IS NOT NULL AND c.organisation_id = tenant AND c.email IS NOT NULL AND lower(c.email) = lower(mail) AND c.merged_into IS NULL LIMIT n)
        UNION ALL
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE tax IS NOT NULL AND c.organisation_id = tenant AND c.tax_id = tax AND c.merged_into IS NULL LIMIT n)
        UNION ALL
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE registration IS NOT NULL AND c.organisation_id = tenant AND c.registration_number = registration AND c.merged_into IS NULL LIMIT n)
        UNION ALL
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE full_name IS NOT NULL AND born IS NOT NULL AND c.organisation_id = tenant AND c.merged_into IS NULL
            AND c.sort_name = left(public.fold(full_name), 120) AND c.birth_date = born LIMIT n)
    ) hits
     WHERE scope = '*' OR hits.branch_id = ANY (string_to_array(scope, ',')::uuid[]);
    RETURN coalesce(found[1:n], '{}');
END $$;
DO $$
DECLARE
    owner text := current_user;
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION customers_alike(text, text, text, text, date, integer) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
    SET LOCAL ROLE vouch_definer;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) TO %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
