ALTER TABLE webhook_queue DROP COLUMN again;
