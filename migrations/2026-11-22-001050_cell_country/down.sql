DROP INDEX customers_cell;
ALTER TABLE customers DROP COLUMN cell_country;
CREATE INDEX customers_cell ON customers (organisation_id, branch_id, kyc, kind, risk_rank, coalesce(country, ''), updated_at DESC, id DESC);
