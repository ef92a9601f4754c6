//! The tables as Diesel sees them, written from the database; a test holds the two equal.
#![expect(
    missing_docs,
    reason = "the columns are explained where they are made, in migrations/"
)]

diesel::table! {
    accepted_differences (organisation_id, customer_id, field, other) {
        organisation_id -> Uuid,
        customer_id -> Uuid,
        field -> Text,
        other -> Text,
        declared -> Text,
        accepted_kind -> Text,
        accepted_id -> Nullable<Uuid>,
        accepted_at -> Timestamptz,
    }
}

diesel::table! {
    audit_entries (organisation_id, at, id) {
        organisation_id -> Uuid,
        at -> Timestamptz,
        id -> Uuid,
        request_id -> Uuid,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Nullable<Uuid>,
        customer_id -> Nullable<Uuid>,
        branch_id -> Nullable<Uuid>,
        changes -> Json,
        detail_key -> Nullable<Uuid>,
        detail -> Nullable<Bytea>,
        origin_key -> Nullable<Uuid>,
        origin -> Nullable<Bytea>,
    }
}

diesel::table! {
    audit_heads (organisation_id) {
        organisation_id -> Uuid,
        sequence -> BigInt,
        chain_hash -> Bytea,
    }
}

diesel::table! {
    audit_links (organisation_id, sequence) {
        organisation_id -> Uuid,
        sequence -> BigInt,
        entry_at -> Timestamptz,
        entry_id -> Uuid,
        linked_at -> Timestamptz,
        content_hash -> Bytea,
        chain_hash -> Bytea,
    }
}

diesel::table! {
    audit_to_link (organisation_id, at, request_id) {
        organisation_id -> Uuid,
        at -> Timestamptz,
        request_id -> Uuid,
    }
}

