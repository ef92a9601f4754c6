//! A paper as it is sent and as it is answered.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{fault, kyc::moment, numbers::Whole};
use crate::{
    customers::rules::Kind,
    documents::{
        by_number::Numbered,
        rules::{DocumentStatus, DocumentType},
    },
    error::FieldError,
    faces::{json::Given, treezor::errors::REQUIRED},
};

/// A paper as a caller sends one. Unknown fields are ignored.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(extend("required" = ["userId", "documentTypeId", "name", "fileContentBase64"]))]
pub struct DocumentBody {
    /// Whose.
    #[schemars(with = "Whole")]
    user_id: Given<Whole>,
    /// What it proves: 4, 9, 11, 12, 15, 16, 17, 19, 20, 23 or 24.
    #[schemars(with = "Whole")]
    document_type_id: Given<Whole>,
    /// What its owner calls the file.
    #[schemars(with = "String", length(min = 1))]
    name: Given<String>,
    /// The file, in base64: a PDF, JPG, PNG or TIFF of less than 4.5 MB.
    #[schemars(with = "String", extend("contentEncoding" = "base64"))]
    file_content_base64: Given<String>,
}

/// A paper that can be read.
pub struct Sent {
    /// Whose.
    pub user: i64,
    /// The vendor's number of what it proves; a known one.
    pub type_id: i64,
    /// What its owner calls the file.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What each of the vendor's numbers proves; the first of several numbers is answered of a paper that was handed in by none of
/// them. A company's registration goes by the numbers of any other.
const TYPES: [(i64, DocumentType); 11] = [
    (9, DocumentType::IdentityProof),
    (15, DocumentType::IdentityProof),
    (16, DocumentType::IdentityProof),
    (17, DocumentType::IdentityProof),
    (12, DocumentType::AddressProof),
    (4, DocumentType::RegistrationProof),
    (19, DocumentType::RegistrationProof),
    (23, DocumentType::ArticlesOfAssociation),
    (20, DocumentType::TaxVerification),
    (24, DocumentType::TaxVerification),
    (11, DocumentType::BankVerification),
];

/// What a number proves of a customer.
pub fn proves(number: i64, kind: Kind) -> Option<DocumentType> {
    let (_, found) = TYPES.iter().find(|(known, _)| *known == number)?;
    Some(match (*found, kind) {
        (DocumentType::RegistrationProof, Kind::Legal) => DocumentType::CompanyRegistrationProof,
        (found, _) => found,
    })
}

/// The number that is answered: the one that the paper was handed in by, as long as it proves what the paper is; nothing where the
/// vendor has none.
fn number(of: DocumentType, said: Option<i16>) -> Option<i64> {
    let of = match of {
        DocumentType::CompanyRegistrationProof => DocumentType::RegistrationProof,
        DocumentType::BusinessAdministratorId => DocumentType::IdentityProof,
        other => other,
    };
    let mut all = TYPES.iter().filter(|(_, known)| *known == of);
    let said = all
        .clone()
        .find(|(number, _)| said.map(i64::from) == Some(*number));
    said.or_else(|| all.next()).map(|(number, _)| *number)
}

/// What a paper is called that an officer handed in: what they called the file is for colleagues. Our ruling.
const UNNAMED: &str = "document";

fn needed<T>(field: &'static str, given: Given<T>) -> Result<T, FieldError> {
    match given {
        Given::Value(value) => Ok(value),
        Given::Absent | Given::Null => Err(fault(field, REQUIRED)),
    }
}

impl DocumentBody {
    /// What can be read of it, or everything that must be mended.
    pub fn sent(self, mut faults: Vec<FieldError>) -> Result<Sent, Vec<FieldError>> {
        let mut add = |fault: FieldError| {
            if faults.iter().all(|known| known.field != fault.field) {
                faults.push(fault);
            }
        };
        let user = needed("userId", self.user_id).map_err(&mut add).ok();
        let type_id = needed("documentTypeId", self.document_type_id)
            .map_err(&mut add)
            .ok();
        let name = needed("name", self.name).map_err(&mut add).ok();
        let text = needed("fileContentBase64", self.file_content_base64)
            .map_err(&mut add)
            .ok();
        if type_id.is_some_and(|Whole(number)| proves(number, Kind::Natural).is_none()) {
            add(fault("documentTypeId", "a type that is known here"));
        }
        if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            add(fault("name", REQUIRED));
        }
        let bytes = text.and_then(|text| {
            let plain: String = text.split_ascii_whitespace().collect();
            let bytes = STANDARD.decode(plain);
            let bytes = bytes.map_err(|_| add(fault("fileContentBase64", "standard base64")));
            bytes.ok()
        });
        match (user, type_id, name, bytes) {
            (Some(Whole(user)), Some(Whole(type_id)), Some(name), Some(bytes))
                if faults.is_empty() =>
            {
                Ok(Sent {
                    user,
                    type_id,
                    name,
                    bytes,
                })
            }
            _ => Err(faults),
        }
    }
}

