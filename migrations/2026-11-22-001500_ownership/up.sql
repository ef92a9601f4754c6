-- Who stands behind a company: each share is said in one way and from a known source.
ALTER TABLE relations ADD CONSTRAINT relations_one_share CHECK (percent IS NULL OR band IS NULL);
ALTER TABLE relations ADD CONSTRAINT relations_source CHECK (source IN ('declared', 'register', 'document'));
-- The statement that nobody owns a quarter or more is somebody's, made on a day. Those that came without either
-- (an older interface, the demo) say neither; none stays behind once the statement is taken back.
ALTER TABLE customers
    ADD COLUMN no_owner_stated_by text CHECK (length(no_owner_stated_by) BETWEEN 1 AND 255),
    ADD COLUMN no_owner_stated_on date,
    ADD CONSTRAINT customers_no_owner_stated CHECK (
        (no_owner_stated_by IS NULL) = (no_owner_stated_on IS NULL)
        AND (no_beneficial_owner OR no_owner_stated_by IS NULL)
    );
