-- How many pages a paper has, counted when it was handed in. Papers whose bytes are not kept count as one.
ALTER TABLE documents ADD COLUMN pages integer NOT NULL DEFAULT 1 CHECK (pages BETWEEN 1 AND 200);
-- Only a refusal has a reason, and every refusal has one.
ALTER TABLE documents ADD CONSTRAINT documents_refused_because CHECK ((status = 'refused') = (reason IS NOT NULL));
