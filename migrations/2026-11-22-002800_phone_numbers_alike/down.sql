DROP FUNCTION customers_reached(text, text, integer);
DROP INDEX customers_phone;
CREATE INDEX customers_phone ON customers (organisation_id, phone) WHERE phone IS NOT NULL;
DROP FUNCTION phone_key(text, text);
