DROP INDEX documents_running;
ALTER TABLE documents DROP COLUMN expired_at;
DROP TABLE accepted_differences, extracted_fields;
