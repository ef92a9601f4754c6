-- How often data was saved by a link: whoever holds it raises the customer's version so many times and no more.
ALTER TABLE onboard_sessions ADD COLUMN saves integer NOT NULL DEFAULT 0 CHECK (saves >= 0);

-- Which ways to reach them a customer told of by their own link, and nobody has confirmed: an organisation's systems do not
-- find them by these, since anybody's may be told.
CREATE TABLE told_contacts (
    organisation_id uuid NOT NULL REFERENCES organisations,
    customer_id     uuid NOT NULL,
    email           boolean NOT NULL,
    phone           boolean NOT NULL,
    PRIMARY KEY (organisation_id, customer_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers
);
SELECT vouch_isolate('told_contacts'), vouch_grant('SELECT, INSERT, UPDATE', 'told_contacts');
