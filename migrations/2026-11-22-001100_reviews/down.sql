DROP INDEX reviews_waiting, reviews_open_branch;
DROP TABLE proposals;
ALTER TABLE reviews DROP CONSTRAINT reviews_other_eyes;
