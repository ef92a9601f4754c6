-- When a tax residence was written last, by which machines ask what changed.
ALTER TABLE tax_residences ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
-- The rows that are there: for this one statement the wall lets their owner through.
ALTER TABLE tax_residences NO FORCE ROW LEVEL SECURITY;
UPDATE tax_residences SET updated_at = created_at;
ALTER TABLE tax_residences FORCE ROW LEVEL SECURITY;
