DROP TRIGGER customer_raised_once ON customers;
DROP FUNCTION customer_raised_once();
