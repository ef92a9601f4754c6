-- How many reviews are open by the day they were submitted, and how many were decided each day by outcome, in days of
-- the organisation's zone. Like customer_counts: triggers append differences, readers add up what there is. The
-- overview reads this and never the reviews of a tenant.
CREATE TABLE review_days (
    organisation_id uuid NOT NULL,
    branch_id       uuid NOT NULL,
    -- 'open', or the decision.
    state           text NOT NULL,
    -- The day of submission of an open review, the day of the decision of a decided one.
    day             date NOT NULL,
    n               bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX review_days_tenant ON review_days (organisation_id, state, day, branch_id);
SELECT vouch_isolate('review_days'), vouch_grant('SELECT, INSERT, DELETE', 'review_days');

CREATE FUNCTION count_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO review_days
        SELECT r.organisation_id, r.branch_id, coalesce(r.decision, r.state),
               (coalesce(r.decided_at, r.submitted_at) AT TIME ZONE o.time_zone)::date, count(*)
          FROM new_rows r JOIN organisations o ON o.id = r.organisation_id
         WHERE r.state IN ('open', 'decided') GROUP BY 1, 2, 3, 4;
    ELSE
        INSERT INTO review_days
        SELECT r.organisation_id, r.branch_id, coalesce(r.decision, r.state),
               (coalesce(r.decided_at, r.submitted_at) AT TIME ZONE o.time_zone)::date, sum(r.d)
          FROM (SELECT organisation_id, branch_id, state, decision, decided_at, submitted_at, 1 AS d FROM new_rows
                UNION ALL
                SELECT organisation_id, branch_id, state, decision, decided_at, submitted_at, -1 FROM old_rows) r
          JOIN organisations o ON o.id = r.organisation_id
         WHERE r.state IN ('open', 'decided') GROUP BY 1, 2, 3, 4 HAVING sum(r.d) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_inserted AFTER INSERT ON reviews REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_reviews();
CREATE TRIGGER count_updated AFTER UPDATE ON reviews REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_reviews();
