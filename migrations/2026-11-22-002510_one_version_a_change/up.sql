-- A customer's version rises by one in a change, however much of them changes in it: so whoever comes with an older one
-- can be told how many changes were made since, and which. Whom this change has raised already stands in a setting that
-- ends with it.
CREATE FUNCTION customer_raised_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    raised text := coalesce(current_setting('vouch.raised', true), '');
BEGIN
    IF position(NEW.id::text IN raised) > 0 THEN
        NEW.version := OLD.version;
    ELSE
        NEW.version := OLD.version + 1;
        PERFORM set_config('vouch.raised', raised || NEW.id::text, true);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER customer_raised_once BEFORE UPDATE OF version ON customers
    FOR EACH ROW WHEN (NEW.version > OLD.version) EXECUTE FUNCTION customer_raised_once();
