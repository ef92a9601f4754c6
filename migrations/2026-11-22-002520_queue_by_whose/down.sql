ALTER TABLE reviews RESET (autovacuum_vacuum_insert_scale_factor);
DROP INDEX reviews_decided_by, reviews_decided_so_branch, reviews_decided_so, reviews_decided_branch, reviews_decided,
    reviews_waiting_branch, reviews_waiting, reviews_open_branch, reviews_open;
CREATE INDEX reviews_open ON reviews (organisation_id, due_at, id) WHERE state = 'open';
CREATE INDEX reviews_open_branch ON reviews (organisation_id, branch_id, due_at, id) WHERE state = 'open';
CREATE INDEX reviews_waiting ON reviews (organisation_id, paused_at DESC, id DESC) WHERE state = 'waiting';
CREATE INDEX reviews_waiting_branch ON reviews (organisation_id, branch_id, paused_at DESC, id DESC) WHERE state = 'waiting';
CREATE INDEX reviews_decided ON reviews (organisation_id, decided_at DESC, id DESC) WHERE state = 'decided';
CREATE INDEX reviews_decided_branch ON reviews (organisation_id, branch_id, decided_at DESC, id DESC) WHERE state = 'decided';
DROP TRIGGER customer_sorted ON customers;
DROP FUNCTION customer_sorted();
DROP TRIGGER review_whose ON reviews;
DROP FUNCTION review_whose();
ALTER TABLE reviews DROP COLUMN risk_rank, DROP COLUMN kind;
