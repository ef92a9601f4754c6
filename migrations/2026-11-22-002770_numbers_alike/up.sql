-- A tax ID and a registration number are the same however they are written, as numbers of papers are: by their letters and
-- digits alone, in any case. "HRB 12345" is "hrb12345"; a number of nothing but marks is none.
DROP INDEX customers_tax_id;
DROP INDEX customers_registration;
CREATE INDEX customers_tax_id ON customers (organisation_id, upper(regexp_replace(tax_id, '[^[:alnum:]]+', '', 'g'))) WHERE tax_id IS NOT NULL;
CREATE INDEX customers_registration ON customers (organisation_id, upper(regexp_replace(registration_number, '[^[:alnum:]]+', '', 'g'))) WHERE registration_number IS NOT NULL;

-- Who may be the same, as it was, but for these two.
DROP FUNCTION customers_alike(text, text, text, text, date, uuid, integer);
CREATE FUNCTION customers_alike(mail text, tax text, registration text, full_name text, born date, own uuid, n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    walked integer;
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    tax := nullif(upper(regexp_replace(tax, '[^[:alnum:]]+', '', 'g')), '');
    registration := nullif(upper(regexp_replace(registration, '[^[:alnum:]]+', '', 'g')), '');
    walked := CASE WHEN scope = '*' AND own IS NULL THEN n ELSE 10000 END;
    SELECT array_agg(hits.id) INTO found FROM (
        SELECT DISTINCT alike.id FROM (
            (SELECT c.id, c.branch_id FROM public.customers c
              WHERE mail IS NOT NULL AND c.organisation_id = tenant AND c.email IS NOT NULL AND lower(c.email) = lower(mail) AND c.merged_into IS NULL LIMIT walked)
            UNION ALL
            (SELECT c.id, c.branch_id FROM public.customers c
              WHERE tax IS NOT NULL AND c.organisation_id = tenant AND c.tax_id IS NOT NULL
                AND upper(regexp_replace(c.tax_id, '[^[:alnum:]]+', '', 'g')) = tax AND c.merged_into IS NULL LIMIT walked)
            UNION ALL
            (SELECT c.id, c.branch_id FROM public.customers c
              WHERE registration IS NOT NULL AND c.organisation_id = tenant AND c.registration_number IS NOT NULL
                AND upper(regexp_replace(c.registration_number, '[^[:alnum:]]+', '', 'g')) = registration AND c.merged_into IS NULL LIMIT walked)
            UNION ALL
            (SELECT c.id, c.branch_id FROM public.customers c
              WHERE full_name IS NOT NULL AND born IS NOT NULL AND c.organisation_id = tenant AND c.merged_into IS NULL
                AND c.sort_name = left(public.fold(full_name), 120) AND c.birth_date = born LIMIT walked)
        ) alike
         WHERE (scope = '*' OR alike.branch_id = ANY (string_to_array(scope, ',')::uuid[]))
           AND alike.id IS DISTINCT FROM own
           -- A pair stands once, the smaller id first.
           AND NOT EXISTS (SELECT 1 FROM public.distinctions d
                            WHERE d.organisation_id = tenant AND d.one_id = least(own, alike.id) AND d.other_id = greatest(own, alike.id))
         ORDER BY alike.id LIMIT n
    ) hits;
    RETURN coalesce(found, '{}');
END $$;
DO $$
DECLARE
    owner text := current_user;
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, uuid, integer) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, uuid, integer) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION customers_alike(text, text, text, text, date, uuid, integer) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
    -- The command line imports as the owner, and tells possible duplicates as the desk does.
    SET LOCAL ROLE vouch_definer;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, uuid, integer) TO %I', owner);
    EXECUTE format('SET LOCAL ROLE %I', owner);
END $$;
