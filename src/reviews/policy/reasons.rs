//! The reasons that are delivered: what officers of the field say most often, in words for colleagues and for customers.

use super::rules::{Reason, Wording};
use crate::documents::rules::DocumentType as Type;

/// Code, words for colleagues, words for the customer (English, French, Spanish), the papers that it may be said of.
type Delivered = (
    &'static str,
    &'static str,
    [&'static str; 3],
    &'static [Type],
);

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
        Type::ALL,
    ),
    (
        "document_not_legible",
        "The document cannot be read",
        [
            "We could not read this document. Please send a sharper picture of the whole page.",
            "Nous n’avons pas pu lire ce document. Merci d’envoyer une image plus nette de la page entière.",
            "No hemos podido leer este documento. Envíe una imagen más nítida de toda la página.",
        ],
        Type::ALL,
    ),
    (
        "document_wrong_type",
        "Another kind of document was asked for",
        [
            "This is not the document we asked for.",
            "Ce n’est pas le document demandé.",
            "Este no es el documento que pedimos.",
        ],
        Type::ALL,
    ),
    (
        "address_too_old",
        "The proof of address is older than three months",
        [
            "Your proof of address is older than three months. Please send a recent one.",
            "Votre justificatif de domicile date de plus de trois mois. Merci d’en envoyer un récent.",
            "Su justificante de domicilio tiene más de tres meses. Envíe uno reciente.",
        ],
        &[Type::AddressProof],
    ),
    (
        "data_mismatch",
        "What was declared differs from the documents",
        [
            "What you told us differs from your documents. Please correct it.",
            "Vos déclarations diffèrent de vos documents. Merci de les corriger.",
            "Sus datos no coinciden con sus documentos. Corríjalos, por favor.",
        ],
        &[],
    ),
    (
        "information_missing",
        "Information is missing",
        [
            "We need more information from you.",
            "Nous avons besoin d’informations complémentaires.",
            "Necesitamos más información.",
        ],
        &[],
    ),
    (
        "identity_not_proved",
        "The identity is not proved",
        [
            "We could not verify the information you gave us.",
            "Nous n’avons pas pu vérifier les informations fournies.",
            "No hemos podido verificar la información facilitada.",
        ],
        &[],
    ),
    (
        "owner_not_identified",
        "A beneficial owner is not identified",
        [
            "We could not identify everybody who owns or controls the company.",
            "Nous n’avons pas pu identifier toutes les personnes qui détiennent ou contrôlent la société.",
            "No hemos podido identificar a todas las personas que poseen o controlan la empresa.",
        ],
        &[],
    ),
    (
        "outside_risk_appetite",
        "Outside what this house accepts",
        [
            "We cannot offer you this service.",
            "Nous ne pouvons pas vous proposer ce service.",
            "No podemos ofrecerle este servicio.",
        ],
        &[],
    ),
    // Tipping off is an offence (for the EU: Directive 2015/849, article 39): these never reach a customer.
    (
        "suspicion",
        "A suspicion, for colleagues only",
        ["", "", ""],
        &[],
    ),
    (
        "sanctions_hit",
        "A name on a list of sanctions, for colleagues only",
        ["", "", ""],
        &[],
    ),
];

/// As delivered, in the order in which they are offered.
pub(super) fn delivered() -> Vec<Reason> {
    let reason = |(code, text, words, documents): &Delivered| {
        let [en, fr, es] = words.map(str::to_owned);
        Reason {
            code: (*code).to_owned(),
            text: (*text).to_owned(),
            customer: Wording { en, fr, es },
            documents: documents.to_vec(),
        }
    };
    DELIVERED.iter().map(reason).collect()
}
