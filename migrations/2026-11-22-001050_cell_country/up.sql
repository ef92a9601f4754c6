-- The country of a cell, empty where the address names none, so that it can be compared. Stored: under row-level
-- security an index on the expression is not used (45 ms where the column takes 2).
ALTER TABLE customers ADD COLUMN cell_country text NOT NULL GENERATED ALWAYS AS (coalesce(country, '')) STORED;
DROP INDEX customers_cell;
CREATE INDEX customers_cell ON customers (organisation_id, branch_id, kyc, kind, risk_rank, cell_country, updated_at DESC, id DESC);
