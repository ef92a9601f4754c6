-- Who may be the same as a customer that is being typed: the same e-mail, tax id, registration number, or name and
-- birth date, in the tenant and branches of the settings, at most n. `full_name` as sort_name has it: last name first.
-- lower() is not leakproof, so under row-level security it may not use its index; here it may.
CREATE FUNCTION customers_alike(mail text, tax text, registration text, full_name text, born date, n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    SELECT array_agg(DISTINCT hits.id) INTO found FROM (
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE mail IS NOT NULL AND c.organisation_id = tenant AND c.email IS NOT NULL AND lower(c.email) = lower(mail) LIMIT n)
        UNION ALL
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE tax IS NOT NULL AND c.organisation_id = tenant AND c.tax_id = tax LIMIT n)
        UNION ALL
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE registration IS NOT NULL AND c.organisation_id = tenant AND c.registration_number = registration LIMIT n)
        UNION ALL
        (SELECT c.id, c.branch_id FROM public.customers c
          WHERE full_name IS NOT NULL AND born IS NOT NULL AND c.organisation_id = tenant
            AND c.sort_name = left(public.fold(full_name), 120) AND c.birth_date = born LIMIT n)
    ) hits
     WHERE scope = '*' OR hits.branch_id = ANY (string_to_array(scope, ',')::uuid[]);
    RETURN coalesce(found[1:n], '{}');
END $$;
REVOKE EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) FROM PUBLIC;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) TO %I', vouch_app_role()); END $$;
ALTER FUNCTION customers_alike(text, text, text, text, date, integer) OWNER TO vouch_definer;
