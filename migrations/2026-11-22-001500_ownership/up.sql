-- Who stands behind a company: each share is said in one way and from a known source.
ALTER TABLE relations ADD CONSTRAINT relations_one_share CHECK (percent IS NULL OR band IS NULL);
ALTER TABLE relations ADD CONSTRAINT relations_source CHECK (source IN ('declared', 'register', 'document'));

-- The statement that nobody owns a quarter or more (customers.no_beneficial_owner) is somebody's, made on a day. What
-- came without either (an older interface, the demo) has no row here, and none stays once the statement is taken back.
CREATE TABLE no_owner_statements (
    organisation_id uuid NOT NULL,
    customer_id     uuid NOT NULL,
    stated_by       text NOT NULL CHECK (length(stated_by) BETWEEN 1 AND 255),
    stated_on       date NOT NULL,
    PRIMARY KEY (organisation_id, customer_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers
);
SELECT vouch_isolate('no_owner_statements'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'no_owner_statements');
