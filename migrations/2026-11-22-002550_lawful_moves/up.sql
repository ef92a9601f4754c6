-- State machines are tables, here as in the program (a test holds the two equal): whatever path leads to a row, the role
-- that serves makes no move that is not lawful. The owner may, for migrations and repairs.
CREATE TABLE lawful_moves (
    machine    text NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    PRIMARY KEY (machine, from_state, to_state)
);
SELECT vouch_grant('SELECT', 'lawful_moves');
INSERT INTO lawful_moves VALUES
    ('kyc', 'none', 'draft'),
    ('kyc', 'none', 'pending'),
    ('kyc', 'draft', 'pending'),
    ('kyc', 'incomplete', 'pending'),
    ('kyc', 'refused', 'pending'),
    ('kyc', 'canceled', 'pending'),
    ('kyc', 'pending', 'incomplete'),
    ('kyc', 'pending', 'validated'),
    ('kyc', 'pending', 'refused'),
    ('kyc', 'pending', 'draft'),
    ('kyc', 'validated', 'review_needed'),
    ('kyc', 'review_needed', 'pending'),
    ('kyc', 'validated', 'refused'),
    ('kyc', 'review_needed', 'refused'),
    ('kyc', 'refused', 'canceled'),
    ('kyc', 'refused', 'draft'),
    ('kyc', 'canceled', 'draft'),
    ('kyc', 'validated', 'canceled'),
    ('kyc', 'review_needed', 'validated'),
    ('kyc', 'review_needed', 'canceled'),
    ('kyc', 'refused', 'validated'),
    ('kyc', 'refused', 'review_needed'),
    ('kyc', 'canceled', 'validated'),
    ('kyc', 'canceled', 'review_needed'),
    ('kyc', 'canceled', 'refused'),
    ('verification', 'pending', 'verified'),
    ('verification', 'pending', 'failed'),
    ('verification', 'pending', 'expired'),
    ('verification', 'verified', 'expired'),
    ('verification', 'verified', 'failed'),
    ('document', 'pending', 'validated'),
    ('document', 'pending', 'refused'),
    ('document', 'pending', 'canceled'),
    ('job', 'queued', 'running'),
    ('job', 'running', 'queued'),
    ('job', 'running', 'done'),
    ('job', 'running', 'failed'),
    ('job', 'queued', 'canceled'),
    ('job', 'running', 'canceled'),
    ('review', 'open', 'waiting'),
    ('review', 'waiting', 'open'),
    ('review', 'open', 'decided'),
    ('review', 'open', 'withdrawn'),
    ('review', 'waiting', 'withdrawn'),
    ('proposal', 'open', 'approved'),
    ('proposal', 'open', 'sent_back'),
    ('proposal', 'open', 'lapsed'),
    ('proposal', 'open', 'returned'),
    ('hit', 'open', 'cleared'),
    ('hit', 'open', 'confirmed'),
    ('suspicion', 'open', 'reported'),
    ('suspicion', 'open', 'unfounded');

CREATE FUNCTION hold_lawful() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    was text := to_jsonb(OLD) ->> TG_ARGV[1];
    now_is text := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
    IF NOT EXISTS (SELECT FROM public.lawful_moves
                    WHERE machine = TG_ARGV[0] AND from_state = was AND to_state = now_is)
       AND current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION 'no lawful move of a %: % to %', TG_ARGV[0], was, now_is USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER lawful_move BEFORE UPDATE OF kyc ON customers FOR EACH ROW
    WHEN (OLD.kyc <> NEW.kyc) EXECUTE FUNCTION hold_lawful('kyc', 'kyc');
CREATE TRIGGER lawful_move BEFORE UPDATE OF status ON verifications FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION hold_lawful('verification', 'status');
CREATE TRIGGER lawful_move BEFORE UPDATE OF status ON documents FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION hold_lawful('document', 'status');
CREATE TRIGGER lawful_move BEFORE UPDATE OF state ON reviews FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION hold_lawful('review', 'state');
CREATE TRIGGER lawful_move BEFORE UPDATE OF state ON proposals FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION hold_lawful('proposal', 'state');
CREATE TRIGGER lawful_move BEFORE UPDATE OF state ON hits FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION hold_lawful('hit', 'state');
CREATE TRIGGER lawful_move BEFORE UPDATE OF state ON suspicions FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION hold_lawful('suspicion', 'state');
CREATE TRIGGER lawful_move BEFORE UPDATE OF state ON jobs FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION hold_lawful('job', 'state');
