-- The queue is asked for companies, for high risk, for what was refused: of a hundred thousand rounds and a million
-- decided ones. So a round knows of whom it is what the filters ask, kept by triggers, and each list's index can tell
-- before it looks at a row.
ALTER TABLE reviews ADD COLUMN kind text, ADD COLUMN risk_rank smallint;

CREATE FUNCTION review_whose() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    SELECT c.kind, c.risk_rank INTO NEW.kind, NEW.risk_rank
      FROM public.customers c WHERE c.organisation_id = NEW.organisation_id AND c.id = NEW.customer_id;
    RETURN NEW;
END $$;
CREATE TRIGGER review_whose BEFORE INSERT ON reviews FOR EACH ROW WHEN (NEW.kind IS NULL) EXECUTE FUNCTION review_whose();

CREATE FUNCTION customer_sorted() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    UPDATE public.reviews SET kind = NEW.kind, risk_rank = NEW.risk_rank
     WHERE organisation_id = NEW.organisation_id AND customer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER customer_sorted AFTER UPDATE OF kind, risk ON customers FOR EACH ROW
    WHEN ((OLD.kind, OLD.risk_rank) IS DISTINCT FROM (NEW.kind, NEW.risk_rank)) EXECUTE FUNCTION customer_sorted();

-- The rows that are there: for this one statement the wall lets their owner through.
ALTER TABLE reviews NO FORCE ROW LEVEL SECURITY;
ALTER TABLE customers NO FORCE ROW LEVEL SECURITY;
UPDATE reviews r SET kind = c.kind, risk_rank = c.risk_rank
  FROM customers c WHERE c.organisation_id = r.organisation_id AND c.id = r.customer_id;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
ALTER TABLE reviews FORCE ROW LEVEL SECURITY;
ALTER TABLE reviews ALTER kind SET NOT NULL, ALTER risk_rank SET NOT NULL;

DROP INDEX reviews_open, reviews_open_branch, reviews_waiting, reviews_waiting_branch, reviews_decided, reviews_decided_branch;
CREATE INDEX reviews_open ON reviews (organisation_id, due_at, id, kind, risk_rank, type) WHERE state = 'open';
CREATE INDEX reviews_open_branch ON reviews (organisation_id, branch_id, due_at, id, kind, risk_rank, type) WHERE state = 'open';
CREATE INDEX reviews_waiting ON reviews (organisation_id, paused_at, id, kind, risk_rank, type) WHERE state = 'waiting';
CREATE INDEX reviews_waiting_branch ON reviews (organisation_id, branch_id, paused_at, id, kind, risk_rank, type) WHERE state = 'waiting';
CREATE INDEX reviews_decided ON reviews (organisation_id, decided_at DESC, id DESC, kind, risk_rank, type) WHERE state = 'decided';
CREATE INDEX reviews_decided_branch ON reviews (organisation_id, branch_id, decided_at DESC, id DESC, kind, risk_rank, type) WHERE state = 'decided';
-- By what was decided, and by whom.
CREATE INDEX reviews_decided_so ON reviews (organisation_id, decision, decided_at DESC, id DESC, kind, risk_rank, type) WHERE state = 'decided';
CREATE INDEX reviews_decided_so_branch ON reviews (organisation_id, branch_id, decision, decided_at DESC, id DESC, kind, risk_rank, type) WHERE state = 'decided';
CREATE INDEX reviews_decided_by ON reviews (organisation_id, decided_by, decided_at DESC, id DESC) WHERE state = 'decided';
-- A count reads the index alone only where the pages of the rows are known to be seen by all: vacuum says so.
ALTER TABLE reviews SET (autovacuum_vacuum_insert_scale_factor = 0.01);
