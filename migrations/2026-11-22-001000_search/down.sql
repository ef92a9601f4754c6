DROP FUNCTION customers_matching(text[], integer);
DROP INDEX customers_search;
CREATE INDEX customers_search ON customers USING gin (organisation_id, search gin_trgm_ops);
CREATE FUNCTION customers_matching(term text, n integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    tenant uuid := nullif(current_setting('vouch.organisation', true), '')::uuid;
    scope  text := current_setting('vouch.branches', true);
    filter text := '';
    word   text;
    found  uuid[];
BEGIN
    IF tenant IS NULL OR coalesce(scope, '') = '' THEN RETURN '{}'; END IF;
    FOREACH word IN ARRAY string_to_array(btrim(public.fold(term)), ' ') LOOP
        CONTINUE WHEN word = '';
        filter := filter || format(' AND search LIKE %L', '%' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%');
    END LOOP;
    IF filter = '' THEN RETURN '{}'; END IF;
    IF scope <> '*' THEN filter := filter || format(' AND branch_id = ANY (%L::uuid[])', '{' || scope || '}'); END IF;
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM public.customers WHERE organisation_id = %L%s LIMIT %s) hits', tenant, filter, n) INTO found;
    RETURN coalesce(found, '{}');
END $$;
DO $$
DECLARE
    lent boolean := NOT has_schema_privilege('vouch_definer', 'public', 'CREATE');
BEGIN
    -- What is handed over is out of the owner's hands, so it is granted first.
    REVOKE EXECUTE ON FUNCTION customers_matching(text, integer) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION customers_matching(text, integer) TO %I', vouch_app_role());
    IF lent THEN GRANT CREATE ON SCHEMA public TO vouch_definer; END IF;
    ALTER FUNCTION customers_matching(text, integer) OWNER TO vouch_definer;
    IF lent THEN REVOKE CREATE ON SCHEMA public FROM vouch_definer; END IF;
END $$;
