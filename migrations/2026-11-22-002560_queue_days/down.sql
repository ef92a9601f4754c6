DROP INDEX reviews_open, reviews_open_branch;
CREATE INDEX reviews_open ON reviews (organisation_id, due_at, id, kind, risk_rank, type) WHERE state = 'open';
CREATE INDEX reviews_open_branch ON reviews (organisation_id, branch_id, due_at, id, kind, risk_rank, type) WHERE state = 'open';
