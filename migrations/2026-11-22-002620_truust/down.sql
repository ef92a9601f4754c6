DROP TRIGGER hold_whose ON documents;
DROP TRIGGER hold_paper ON documents;
CREATE TRIGGER hold_paper BEFORE UPDATE ON documents FOR EACH ROW
    EXECUTE FUNCTION hold_fixed('customer_id', 'storage_key', 'sha256', 'size', 'media_type', 'uploaded_kind', 'uploaded_id');
DROP INDEX customers_phone;
