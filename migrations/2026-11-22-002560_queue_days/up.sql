-- The overview leads from the age of what is open to its rows: so the list's index knows the day it was asked for, and
-- need not look at a hundred thousand rows to find the fifty of today.
DROP INDEX reviews_open, reviews_open_branch;
CREATE INDEX reviews_open ON reviews (organisation_id, due_at, id, kind, risk_rank, type, submitted_at) WHERE state = 'open';
CREATE INDEX reviews_open_branch ON reviews (organisation_id, branch_id, due_at, id, kind, risk_rank, type, submitted_at) WHERE state = 'open';
