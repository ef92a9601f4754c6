DROP INDEX documents_running;
CREATE INDEX documents_running ON documents (organisation_id, expires_on) WHERE status = 'validated' AND expires_on IS NOT NULL AND expired_at IS NULL;
