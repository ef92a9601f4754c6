-- What stands for the data that the customer confirmed: where it is another now, somebody changed it since, and it is asked
-- again. Nothing stands here where a session was confirmed before this was kept; that lasts 72 hours at most.
ALTER TABLE onboard_sessions ADD COLUMN confirmed_as text CHECK (length(confirmed_as) = 64);
