-- A customer whom a company's own system knows by their phone is found by it. (Equality alone, which the wall of row-level
-- security lets an index answer.)
CREATE INDEX customers_phone ON customers (organisation_id, phone) WHERE phone IS NOT NULL;

-- A paper that nobody has checked yet may be replaced by its sender; its file is fixed from the moment it is looked at. In
-- the same statement in which it moves, its file may not change either. Whose it is stays always.
DROP TRIGGER hold_paper ON documents;
CREATE TRIGGER hold_paper BEFORE UPDATE ON documents FOR EACH ROW WHEN (OLD.status <> 'pending' OR NEW.status <> 'pending')
    EXECUTE FUNCTION hold_fixed('storage_key', 'sha256', 'size', 'media_type', 'type', 'uploaded_kind', 'uploaded_id');
CREATE TRIGGER hold_whose BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION hold_fixed('customer_id');
