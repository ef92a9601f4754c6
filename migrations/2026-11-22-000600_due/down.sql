DROP INDEX verifications_provider;
DROP INDEX verifications_type;
DROP FUNCTION organisations_served();
DROP INDEX customers_refused;
DROP INDEX customers_next_review;
