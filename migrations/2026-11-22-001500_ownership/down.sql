DROP TABLE no_owner_statements;
ALTER TABLE relations DROP CONSTRAINT relations_one_share, DROP CONSTRAINT relations_source;
