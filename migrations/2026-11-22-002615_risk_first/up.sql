-- High risk is one open review in twenty-five: looked for in the order of all, its fifty first rows and their number took
-- longer than a page may.
CREATE INDEX reviews_open_risk ON reviews (organisation_id, risk_rank, due_at, id, kind, type, submitted_at) WHERE state = 'open';
