-- A paper that nobody has looked at lets a checklist pass as an accepted one does, so the clock watches its last day too.
DROP INDEX documents_running;
CREATE INDEX documents_running ON documents (organisation_id, expires_on)
    WHERE status IN ('validated', 'pending') AND expires_on IS NOT NULL AND expired_at IS NULL;
