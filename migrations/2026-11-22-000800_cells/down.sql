DROP INDEX customers_cell;
CREATE INDEX customers_branch_kyc_kind ON customers (organisation_id, branch_id, kyc, kind, updated_at DESC, id DESC);
CREATE OR REPLACE FUNCTION count_customers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_counts SELECT organisation_id, branch_id, kyc, kind, count(*) FROM new_rows GROUP BY 1, 2, 3, 4;
    ELSE
        INSERT INTO customer_counts
        SELECT organisation_id, branch_id, kyc, kind, sum(d)
          FROM (SELECT organisation_id, branch_id, kyc, kind, 1 AS d FROM new_rows
                UNION ALL SELECT organisation_id, branch_id, kyc, kind, -1 FROM old_rows) moved
         GROUP BY 1, 2, 3, 4 HAVING sum(d) <> 0;
    END IF;
    RETURN NULL;
END $$;
DROP INDEX customer_counts_tenant;
ALTER TABLE customer_counts DROP COLUMN risk_rank, DROP COLUMN country;
CREATE INDEX customer_counts_tenant ON customer_counts (organisation_id, branch_id, kyc, kind);
