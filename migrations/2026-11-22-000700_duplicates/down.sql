DROP FUNCTION customers_alike(text, text, text, text, date, integer);
