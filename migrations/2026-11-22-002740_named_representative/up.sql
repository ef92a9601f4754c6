-- A company's own system names who acts for it, and the member that was made of that follows what it names. There is one at
-- most, and none once somebody else has said what they are.
ALTER TABLE relations ADD COLUMN named boolean NOT NULL DEFAULT false;
ALTER TABLE relations ADD CONSTRAINT relations_named CHECK (NOT named OR role = 'legal_representative');
CREATE UNIQUE INDEX relations_named_once ON relations (organisation_id, parent_id) WHERE named;
