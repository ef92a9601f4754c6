ALTER TABLE reviews DROP COLUMN message_language;
DROP POLICY confided ON audit_entries;
DROP TABLE suspicions;
DROP FUNCTION customer_suspected(uuid);
DROP FUNCTION vouch_confided();
