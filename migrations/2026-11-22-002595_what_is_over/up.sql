-- What was said stays as it was said: the role that serves changes no decision that was taken, no proposal's content, no
-- paper's file and no key's rights, gives nothing a first state that only a move leads to, and deletes no hit that somebody
-- looked at. The owner may, for migrations and repairs.
CREATE FUNCTION hold_fixed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    now_is jsonb := to_jsonb(NEW);
    field text;
BEGIN
    FOREACH field IN ARRAY TG_ARGV LOOP
        IF was -> field IS DISTINCT FROM now_is -> field
           AND current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
            RAISE EXCEPTION '% of % is written once', field, TG_TABLE_NAME USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_decided BEFORE UPDATE ON reviews FOR EACH ROW WHEN (OLD.state = 'decided')
    EXECUTE FUNCTION hold_fixed('decision', 'decided_by', 'decided_kind', 'decided_at', 'reason_codes', 'comment', 'message', 'snapshot',
                                'submitted_kind', 'submitted_id', 'submitted_maker', 'countersigned_by', 'policy_version');
CREATE TRIGGER hold_proposed BEFORE UPDATE ON proposals FOR EACH ROW
    EXECUTE FUNCTION hold_fixed('body', 'kind', 'customer_id', 'review_id', 'verification_id', 'proposed_kind', 'proposed_by', 'proposed_maker', 'proposed_at');
CREATE TRIGGER hold_paper BEFORE UPDATE ON documents FOR EACH ROW
    EXECUTE FUNCTION hold_fixed('customer_id', 'storage_key', 'sha256', 'size', 'media_type', 'uploaded_kind', 'uploaded_id');
CREATE TRIGGER hold_key BEFORE UPDATE ON credentials FOR EACH ROW
    EXECUTE FUNCTION hold_fixed('face', 'kind', 'key_id', 'permissions', 'secret_hash', 'secret_sealed', 'made_by');
CREATE TRIGGER hold_revoked BEFORE UPDATE ON credentials FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL)
    EXECUTE FUNCTION hold_fixed('revoked_at');

CREATE FUNCTION hold_first() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION 'a row of % does not begin as %', TG_TABLE_NAME, to_jsonb(NEW) ->> TG_ARGV[0] USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_first BEFORE INSERT ON customers FOR EACH ROW WHEN (NEW.kyc <> 'none') EXECUTE FUNCTION hold_first('kyc');
CREATE TRIGGER hold_first BEFORE INSERT ON reviews FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION hold_first('state');
CREATE TRIGGER hold_first BEFORE INSERT ON proposals FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION hold_first('state');
CREATE TRIGGER hold_first BEFORE INSERT ON documents FOR EACH ROW WHEN (NEW.status <> 'pending') EXECUTE FUNCTION hold_first('status');
CREATE TRIGGER hold_first BEFORE INSERT ON hits FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION hold_first('state');
CREATE TRIGGER hold_first BEFORE INSERT ON suspicions FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION hold_first('state');

CREATE POLICY open_only ON hits AS RESTRICTIVE FOR DELETE USING (state = 'open');
