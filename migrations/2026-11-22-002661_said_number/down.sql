ALTER TABLE documents DROP COLUMN said_number;
