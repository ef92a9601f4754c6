-- A company's own system names who acts for it, and the member that was made of that follows what it names. There is one at
-- most, and none once somebody else has said what they are. The moment is that of their present name: a paper of the company
-- that was accepted before it proves somebody else.
ALTER TABLE relations ADD COLUMN named_at timestamptz;
ALTER TABLE relations ADD CONSTRAINT relations_named CHECK (named_at IS NULL OR role = 'legal_representative');
CREATE UNIQUE INDEX relations_named_once ON relations (organisation_id, parent_id) WHERE named_at IS NOT NULL;
