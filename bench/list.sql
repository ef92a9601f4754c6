SELECT session_id, organisation_id, staff_id, factor, created_at, last_seen_at, name, email, role, all_branches, branches, preferences, demo, has_code, data_key, wrapped_organisation_key, organisation_name, time_zone FROM session_by_token(:token);
BEGIN READ ONLY;
SELECT set_config('vouch.organisation', :org, true), set_config('vouch.branches', '*', true);
SELECT id, short_id, name, kind, branch_id, kyc, risk, country, updated_at, created_at, sort_name, risk_rank FROM customers WHERE organisation_id = :org ORDER BY updated_at DESC, id DESC LIMIT 51;
SELECT int8(sum(n)) FROM customer_counts WHERE organisation_id = :org;
COMMIT;
