-- A key is the hand of whoever made it: who submits by a key of their own does not decide, and who proposes by one does not
-- agree. What a key did carries its maker, written here by the database so that no path forgets it.
ALTER TABLE credentials ADD COLUMN made_by uuid,
    ADD FOREIGN KEY (organisation_id, made_by) REFERENCES staff;
ALTER TABLE reviews ADD COLUMN submitted_maker uuid;
ALTER TABLE proposals ADD COLUMN proposed_maker uuid;

CREATE FUNCTION maker_of(tenant uuid, credential uuid) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT made_by FROM public.credentials WHERE organisation_id = tenant AND id = credential
$$;
CREATE FUNCTION review_hand() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.submitted_maker := public.maker_of(NEW.organisation_id, NEW.submitted_id);
    RETURN NEW;
END $$;
CREATE TRIGGER review_hand BEFORE INSERT ON reviews FOR EACH ROW WHEN (NEW.submitted_kind = 'key') EXECUTE FUNCTION review_hand();
CREATE FUNCTION proposal_hand() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.proposed_maker := public.maker_of(NEW.organisation_id, NEW.proposed_by);
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_hand BEFORE INSERT ON proposals FOR EACH ROW WHEN (NEW.proposed_kind = 'key') EXECUTE FUNCTION proposal_hand();

ALTER TABLE proposals ADD CONSTRAINT proposals_other_hand CHECK (approved_by IS NULL OR proposed_maker IS NULL OR approved_by <> proposed_maker);
ALTER TABLE reviews ADD CONSTRAINT reviews_other_hand CHECK (
    decided_by IS NULL OR submitted_maker IS NULL OR decided_kind <> 'staff' OR decided_by <> submitted_maker
    OR decided_at = submitted_at OR decision = 'draft'
) NOT VALID;
