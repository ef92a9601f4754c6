DROP TABLE onboard_index, onboard_sessions;
DELETE FROM lawful_moves WHERE machine = 'onboarding';
