DROP TABLE saved_views;
ALTER TABLE reviews DROP CONSTRAINT reviews_waiting_since, DROP CONSTRAINT reviews_open_is_due;
DROP INDEX proposals_open_branch, reviews_decided_branch, reviews_waiting_branch;
