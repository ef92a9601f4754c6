-- Which of the team's views a role sees first when it opens the queue without saying what it wants. Without a row it is what
-- the program finds sensible.
CREATE TABLE default_views (
    organisation_id uuid NOT NULL,
    role            text NOT NULL CHECK (role IN ('auditor', 'officer', 'manager', 'admin')),
    view_id         uuid NOT NULL,
    PRIMARY KEY (organisation_id, role),
    -- Whoever keeps a view may remove it; then the role has none.
    FOREIGN KEY (organisation_id, view_id) REFERENCES saved_views ON DELETE CASCADE
);
CREATE INDEX default_views_view ON default_views (organisation_id, view_id);
SELECT vouch_isolate('default_views'), vouch_grant('SELECT, INSERT, UPDATE, DELETE', 'default_views');
