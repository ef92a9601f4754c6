\set n random(1, 1000)
BEGIN;
SELECT set_config('vouch.organisation', :org, true), set_config('vouch.branches', '*', true);
UPDATE customers SET phone = '600000000', version = version + 1, updated_at = clock_timestamp() WHERE organisation_id = :org AND id = (SELECT id FROM bench_ids WHERE n = :n);
INSERT INTO audit_entries (organisation_id, at, id, request_id, actor_kind, actor_id, action, subject_kind, subject_id, customer_id, branch_id, changes, detail_key, detail, origin_key, origin) SELECT :org, clock_timestamp(), gen_random_uuid(), gen_random_uuid(), 'staff', b.staff, 'customer.edited', 'customer', b.id, b.id, b.branch, '{}', b.id, b.sealed, b.staff, b.sealed FROM bench_ids b WHERE b.n = :n;
COMMIT;
