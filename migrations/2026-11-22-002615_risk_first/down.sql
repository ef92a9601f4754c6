DROP INDEX reviews_open_risk;
