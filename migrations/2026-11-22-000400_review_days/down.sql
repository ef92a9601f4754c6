DROP TRIGGER count_updated ON reviews;
DROP TRIGGER count_inserted ON reviews;
DROP FUNCTION count_reviews();
DROP TABLE review_days;
