-- A waiver says why there is no tax number: the country gives none out, does not ask for it, or it could not be had,
-- which needs words. Waivers from interfaces that send no reason have none.
ALTER TABLE tax_residences
    ADD COLUMN waiver_reason text CHECK (waiver_reason IN ('not_issued', 'not_required', 'not_obtained')),
    ADD COLUMN waiver_note text CHECK (length(waiver_note) BETWEEN 1 AND 500),
    ADD CONSTRAINT tax_residences_waiver CHECK (
        (waiver_reason IS NULL OR liability_waiver) AND (waiver_note IS NULL OR waiver_reason IS NOT NULL)
        AND (waiver_reason IS DISTINCT FROM 'not_obtained' OR waiver_note IS NOT NULL)
    );
