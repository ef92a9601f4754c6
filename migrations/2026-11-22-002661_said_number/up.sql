-- By which of its vendor's numbers a machine handed a paper in: several of them prove the same.
ALTER TABLE documents ADD COLUMN said_number smallint CHECK (said_number > 0);
