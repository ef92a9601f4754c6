-- A phone number is the same however it is spelled: by its digits alone, the country's first, whether they stand in the prefix
-- or in the number itself. "+34" and "600 100 200", "0034" and "600100200", and "+34 600-100-200" alone are one; the zero that is
-- only dialled at home is left out. A number without its country is nobody's.
CREATE FUNCTION phone_key(prefix text, phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE
    WHEN phone ~ '^[^0-9+]*(\+|00)' THEN nullif(ltrim(regexp_replace(replace(phone, '(0)', ''), '[^0-9]+', '', 'g'), '0'), '')
    WHEN prefix ~ '[1-9]' AND phone ~ '[1-9]' THEN ltrim(regexp_replace(prefix, '[^0-9]+', '', 'g'), '0')
                                                || ltrim(regexp_replace(phone, '[^0-9]+', '', 'g'), '0')
END $$;
GRANT EXECUTE ON FUNCTION phone_key(text, text) TO vouch_definer;

DROP INDEX customers_phone;
CREATE INDEX customers_phone ON customers (organisation_id, phone_key(phone_prefix, phone)) WHERE phone IS NOT NULL;

-- Those in the tenant and branches of the settings who are reached by this number, at most n. A function of ours is not leakproof,
-- so under row-level security it may not use its index; here it may. Where a country keeps the zero, a number that is stored whole
-- has it: so both are looked for.
CREATE FUNCTION customers_reached(country text, local text, n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    keys   text[] := ARRAY[public.phone_key(country, local), public.phone_key(NULL, '+' || country || local)];
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    SELECT array_agg(reached.id) INTO found FROM (
        SELECT c.id FROM public.customers c
         WHERE c.organisation_id = tenant AND c.phone IS NOT NULL AND public.phone_key(c.phone_prefix, c.phone) = ANY (keys) AND c.merged_into IS NULL
           AND (scope = '*' OR c.branch_id = ANY (string_to_array(scope, ',')::uuid[]))
         ORDER BY c.created_at, c.id LIMIT n
    ) reached;
    RETURN coalesce(found, '{}');
END $$;
DO $$
DECLARE
    -- The new owner of a function must be able to create in its schema at that moment, and only then.
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION customers_reached(text, text, integer) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_reached(text, text, integer) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION customers_reached(text, text, integer) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
