ALTER TABLE tax_residences DROP COLUMN updated_at;
