ALTER TABLE onboard_sessions DROP COLUMN confirmed_as;