/// Papers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Documents {
    /// Of one that was asked for alone, one.
    pub documents: Vec<PaperAnswer>,
}

/// A paper as the face answers. Its bytes leave the house in no answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct PaperAnswer {
    /// Its number.
    document_id: i64,
    /// The organisation.
    client_id: i64,
    /// Whose.
    user_id: i64,
    /// What it proves; null for what this interface has no number for.
    document_type_id: Option<i64>,
    /// Where it stands.
    #[schemars(with = "String", extend("enum" = ["PENDING", "VALIDATED", "REFUSED", "CANCELED"]))]
    document_status: &'static str,
    /// What its owner calls the file; `document` where the house handed it in.
    name: String,
    /// What the file is.
    media_type: String,
    /// Its bytes.
    file_size: i64,
    /// When it was added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created_date: String,
    /// When it changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
    modified_date: String,
}

impl PaperAnswer {
    /// A paper of a user.
    pub fn of(client: i64, user: i64, one: Numbered) -> Self {
        Self {
            document_id: one.number,
            client_id: client,
            user_id: user,
            document_type_id: number(one.document_type, one.said_number),
            document_status: match one.status {
                DocumentStatus::Pending => "PENDING",
                DocumentStatus::Validated => "VALIDATED",
                DocumentStatus::Refused => "REFUSED",
                DocumentStatus::Canceled => "CANCELED",
            },
            media_type: one.media_type.clone(),
            file_size: one.size,
            created_date: moment(one.created_at),
            modified_date: moment(one.updated_at),
            name: one.name_outside().unwrap_or_else(|| UNNAMED.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendor_s_numbers_and_our_types_belong_together_as_the_table_says() {
        use DocumentType as T;
        for (numbers, person, company) in [
            (&[9, 15, 16, 17][..], T::IdentityProof, T::IdentityProof),
            (&[12], T::AddressProof, T::AddressProof),
            (&[4, 19], T::RegistrationProof, T::CompanyRegistrationProof),
            (&[23], T::ArticlesOfAssociation, T::ArticlesOfAssociation),
            (&[20, 24], T::TaxVerification, T::TaxVerification),
            (&[11], T::BankVerification, T::BankVerification),
        ] {
            for one in numbers {
                assert_eq!(proves(*one, Kind::SoleTrader), Some(person));
                assert_eq!(proves(*one, Kind::Legal), Some(company));
            }
            for of in [person, company] {
                assert_eq!(number(of, None), numbers.first().copied());
                for one in numbers {
                    let said = i16::try_from(*one).ok();
                    assert_eq!(number(of, said), Some(*one));
                }
                // It became something else on the desk.
                assert_eq!(number(of, Some(25)), numbers.first().copied());
            }
        }
        assert_eq!(number(T::BusinessAdministratorId, None), Some(9));
        assert_eq!(number(T::AddressProof, Some(17)), Some(12));
        assert_eq!(number(T::ShareholderDeclaration, Some(9)), None);
        assert_eq!(proves(25, Kind::Natural), None);
    }
}
