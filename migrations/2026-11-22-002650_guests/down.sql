DROP TABLE told_contacts;
ALTER TABLE onboard_sessions DROP COLUMN saves;
