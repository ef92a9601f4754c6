ALTER TABLE documents DROP CONSTRAINT documents_refused_because;
ALTER TABLE documents DROP COLUMN pages;
