-- A colleague whom a note calls by name: which characters of it, and whether they have seen it.
CREATE TABLE mentions (
    organisation_id uuid NOT NULL,
    note_id         uuid NOT NULL,
    -- In characters from the note's first, the @ among them.
    place           integer NOT NULL CHECK (place >= 0),
    length          integer NOT NULL CHECK (length > 1),
    customer_id     uuid NOT NULL,
    staff_id        uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    read_at         timestamptz,
    PRIMARY KEY (organisation_id, note_id, place),
    FOREIGN KEY (organisation_id, note_id) REFERENCES notes,
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers,
    FOREIGN KEY (organisation_id, staff_id) REFERENCES staff
);
CREATE INDEX mentions_staff ON mentions (organisation_id, staff_id, (read_at IS NOT NULL), created_at DESC);
SELECT vouch_isolate('mentions'), vouch_grant('SELECT, INSERT, UPDATE', 'mentions');
