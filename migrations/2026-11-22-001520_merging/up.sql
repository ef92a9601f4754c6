-- Two rows of one person or company: the one says that it is the other. Nothing is moved and nothing erased, so that it
-- can be undone; the row leaves lists, counts and searches, unless they are asked for merged ones.
ALTER TABLE customers
    ADD COLUMN merged_into uuid,
    ADD FOREIGN KEY (organisation_id, merged_into) REFERENCES customers,
    ADD CONSTRAINT customers_merged CHECK (merged_into <> id);
CREATE INDEX customers_merged_into ON customers (organisation_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX customers_merged_updated ON customers (organisation_id, updated_at DESC, id DESC) WHERE merged_into IS NOT NULL;

-- Two who look alike and are two: remembered, so that nobody looks again.
CREATE TABLE distinctions (
    organisation_id uuid NOT NULL,
    one_id          uuid NOT NULL,
    other_id        uuid NOT NULL,
    said_by         uuid NOT NULL,
    said_at         timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, one_id, other_id),
    FOREIGN KEY (organisation_id, one_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, other_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, said_by) REFERENCES staff,
    -- A pair stands once, whichever of them was looked at.
    CHECK (one_id < other_id)
);
CREATE INDEX distinctions_other ON distinctions (organisation_id, other_id);
SELECT vouch_isolate('distinctions'), vouch_grant('SELECT, INSERT, DELETE', 'distinctions');

-- Counted are those who stand in lists. A merge takes one away, undoing it adds one: the triggers see both as an update.
CREATE OR REPLACE FUNCTION count_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_counts (organisation_id, branch_id, kyc, kind, risk_rank, country, n)
        SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, ''), count(*)
          FROM new_rows WHERE merged_into IS NULL GROUP BY 1, 2, 3, 4, 5, 6;
    ELSE
        INSERT INTO customer_counts (organisation_id, branch_id, kyc, kind, risk_rank, country, n)
        SELECT organisation_id, branch_id, kyc, kind, risk_rank, country, sum(d)
          FROM (SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, '') AS country, 1 AS d
                  FROM new_rows WHERE merged_into IS NULL
                UNION ALL
                SELECT organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, ''), -1
                  FROM old_rows WHERE merged_into IS NULL) moved
         GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(d) <> 0;
    END IF;
    RETURN NULL;
END $$;

-- The functions of the search and of the duplicates, as they were, without merged ones.
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
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM public.customers WHERE organisation_id = %L AND merged_into IS NULL%s LIMIT %s) hits', tenant, filter, n) INTO found;
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
