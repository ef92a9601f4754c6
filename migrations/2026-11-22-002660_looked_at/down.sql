ALTER TABLE reviews DROP COLUMN looked;
