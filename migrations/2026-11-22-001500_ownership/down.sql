ALTER TABLE customers DROP COLUMN no_owner_stated_by, DROP COLUMN no_owner_stated_on;
ALTER TABLE relations DROP CONSTRAINT relations_one_share, DROP CONSTRAINT relations_source;
