-- A suspicion that somebody handed to the managers. Telling the person concerned of it is an offence (for the EU:
-- Directive 2015/849, article 39), so whoever is neither manager nor admin sees nothing of it, not even that there is one.
CREATE TABLE suspicions (
    organisation_id uuid NOT NULL,
    id              uuid NOT NULL,
    customer_id     uuid NOT NULL,
    branch_id       uuid NOT NULL,
    review_id       uuid NOT NULL,
    -- What was seen, sealed under the customer's key.
    sealed          text NOT NULL,
    state           text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'reported', 'unfounded')),
    raised_by       uuid NOT NULL,
    raised_at       timestamptz NOT NULL,
    closed_by       uuid,
    closed_at       timestamptz,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews,
    FOREIGN KEY (organisation_id, raised_by) REFERENCES staff,
    FOREIGN KEY (organisation_id, closed_by) REFERENCES staff,
    CHECK ((state = 'open') = (closed_at IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL))
);
CREATE INDEX suspicions_open ON suspicions (organisation_id, raised_at, id) WHERE state = 'open';
CREATE INDEX suspicions_customer ON suspicions (organisation_id, customer_id);
SELECT vouch_isolate('suspicions'), vouch_grant('SELECT, INSERT, UPDATE', 'suspicions');

-- Whether the transaction may read what is confidential; the doors set it for managers, admins and the system.
CREATE FUNCTION vouch_confided() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('vouch.confided', true), '') = 'yes' OR current_user = 'vouch_definer' $$;
CREATE POLICY confided ON suspicions AS RESTRICTIVE FOR SELECT USING ((SELECT vouch_confided()));
-- What the log says of suspicions is as confidential as they are: page, export, timeline and case file alike.
CREATE POLICY confided ON audit_entries AS RESTRICTIVE FOR SELECT
    USING (action NOT LIKE 'suspicion.%' OR (SELECT vouch_confided()));

-- Whoever decides is not told why a second person must agree; that one must is all that leaves this function.
CREATE FUNCTION customer_suspected(customer uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM public.suspicions
                    WHERE organisation_id = nullif(current_setting('vouch.organisation', true), '')::uuid
                      AND customer_id = customer AND state = 'open')
$$;
REVOKE EXECUTE ON FUNCTION customer_suspected(uuid) FROM PUBLIC;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION customer_suspected(uuid) TO %I', vouch_app_role()); END $$;
GRANT EXECUTE ON FUNCTION vouch_confided() TO vouch_definer;
ALTER FUNCTION customer_suspected(uuid) OWNER TO vouch_definer;

-- The language in which the customer was written to.
ALTER TABLE reviews ADD COLUMN message_language text CHECK (message_language IN ('en', 'fr', 'es'));
