\set n random(1, 1000)
BEGIN;
SELECT set_config('vouch.organisation', :org, true), set_config('vouch.branches', '*', true);
UPDATE customers SET phone = '600000000', version = version + 1, updated_at = clock_timestamp() WHERE organisation_id = :org AND id = (SELECT id FROM bench_ids WHERE n = :n);
COMMIT;
