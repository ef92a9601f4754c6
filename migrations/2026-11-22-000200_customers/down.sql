DROP TABLE notes, relations, tax_residences, documents, verification_counts, verifications, reviews, customer_counts;
DROP FUNCTION customers_matching(text, integer);
DROP TABLE customers;
DROP FUNCTION count_verifications(), count_customers(), words(text[]), fold(text);
