CREATE OR REPLACE FUNCTION count_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_counts (organisation_id, branch_id, kyc, kind, risk_rank, country, n)
        SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, ''), count(*) FROM new_rows GROUP BY 1, 2, 3, 4, 5, 6;
    ELSE
        INSERT INTO customer_counts (organisation_id, branch_id, kyc, kind, risk_rank, country, n)
        SELECT organisation_id, branch_id, kyc, kind, risk_rank, country, sum(d)
          FROM (SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, '') AS country, 1 AS d FROM new_rows
                UNION ALL SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, ''), -1 FROM old_rows) moved
         GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(d) <> 0;
    END IF;
    RETURN NULL;
END $$;

DROP FUNCTION customers_matching(text[], integer);
CREATE FUNCTION customers_matching(words text[], n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    filter text := '';
    word   text;
    part   text;
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    FOREACH word IN ARRAY words LOOP
        part := replace(replace(replace(public.fold(word), '\', '\\'), '%', '\%'), '_', '\_');
        CONTINUE WHEN part = '';
        IF length(word) < 3 THEN
            filter := filter || format(' AND (search LIKE %L OR search LIKE %L)', part || '%', '% ' || part || '%');
        ELSIF strpos(word, '@') > 3 THEN
            -- The end of an e-mail is everybody's: only what stands before the sign is asked of the index.
            filter := filter || format(' AND search LIKE %L AND strpos(search, %L) > 0', '%' || split_part(part, '@', 1) || '%', public.fold(word));
        ELSE
            filter := filter || format(' AND search LIKE %L', '%' || part || '%');
        END IF;
    END LOOP;
    IF filter = '' THEN RETURN '{}'; END IF;
    IF scope <> '*' THEN filter := filter || format(' AND branch_id = ANY (%L::uuid[])', '{' || scope || '}'); END IF;
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM public.customers WHERE organisation_id = %L%s LIMIT %s) hits', tenant, filter, n) INTO found;
    RETURN coalesce(found, '{}');
END $$;

DROP FUNCTION customers_alike(text, text, text, text, date, integer);
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

DO $$
DECLARE
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION customers_matching(text[], integer) FROM PUBLIC;
    REVOKE EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_matching(text[], integer) TO %I', vouch_app_role());
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_alike(text, text, text, text, date, integer) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION customers_matching(text[], integer) OWNER TO vouch_definer;
    ALTER FUNCTION customers_alike(text, text, text, text, date, integer) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;

DROP TABLE distinctions;
ALTER TABLE customers DROP COLUMN merged_into;
-- Whoever was merged is counted among the others again.
ALTER TABLE customers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE customer_counts NO FORCE ROW LEVEL SECURITY;
DELETE FROM customer_counts;
INSERT INTO customer_counts (organisation_id, branch_id, kyc, kind, risk_rank, country, n)
SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, ''), count(*) FROM customers GROUP BY 1, 2, 3, 4, 5, 6;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
ALTER TABLE customer_counts FORCE ROW LEVEL SECURITY;
