ALTER TABLE relations DROP COLUMN named_at;
