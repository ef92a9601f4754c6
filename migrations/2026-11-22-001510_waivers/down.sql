ALTER TABLE tax_residences DROP COLUMN waiver_reason, DROP COLUMN waiver_note;
