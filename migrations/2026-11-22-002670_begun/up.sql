-- When the present round of a customer's KYC began: with the draft where there was one, else with the request. By it a
-- company's own systems list their verifications, of which each customer has one; a new round begins it anew.
CREATE TABLE kyc_begun (
    organisation_id uuid NOT NULL,
    customer_id     uuid NOT NULL,
    at              timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, customer_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers
);
CREATE INDEX kyc_begun_at ON kyc_begun (organisation_id, at DESC, customer_id DESC);
SELECT vouch_isolate('kyc_begun'), vouch_grant('SELECT, INSERT, UPDATE', 'kyc_begun');

CREATE FUNCTION note_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO kyc_begun (organisation_id, customer_id, at)
        SELECT organisation_id, id, coalesce(last_request_at, created_at) FROM new_rows WHERE kyc <> 'none';
    ELSE
        INSERT INTO kyc_begun (organisation_id, customer_id, at) VALUES (NEW.organisation_id, NEW.id, NEW.updated_at)
        ON CONFLICT (organisation_id, customer_id) DO UPDATE SET at = EXCLUDED.at;
    END IF;
    RETURN NULL;
END $$;
-- Who is brought here with a KYC already, many at once.
CREATE TRIGGER begun_inserted AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_begun();
-- What is withdrawn or mended goes on in the same round.
CREATE TRIGGER begun_moved AFTER UPDATE OF kyc ON customers FOR EACH ROW
    WHEN (NEW.kyc IN ('draft', 'pending') AND OLD.kyc NOT IN ('draft', 'pending', 'incomplete')) EXECUTE FUNCTION note_begun();

-- Of those who are there, the last request is the nearest that is known. Within this transaction only, the owner is let past
-- the tenants' walls.
ALTER TABLE customers NO FORCE ROW LEVEL SECURITY;
ALTER TABLE kyc_begun NO FORCE ROW LEVEL SECURITY;
INSERT INTO kyc_begun (organisation_id, customer_id, at)
SELECT organisation_id, id, coalesce(last_request_at, created_at) FROM customers WHERE kyc <> 'none';
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
ALTER TABLE kyc_begun FORCE ROW LEVEL SECURITY;
