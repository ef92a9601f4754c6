DROP TRIGGER begun_moved ON customers;
DROP TRIGGER begun_inserted ON customers;
DROP FUNCTION note_begun();
DROP TABLE kyc_begun;
