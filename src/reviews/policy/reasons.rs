//! The reasons that are delivered: what officers of the field say most often, in words for colleagues and for customers.

use super::rules::{Reason, Wording};
use crate::documents::{fields::rules::Field, rules::DocumentType as Type};

/// What a reason may be said of: papers, fields, or with neither the customer.
type Of = (&'static [Type], &'static [Field]);

const CUSTOMER: Of = (&[], &[]);

/// Code, words for colleagues, words for the customer (English, French, Spanish), what it may be said of.
type Delivered = (&'static str, &'static str, [&'static str; 3], Of);

/// In the order in which they are offered.
const DELIVERED: &[Delivered] = &[
    (
        "document_expired",
        "The document is out of date",
        [
            "This document is out of date. Please send one that is still valid.",
            "Ce document n’est plus valable. Merci d’en envoyer un en cours de validité.",
            "Este documento ha caducado. Envíe uno que siga en vigor.",
        ],
        (Type::ALL, &[]),
    ),
    (
        "document_not_legible",
        "The document cannot be read",
        [
            "We could not read this document. Please send a sharper picture of the whole page.",
            "Nous n’avons pas pu lire ce document. Merci d’envoyer une image plus nette de la page entière.",
            "No hemos podido leer este documento. Envíe una imagen más nítida de toda la página.",
        ],
        (Type::ALL, &[]),
    ),
    (
        "document_wrong_type",
        "Another kind of document was asked for",
        [
            "This is not the document we asked for.",
            "Ce n’est pas le document demandé.",
            "Este no es el documento que pedimos.",
        ],
        (Type::ALL, &[]),
    ),
    (
        "address_too_old",
        "The proof of address is older than three months",
        [
            "Your proof of address is older than three months. Please send a recent one.",
            "Votre justificatif de domicile date de plus de trois mois. Merci d’en envoyer un récent.",
            "Su justificante de domicilio tiene más de tres meses. Envíe uno reciente.",
        ],
        (&[Type::AddressProof], &[]),
    ),
    (
        "name_differs",
        "The name differs from the documents",
        [
            "The name you told us differs from your documents. Please correct it.",
            "Le nom que vous avez indiqué diffère de vos documents. Merci de le corriger.",
            "El nombre que indicó no coincide con sus documentos. Corríjalo, por favor.",
        ],
        (&[], &[Field::LastName, Field::FirstName, Field::LegalName]),
    ),
    (
        "birth_date_differs",
        "The date of birth differs from the documents",
        [
            "The date of birth you told us differs from your documents. Please correct it.",
            "La date de naissance indiquée diffère de vos documents. Merci de la corriger.",
            "La fecha de nacimiento que indicó no coincide con sus documentos. Corríjala, por favor.",
        ],
        (&[], &[Field::BirthDate]),
    ),
    (
        "address_differs",
        "The address differs from the documents",
        [
            "The address you told us differs from your documents. Please correct it.",
            "L’adresse indiquée diffère de vos documents. Merci de la corriger.",
            "La dirección que indicó no coincide con sus documentos. Corríjala, por favor.",
        ],
        (
            &[],
            &[
                Field::AddressLine1,
                Field::PostalCode,
                Field::City,
                Field::Country,
            ],
        ),
    ),
    (
        "data_mismatch",
        "What was declared differs from the documents",
        [
            "What you told us differs from your documents. Please correct it.",
            "Vos déclarations diffèrent de vos documents. Merci de les corriger.",
            "Sus datos no coinciden con sus documentos. Corríjalos, por favor.",
        ],
        CUSTOMER,
    ),
    (
        "information_missing",
        "Information is missing",
        [
            "We need more information from you.",
            "Nous avons besoin d’informations complémentaires.",
            "Necesitamos más información.",
        ],
        CUSTOMER,
    ),
    (
        "identity_not_proved",
        "The identity is not proved",
        [
            "We could not verify the information you gave us.",
            "Nous n’avons pas pu vérifier les informations fournies.",
            "No hemos podido verificar la información facilitada.",
        ],
        CUSTOMER,
    ),
    (
        "owner_not_identified",
        "A beneficial owner is not identified",
        [
            "We could not identify everybody who owns or controls the company.",
            "Nous n’avons pas pu identifier toutes les personnes qui détiennent ou contrôlent la société.",
            "No hemos podido identificar a todas las personas que poseen o controlan la empresa.",
        ],
        CUSTOMER,
    ),
    (
        "outside_risk_appetite",
        "Outside what this house accepts",
        [
            "We cannot offer you this service.",
            "Nous ne pouvons pas vous proposer ce service.",
            "No podemos ofrecerle este servicio.",
        ],
        CUSTOMER,
    ),
    // Tipping off is an offence (for the EU: Directive 2015/849, article 39): these never reach a customer.
    (
        "suspicion",
        "A suspicion, for colleagues only",
        ["", "", ""],
        CUSTOMER,
    ),
    (
        "sanctions_hit",
        "A name on a list of sanctions, for colleagues only",
        ["", "", ""],
        CUSTOMER,
    ),
];

/// As delivered, in the order in which they are offered.
pub(super) fn delivered() -> Vec<Reason> {
    let reason = |(code, text, words, (documents, fields)): &Delivered| {
        let [en, fr, es] = words.map(str::to_owned);
        Reason {
            code: (*code).to_owned(),
            text: (*text).to_owned(),
            customer: Wording { en, fr, es },
            documents: documents.to_vec(),
            fields: fields.to_vec(),
        }
    };
    DELIVERED.iter().map(reason).collect()
}