diesel::table! {
    audit_verifications (organisation_id) {
        organisation_id -> Uuid,
        sequence -> BigInt,
        chain_hash -> Bytea,
        verified_at -> Timestamptz,
        finding -> Nullable<Text>,
        checkpoint_size -> Nullable<BigInt>,
        checkpoint_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    branches (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    credential_branches (organisation_id, credential_id, branch_id) {
        organisation_id -> Uuid,
        credential_id -> Uuid,
        branch_id -> Uuid,
        position -> SmallInt,
    }
}

diesel::table! {
    credential_index (key_hash) {
        key_hash -> Bytea,
        organisation_id -> Uuid,
        credential_id -> Uuid,
    }
}

diesel::table! {
    credentials (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        face -> Text,
        kind -> Text,
        key_id -> Text,
        permissions -> Array<Text>,
        secret_hash -> Nullable<Bytea>,
        secret_sealed -> Nullable<Bytea>,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        name -> Text,
        made_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    customer_counts (organisation_id, branch_id, kyc) {
        organisation_id -> Uuid,
        branch_id -> Uuid,
        kyc -> Text,
        kind -> Text,
        n -> BigInt,
        risk_rank -> SmallInt,
        country -> Text,
    }
}

diesel::table! {
    customers (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        short_id -> Text,
        branch_id -> Uuid,
        branch_named -> Bool,
        kind -> Text,
        legal_type -> Nullable<SmallInt>,
        title -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        email -> Nullable<Text>,
        phone_prefix -> Nullable<Text>,
        phone -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        birth_place -> Nullable<Text>,
        birth_country -> Nullable<Text>,
        nationality -> Nullable<Text>,
        address_line1 -> Nullable<Text>,
        address_line2 -> Nullable<Text>,
        city -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        state -> Nullable<Text>,
        country -> Nullable<Text>,
        tax_id -> Nullable<Text>,
        occupation -> Nullable<Text>,
        income_range -> Nullable<BigInt>,
        legal_name -> Nullable<Text>,
        legal_form -> Nullable<Text>,
        registration_number -> Nullable<Text>,
        representative_name -> Nullable<Text>,
        representative_email -> Nullable<Text>,
        representative_phone -> Nullable<Text>,
        distribution_country -> Nullable<Text>,
        us_person -> Bool,
        no_beneficial_owner -> Bool,
        tag -> Nullable<Text>,
        metadata -> Nullable<Jsonb>,
        kyc -> Text,
        kyc_level -> SmallInt,
        review_type -> Nullable<Text>,
        risk -> Nullable<Text>,
        risk_reason -> Nullable<Text>,
        kyc_comment -> Nullable<Text>,
        last_request_at -> Nullable<Timestamptz>,
        last_review_at -> Nullable<Timestamptz>,
        next_review_on -> Nullable<Date>,
        refused_at -> Nullable<Timestamptz>,
        relationship_ended_at -> Nullable<Timestamptz>,
        legal_hold -> Bool,
        data_key -> Uuid,
        created_by_kind -> Text,
        created_by_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Integer,
        name -> Text,
        sort_name -> Text,
        risk_rank -> SmallInt,
        search -> Text,
        cell_country -> Text,
        merged_into -> Nullable<Uuid>,
    }
}

diesel::table! {
    data_keys (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        wrapped -> Nullable<Bytea>,
        created_at -> Timestamptz,
        destroyed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    default_views (organisation_id, role) {
        organisation_id -> Uuid,
        role -> Text,
        view_id -> Uuid,
    }
}

diesel::table! {
    distinctions (organisation_id, one_id, other_id) {
        organisation_id -> Uuid,
        one_id -> Uuid,
        other_id -> Uuid,
        said_by -> Uuid,
        said_at -> Timestamptz,
    }
}

diesel::table! {
    documents (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        customer_id -> Uuid,
        review_id -> Nullable<Uuid>,
        #[sql_name = "type"]
        type_ -> Text,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Bytea,
        storage_key -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        expires_on -> Nullable<Date>,
        uploaded_kind -> Text,
        uploaded_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        pages -> Integer,
        expired_at -> Nullable<Timestamptz>,
        said_number -> Nullable<SmallInt>,
    }
}

diesel::table! {
    extracted_fields (organisation_id, document_id, field, source) {
        organisation_id -> Uuid,
        document_id -> Uuid,
        field -> Text,
        source -> Text,
        customer_id -> Uuid,
        value -> Text,
        match_key -> Text,
        entered_kind -> Text,
        entered_id -> Nullable<Uuid>,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    hits (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        customer_id -> Uuid,
        verification_id -> Uuid,
        list -> Text,
        entry_id -> Text,
        entry -> Jsonb,
        entry_hash -> Bytea,
        name -> Text,
        score -> SmallInt,
        state -> Text,
        found_at -> Timestamptz,
        settled_kind -> Nullable<Text>,
        settled_by -> Nullable<Uuid>,
        settled_at -> Nullable<Timestamptz>,
        sealed_reason -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_records (organisation_id, credential_id, key_hash) {
        organisation_id -> Uuid,
        credential_id -> Uuid,
        key_hash -> Bytea,
        request_hash -> Bytea,
        answer -> Nullable<Text>,
        lease_ends_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    import_rows (batch, line) {
        batch -> Uuid,
        line -> BigInt,
        id -> Uuid,
        short_id -> Text,
        data_key -> Uuid,
        wrapped -> Bytea,
        entry -> Uuid,
        changes -> Json,
        detail -> Bytea,
        kind -> Text,
        branch_id -> Uuid,
        title -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        birth_place -> Nullable<Text>,
        birth_country -> Nullable<Text>,
        nationality -> Nullable<Text>,
        legal_name -> Nullable<Text>,
        legal_form -> Nullable<Text>,
        legal_type -> Nullable<SmallInt>,
        registration_number -> Nullable<Text>,
        address_line1 -> Nullable<Text>,
        address_line2 -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        city -> Nullable<Text>,
        state -> Nullable<Text>,
        country -> Nullable<Text>,
        email -> Nullable<Text>,
        phone_prefix -> Nullable<Text>,
        phone -> Nullable<Text>,
        representative_name -> Nullable<Text>,
        representative_email -> Nullable<Text>,
        representative_phone -> Nullable<Text>,
        tax_id -> Nullable<Text>,
        us_person -> Bool,
        occupation -> Nullable<Text>,
        income_range -> Nullable<BigInt>,
        distribution_country -> Nullable<Text>,
        tag -> Nullable<Text>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        staff_id -> Uuid,
        kind -> Text,
        customer_id -> Nullable<Uuid>,
        state -> Text,
        done -> BigInt,
        total -> BigInt,
        attempt -> Integer,
        lease_ends_at -> Nullable<Timestamptz>,
        not_before -> Timestamptz,
        pieces -> Nullable<Integer>,
        size -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        confided -> Bool,
        asked -> Nullable<Text>,
        rows_read -> Nullable<BigInt>,
        rows_bad -> Nullable<BigInt>,
        rows_alike -> Nullable<BigInt>,
        made_of -> Nullable<Text>,
    }
}

diesel::table! {
    kyc_begun (organisation_id, customer_id) {
        organisation_id -> Uuid,
        customer_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    lawful_moves (machine, from_state, to_state) {
        machine -> Text,
        from_state -> Text,
        to_state -> Text,
    }
}

diesel::table! {
    mentions (organisation_id, note_id, place) {
        organisation_id -> Uuid,
        note_id -> Uuid,
        place -> Integer,
        length -> Integer,
        customer_id -> Uuid,
        staff_id -> Uuid,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    no_owner_statements (organisation_id, customer_id) {
        organisation_id -> Uuid,
        customer_id -> Uuid,
        stated_by -> Text,
        stated_on -> Date,
    }
}

diesel::table! {
    nonces (credential_id, proof_hash) {
        credential_id -> Uuid,
        proof_hash -> Bytea,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    notes (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        customer_id -> Uuid,
        body -> Text,
        written_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    onboard_index (token_hash) {
        token_hash -> Bytea,
        organisation_id -> Uuid,
        session_id -> Uuid,
    }
}

diesel::table! {
    onboard_sessions (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        customer_id -> Uuid,
        state -> Text,
        options -> Jsonb,
        org_id -> Nullable<Text>,
        return_url -> Nullable<Text>,
        generation -> Integer,
        confirmed_at -> Nullable<Timestamptz>,
        papers -> Integer,
        expires_at -> Timestamptz,
        created_by_kind -> Text,
        created_by_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        saves -> Integer,
        confirmed_as -> Nullable<Text>,
    }
}

diesel::table! {
    organisations (id) {
        id -> Uuid,
        name -> Text,
        number -> BigInt,
        mode -> Text,
        time_zone -> Text,
        demo -> Bool,
        default_branch -> Nullable<Uuid>,
        wrapped_key -> Nullable<Bytea>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    policies (organisation_id, version) {
        organisation_id -> Uuid,
        version -> Integer,
        body -> Jsonb,
        made_by -> Nullable<Uuid>,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    proposals (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        customer_id -> Uuid,
        branch_id -> Uuid,
        review_id -> Nullable<Uuid>,
        verification_id -> Nullable<Uuid>,
        kind -> Text,
        state -> Text,
        body -> Jsonb,
        customer_version -> Integer,
        policy_version -> Integer,
        proposed_by -> Uuid,
        proposed_at -> Timestamptz,
        expires_at -> Timestamptz,
        approved_by -> Nullable<Uuid>,
        settled_by -> Nullable<Uuid>,
        settled_at -> Nullable<Timestamptz>,
        points -> Nullable<Text>,
        proposed_kind -> Text,
        proposed_staff -> Nullable<Uuid>,
        proposed_key -> Nullable<Uuid>,
        proposed_maker -> Nullable<Uuid>,
    }
}

diesel::table! {
    providers (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        name -> Text,
        url -> Text,
        sealed_secret -> Text,
        timeout_seconds -> SmallInt,
        added_by -> Uuid,
        created_at -> Timestamptz,
        disabled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    recovery_codes (organisation_id, staff_id, code_hash) {
        organisation_id -> Uuid,
        staff_id -> Uuid,
        code_hash -> Bytea,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    relations (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        parent_id -> Uuid,
        child_id -> Uuid,
        role -> Text,
        percent -> Nullable<Integer>,
        band -> Nullable<Text>,
        source -> Text,
        created_at -> Timestamptz,
        named_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    review_days (organisation_id, branch_id, state) {
        organisation_id -> Uuid,
        branch_id -> Uuid,
        state -> Text,
        day -> Date,
        n -> BigInt,
    }
}

diesel::table! {
    reviews (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        customer_id -> Uuid,
        branch_id -> Uuid,
        round -> Integer,
        #[sql_name = "type"]
        type_ -> Text,
        state -> Text,
        submitted_kind -> Text,
        submitted_id -> Nullable<Uuid>,
        submitted_at -> Timestamptz,
        snapshot -> Jsonb,
        assignee -> Nullable<Uuid>,
        claim_expires_at -> Nullable<Timestamptz>,
        due_at -> Nullable<Timestamptz>,
        paused_at -> Nullable<Timestamptz>,
        paused_for -> Interval,
        decision -> Nullable<Text>,
        retry -> Nullable<Bool>,
        risk -> Nullable<Text>,
        reason_codes -> Array<Text>,
        comment -> Nullable<Text>,
        message -> Nullable<Text>,
        decided_by -> Nullable<Uuid>,
        decided_kind -> Nullable<Text>,
        decided_at -> Nullable<Timestamptz>,
        countersigned_by -> Nullable<Uuid>,
        countersigned_at -> Nullable<Timestamptz>,
        policy_version -> Nullable<Integer>,
        message_language -> Nullable<Text>,
        kind -> Text,
        risk_rank -> SmallInt,
        submitted_maker -> Nullable<Uuid>,
        looked -> Array<Timestamptz>,
    }
}

diesel::table! {
    saved_views (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        staff_id -> Uuid,
        scope -> Text,
        name -> Text,
        query -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Bytea,
        id -> Uuid,
        organisation_id -> Uuid,
        staff_id -> Uuid,
        factor -> Text,
        origin -> Nullable<Bytea>,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_delays (subject_hmac) {
        subject_hmac -> Bytea,
        failures -> Integer,
        last_at -> Timestamptz,
        next_at -> Timestamptz,
    }
}

diesel::table! {
    sign_ins (email_hmac) {
        email_hmac -> Bytea,
        organisation_id -> Uuid,
        staff_id -> Uuid,
    }
}

diesel::table! {
    staff (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        email -> Text,
        name -> Text,
        role -> Text,
        all_branches -> Bool,
        password_hash -> Nullable<Text>,
        totp_sealed -> Nullable<Bytea>,
        totp_last_step -> Nullable<BigInt>,
        preferences -> Jsonb,
        demo -> Bool,
        data_key -> Uuid,
        disabled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    staff_branches (organisation_id, staff_id, branch_id) {
        organisation_id -> Uuid,
        staff_id -> Uuid,
        branch_id -> Uuid,
    }
}

diesel::table! {
    suspicions (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        customer_id -> Uuid,
        branch_id -> Uuid,
        review_id -> Uuid,
        sealed -> Text,
        state -> Text,
        raised_by -> Uuid,
        raised_at -> Timestamptz,
        closed_by -> Nullable<Uuid>,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    tax_residences (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        customer_id -> Uuid,
        country -> Text,
        tax_payer_id -> Nullable<Text>,
        liability_waiver -> Bool,
        created_at -> Timestamptz,
        waiver_reason -> Nullable<Text>,
        waiver_note -> Nullable<Text>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    told_contacts (organisation_id, customer_id) {
        organisation_id -> Uuid,
        customer_id -> Uuid,
        email -> Bool,
        phone -> Bool,
    }
}

diesel::table! {
    unnamed_branches (organisation_id, customer_id) {
        organisation_id -> Uuid,
        customer_id -> Uuid,
        branch_id -> Uuid,
    }
}

diesel::table! {
    uploads (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        staff_id -> Uuid,
        name -> Text,
        size -> BigInt,
        pieces -> Integer,
        rows -> BigInt,
        job_id -> Nullable<Uuid>,
        imported_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    verification_counts (organisation_id, branch_id, status) {
        organisation_id -> Uuid,
        branch_id -> Uuid,
        status -> Text,
        n -> BigInt,
    }
}

diesel::table! {
    verifications (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        number -> BigInt,
        customer_id -> Uuid,
        branch_id -> Uuid,
        review_id -> Nullable<Uuid>,
        verification_type -> Text,
        check_type -> Nullable<Text>,
        provider -> Text,
        provider_reference -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        result_payload -> Nullable<Jsonb>,
        started_by_kind -> Text,
        started_by_id -> Nullable<Uuid>,
        actor_kind -> Nullable<Text>,
        actor_id -> Nullable<Uuid>,
        verified_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        last_checked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    watchlist_entries (list, id) {
        list -> Text,
        id -> Text,
        schema -> Text,
        name -> Text,
        birth_dates -> Array<Text>,
        countries -> Array<Text>,
        details -> Jsonb,
        hash -> Bytea,
    }
}

diesel::table! {
    watchlist_names (list, entry_id, name) {
        list -> Text,
        entry_id -> Text,
        name -> Text,
        keys -> Array<Text>,
    }
}

diesel::table! {
    watchlists (name) {
        name -> Text,
        entries -> BigInt,
        loaded_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_attempts (organisation_id, delivery_id, number) {
        organisation_id -> Uuid,
        delivery_id -> Uuid,
        number -> Integer,
        at -> Timestamptz,
        status -> Nullable<SmallInt>,
        failure -> Nullable<Text>,
        answer -> Nullable<Bytea>,
        milliseconds -> Integer,
    }
}

diesel::table! {
    webhook_deliveries (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        endpoint_id -> Uuid,
        event -> Text,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<Uuid>,
        customer_id -> Nullable<Uuid>,
        branch_id -> Nullable<Uuid>,
        data_key -> Nullable<Uuid>,
        body -> Bytea,
        state -> Text,
        tries -> SmallInt,
        attempts -> Integer,
        next_attempt_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_endpoints (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        face -> Text,
        url -> Text,
        name -> Text,
        events -> Array<Text>,
        branches -> Nullable<Array<Uuid>>,
        sealed_secret -> Text,
        previous_secret -> Nullable<Text>,
        previous_until -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        disabled_because -> Nullable<Text>,
        failing_since -> Nullable<Timestamptz>,
        created_by_kind -> Text,
        created_by_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_lanes (endpoint_id) {
        endpoint_id -> Uuid,
        organisation_id -> Uuid,
        failing -> Bool,
    }
}

diesel::table! {
    webhook_queue (delivery_id) {
        delivery_id -> Uuid,
        organisation_id -> Uuid,
        endpoint_id -> Uuid,
        due_at -> Timestamptz,
        held -> Bool,
        claims -> Integer,
        again -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accepted_differences,
    audit_entries,
    audit_heads,
    audit_links,
    audit_to_link,
    audit_verifications,
    branches,
    credential_branches,
    credential_index,
    credentials,
    customer_counts,
    customers,
    data_keys,
    default_views,
    distinctions,
    documents,
    extracted_fields,
    hits,
    idempotency_records,
    import_rows,
    jobs,
    kyc_begun,
    lawful_moves,
    mentions,
    no_owner_statements,
    nonces,
    notes,
    onboard_index,
    onboard_sessions,
    organisations,
    policies,
    proposals,
    providers,
    recovery_codes,
    relations,
    review_days,
    reviews,
    saved_views,
    sessions,
    sign_in_delays,
    sign_ins,
    staff,
    staff_branches,
    suspicions,
    tax_residences,
    told_contacts,
    unnamed_branches,
    uploads,
    verification_counts,
    verifications,
    watchlist_entries,
    watchlist_names,
    watchlists,
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
    webhook_lanes,
    webhook_queue,
);
