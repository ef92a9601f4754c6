ALTER TABLE relations DROP COLUMN named;
