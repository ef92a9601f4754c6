//! The checklist: each kind, each requirement, met, missing, expired and at odds.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use vouch::{
    customers::{
        relations::Relation,
        rules::{Kind, Kyc, MemberRole},
        store::Customer,
        tax_residences::TaxResidence,
    },
    documents::{
        rules::{DocumentStatus, DocumentType},
        store::Document,
    },
    reviews::prerequisites::{Evidence, Line, Mend, Standing, checklist, open_as_member},
    value::{BranchId, CustomerId, DataKeyId, DocumentId},
};

const PERSON: &[Kind] = &[Kind::Natural, Kind::SoleTrader];
const COMPANY: &[Kind] = &[Kind::Legal];
const ALL: &[Kind] = Kind::ALL;

const OWN: u128 = 1;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn today() -> NaiveDate {
    day("2026-11-16")
}

/// Everything that any kind may declare.
fn customer(kind: Kind) -> Customer {
    let some = |text: &str| Some(text.to_owned());
    let at = DateTime::<Utc>::UNIX_EPOCH;
    Customer {
        id: CustomerId(Uuid::from_u128(OWN)),
        number: 1,
        short_id: "AAAAAAAAAAAA".to_owned(),
        branch_id: BranchId(Uuid::nil()),
        kind,
        legal_type: None,
        title: None,
        first_name: some("Vera"),
        last_name: some("Neves"),
        email: None,
        phone_prefix: None,
        phone: None,
        birth_date: Some(day("1980-02-29")),
        birth_place: some("Porto"),
        birth_country: some("PT"),
        nationality: some("PT"),
        address_line1: some("Rua Direita 1"),
        address_line2: None,
        city: some("Porto"),
        postal_code: some("4000-001"),
        state: None,
        country: some("PT"),
        tax_id: some("PT 123.456-789"),
        occupation: None,
        income_range: None,
        legal_name: some("Neves Lda"),
        legal_form: some("Lda"),
        registration_number: some("500"),
        representative_name: None,
        representative_email: None,
        representative_phone: None,
        distribution_country: None,
        us_person: false,
        no_beneficial_owner: false,
        tag: None,
        kyc: Kyc::Draft,
        review_type: None,
        risk: None,
        risk_reason: None,
        kyc_comment: None,
        last_request_at: None,
        last_review_at: None,
        next_review_on: None,
        refused_at: None,
        merged_into: None,
        data_key: DataKeyId(Uuid::nil()),
        created_at: at,
        updated_at: at,
        version: 1,
        name: "Vera Neves".to_owned(),
    }
}

fn paper(of: u128, document_type: DocumentType, status: DocumentStatus) -> Document {
    Document {
        number: 1,
        id: DocumentId(Uuid::nil()),
        customer_id: CustomerId(Uuid::from_u128(of)),
        document_type,
        name: String::new(),
        media_type: String::new(),
        size: 1,
        sha256: Vec::new(),
        storage_key: None,
        pages: 1,
        status,
        reason: None,
        expires_on: None,
        uploaded_kind: "staff".to_owned(),
        uploaded_id: None,
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        updated_at: DateTime::<Utc>::UNIX_EPOCH,
    }
}

fn residence(of: u128, country: &str, number: Option<&str>) -> TaxResidence {
    TaxResidence {
        customer_id: CustomerId(Uuid::from_u128(of)),
        country: country.to_owned(),
        tax_payer_id: number.map(str::to_owned),
        liability_waiver: number.is_none(),
    }
}

fn member(child: u128, role: MemberRole, percent: Option<i32>) -> Relation {
    Relation {
        parent_id: CustomerId(Uuid::from_u128(OWN)),
        child_id: CustomerId(Uuid::from_u128(child)),
        role,
        percent,
        band: None,
        source: "register".to_owned(),
    }
}

/// A customer of whom nothing is missing, to be spoilt one thing at a time.
struct Case {
    customer: Customer,
    papers: Vec<Document>,
    residences: Vec<TaxResidence>,
    members: Vec<(Relation, Option<usize>)>,
    /// Who stands behind a member.
    deeper: Vec<(CustomerId, Option<usize>)>,
    only_represents: bool,
}

impl Case {
    fn whole(kind: Kind) -> Self {
        let accepted = |document_type| paper(OWN, document_type, DocumentStatus::Validated);
        Self {
            customer: customer(kind),
            papers: DocumentType::ALL.iter().copied().map(accepted).collect(),
            residences: vec![residence(OWN, "PT", Some("pt123456789"))],
            members: vec![
                (member(2, MemberRole::LegalRepresentative, None), Some(0)),
                (member(3, MemberRole::Shareholder, Some(2500)), Some(0)),
            ],
            deeper: Vec::new(),
            only_represents: false,
        }
    }

    fn lines(&self) -> Vec<Line> {
        let members: Vec<Relation> = self.members.iter().map(|(one, _)| one.clone()).collect();
        let together: Vec<(CustomerId, Option<usize>)> = self
            .members
            .iter()
            .map(|(one, open)| (one.child_id, *open))
            .chain(self.deeper.clone())
            .collect();
        checklist(Evidence {
            members: &members,
            together: &together,
            ..self.evidence()
        })
    }

    /// What there is of the customer alone.
    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            customer: &self.customer,
            papers: &self.papers,
            residences: &self.residences,
            only_represents: self.only_represents,
            readings: &[],
            accepted: &[],
            members: &[],
            together: &[],
            more: false,
            today: today(),
        }
    }

    /// The lines that are not met, with how they stand.
    fn open(&self) -> Vec<(&'static str, Standing)> {
        self.lines()
            .into_iter()
            .filter(|line| line.standing != Standing::Pass)
            .map(|line| (line.words, line.standing))
            .collect()
    }

    fn spoilt(mut self, spoil: impl FnOnce(&mut Self)) -> Vec<(&'static str, Standing)> {
        spoil(&mut self);
        self.open()
    }

    fn papers_of(&mut self, document_type: DocumentType) -> impl Iterator<Item = &mut Document> {
        self.papers
            .iter_mut()
            .filter(move |paper| paper.document_type == document_type)
    }
}

const ADDRESSED: [&str; 2] = ["Address", "Proof of address"];

#[test]
fn each_kind_is_asked_its_own_list_and_whoever_has_all_of_it_passes() {
    let asked = |kind| -> Vec<&str> {
        let case = Case::whole(kind);
        assert_eq!(case.open(), [], "{kind:?}");
        case.lines().iter().map(|line| line.words).collect()
    };
    let person = [
        "Names",
        "Date of birth",
        "Place of birth",
        "Nationality",
        "Identity document",
        ADDRESSED[0],
        ADDRESSED[1],
        "Tax residence",
    ];
    assert_eq!(asked(Kind::Natural), person);
    let trader: Vec<_> = person.into_iter().chain(["Registration proof"]).collect();
    assert_eq!(asked(Kind::SoleTrader), trader);
    assert_eq!(
        asked(Kind::Legal),
        [
            "Legal name",
            "Legal form",
            "Registration number",
            "Registration proof",
            "Articles of association",
            "Shareholder declaration",
            "Address",
            "Legal representative",
            "Owners of 25 % or more",
            "Every member complete",
        ]
    );
}

#[test]
fn what_is_not_declared_is_missing_for_whom_it_is_asked_of() {
    type Spoil = fn(&mut Customer);
    let spoils: [(&str, &[Kind], Spoil); 12] = [
        ("Names", PERSON, |c| c.first_name = None),
        ("Names", PERSON, |c| c.last_name = None),
        ("Date of birth", PERSON, |c| c.birth_date = None),
        ("Place of birth", PERSON, |c| c.birth_country = None),
        ("Nationality", PERSON, |c| c.nationality = None),
        ("Legal name", COMPANY, |c| c.legal_name = None),
        ("Legal form", COMPANY, |c| c.legal_form = None),
        ("Registration number", COMPANY, |c| {
            c.registration_number = None;
        }),
        ("Address", ALL, |c| c.address_line1 = None),
        ("Address", ALL, |c| c.city = None),
        ("Address", ALL, |c| c.postal_code = None),
        // A tax residence is compared with the country's number only where there is a country.
        ("Address", ALL, |c| c.country = None),
    ];
    for (words, kinds, spoil) in spoils {
        for kind in Kind::ALL {
            let open = Case::whole(*kind).spoilt(|case| spoil(&mut case.customer));
            let expected = if kinds.contains(kind) {
                vec![(words, Standing::Missing)]
            } else {
                vec![]
            };
            assert_eq!(open, expected, "{words} of {kind:?}");
        }
    }
}

#[test]
fn a_paper_counts_until_it_is_refused_taken_back_or_past_its_day() {
    use DocumentType as Type;
    let asked: [(Kind, &str, &[Type]); 7] = [
        (Kind::Natural, "Identity document", &[Type::IdentityProof]),
        (Kind::Natural, "Proof of address", &[Type::AddressProof]),
        (
            Kind::SoleTrader,
            "Identity document",
            &[Type::IdentityProof],
        ),
        (
            Kind::SoleTrader,
            "Registration proof",
            &[Type::RegistrationProof, Type::CompanyRegistrationProof],
        ),
        (
            Kind::Legal,
            "Registration proof",
            &[Type::RegistrationProof, Type::CompanyRegistrationProof],
        ),
        (
            Kind::Legal,
            "Articles of association",
            &[Type::ArticlesOfAssociation],
        ),
        (
            Kind::Legal,
            "Shareholder declaration",
            &[Type::ShareholderDeclaration],
        ),
    ];
    let yesterday = today().pred_opt();
    for (kind, words, types) in asked {
        let with = |status, expires_on: Option<NaiveDate>| {
            Case::whole(kind).spoilt(|case| {
                for document_type in types {
                    for paper in case.papers_of(*document_type) {
                        (paper.status, paper.expires_on) = (status, expires_on);
                    }
                }
            })
        };
        let (missing, expired) = (
            vec![(words, Standing::Missing)],
            vec![(words, Standing::Expired)],
        );
        assert_eq!(with(DocumentStatus::Refused, None), missing, "{words}");
        assert_eq!(with(DocumentStatus::Canceled, None), missing, "{words}");
        assert_eq!(
            with(DocumentStatus::Validated, yesterday),
            expired,
            "{words}"
        );
        assert_eq!(with(DocumentStatus::Pending, yesterday), expired, "{words}");
        // Its last day still counts, and so does a paper that nobody has looked at.
        assert_eq!(with(DocumentStatus::Validated, Some(today())), []);
        assert_eq!(with(DocumentStatus::Pending, None), []);
        let none = Case::whole(kind).spoilt(|case| {
            case.papers
                .retain(|one| !types.contains(&one.document_type));
        });
        assert_eq!(none, missing, "{words}");
        let anothers = Case::whole(kind).spoilt(|case| {
            for paper in &mut case.papers {
                if types.contains(&paper.document_type) {
                    paper.customer_id = CustomerId(Uuid::from_u128(9));
                }
            }
        });
        assert_eq!(anothers, missing, "{words} of somebody else");
    }
}

#[test]
fn a_refused_or_expired_paper_does_not_spoil_a_good_one() {
    for bad in [DocumentStatus::Refused, DocumentStatus::Canceled] {
        for front in [true, false] {
            let mut case = Case::whole(Kind::Natural);
            let other = paper(OWN, DocumentType::IdentityProof, bad);
            let at = if front { 0 } else { case.papers.len() };
            case.papers.insert(at, other);
            assert_eq!(case.open(), []);
        }
    }
    let mut case = Case::whole(Kind::Natural);
    let mut old = paper(OWN, DocumentType::IdentityProof, DocumentStatus::Validated);
    old.expires_on = Some(day("2020-01-01"));
    case.papers.push(old);
    assert_eq!(case.open(), []);
    // With nothing good, the words say the nearest to it.
    let mut case = Case::whole(Kind::Natural);
    for paper in case.papers_of(DocumentType::IdentityProof) {
        paper.status = DocumentStatus::Refused;
    }
    let line = case
        .lines()
        .into_iter()
        .find(|line| line.words == "Identity document")
        .expect("the line");
    assert_eq!(
        (line.standing, line.detail.as_str(), line.mend),
        (Standing::Missing, "Refused", Mend::Documents)
    );
}

#[test]
fn tax_is_paid_somewhere_and_numbers_agree() {
    let tax = |standing| vec![("Tax residence", standing)];
    for kind in [Kind::Natural, Kind::SoleTrader] {
        let whole = || Case::whole(kind);
        assert_eq!(
            whole().spoilt(|c| c.residences.clear()),
            tax(Standing::Missing)
        );
        assert_eq!(
            whole().spoilt(|c| c.residences = vec![residence(9, "PT", None)]),
            tax(Standing::Missing),
            "somebody else's"
        );
        assert_eq!(
            whole().spoilt(|c| c.residences = vec![residence(OWN, "PT", Some("1"))]),
            tax(Standing::Mismatch)
        );
        // Another country's number need not be the same; a waiver has none.
        assert_eq!(
            whole().spoilt(|c| c.residences = vec![residence(OWN, "ES", Some("1"))]),
            []
        );
        assert_eq!(
            whole().spoilt(|c| c.residences = vec![residence(OWN, "PT", None)]),
            []
        );
        let us = |c: &mut Case| c.customer.us_person = true;
        assert_eq!(whole().spoilt(us), tax(Standing::Mismatch));
        assert_eq!(
            whole().spoilt(|c| {
                us(c);
                c.residences.push(residence(OWN, "US", Some("2")));
            }),
            []
        );
    }
    // A company's is not asked for.
    assert_eq!(
        Case::whole(Kind::Legal).spoilt(|c| c.residences.clear()),
        []
    );
}

#[test]
fn a_company_has_a_representative_its_owners_and_whole_members() {
    const REPRESENTATIVE: (&str, Standing) = ("Legal representative", Standing::Missing);
    const OWNERS: &str = "Owners of 25 % or more";
    const MEMBERS: (&str, Standing) = ("Every member complete", Standing::Missing);
    let whole = || Case::whole(Kind::Legal);
    assert_eq!(
        whole().spoilt(|c| c.members.clear()),
        [REPRESENTATIVE, (OWNERS, Standing::Missing), MEMBERS]
    );
    assert_eq!(
        whole().spoilt(|c| c.members[0].0.role = MemberRole::Director),
        [REPRESENTATIVE]
    );
    assert_eq!(
        whole().spoilt(|c| c.members[1].0.percent = Some(2499)),
        [(OWNERS, Standing::Missing)]
    );
    assert_eq!(
        whole().spoilt(|c| c.customer.no_beneficial_owner = true),
        [(OWNERS, Standing::Mismatch)]
    );
    // The statement stands in for owners; a register's band and the role itself name one.
    assert_eq!(
        whole().spoilt(|c| {
            c.members.pop();
            c.customer.no_beneficial_owner = true;
        }),
        []
    );
    assert_eq!(
        whole().spoilt(|c| {
            (c.members[1].0.percent, c.members[1].0.band) = (None, Some("25-50".to_owned()));
        }),
        []
    );
    assert_eq!(
        whole().spoilt(|c| {
            (c.members[1].0.percent, c.members[1].0.role) = (None, MemberRole::BeneficialOwner);
        }),
        []
    );
    assert_eq!(whole().spoilt(|c| c.members[1].1 = Some(3)), [MEMBERS]);
    assert_eq!(whole().spoilt(|c| c.members[1].1 = None), [MEMBERS]);
    // Whoever stands behind a member is looked at as well, and is no member of the company's own.
    let deep = CustomerId(Uuid::from_u128(4));
    for (open, expected) in [
        (Some(0), vec![]),
        (Some(1), vec![MEMBERS]),
        (None, vec![MEMBERS]),
    ] {
        assert_eq!(whole().spoilt(|c| c.deeper.push((deep, open))), expected);
    }
}

#[test]
fn whoever_only_represents_a_company_needs_no_tax_residence_alone_or_as_a_member() {
    for (only_represents, open) in [(true, 0), (false, 1)] {
        let mut case = Case::whole(Kind::Natural);
        case.residences.clear();
        case.only_represents = only_represents;
        assert_eq!(open_as_member(case.evidence()), open);
        assert_eq!(case.open().len(), open);
        // Nor one in the United States.
        case.customer.us_person = true;
        assert_eq!(open_as_member(case.evidence()), open);
    }
}

#[test]
fn a_number_is_asked_for_where_the_country_or_whoever_serves_them_asks_for_it() {
    let tax = [("Tax residence", Standing::Mismatch)];
    let us = |c: &mut Case, number| {
        c.customer.us_person = true;
        c.residences.push(residence(OWN, "US", number));
    };
    let whole = || Case::whole(Kind::Natural);
    assert_eq!(whole().spoilt(|c| us(c, Some("2"))), []);
    assert_eq!(whole().spoilt(|c| us(c, None)), tax);
    let anyone = |c: &mut Case| c.residences.push(residence(OWN, "US", None));
    assert_eq!(whole().spoilt(anyone), tax, "of whoever pays tax there");
    let waived = |c: &mut Case, served: &str| {
        c.residences = vec![residence(OWN, "FR", None)];
        c.customer.distribution_country = Some(served.to_owned());
    };
    assert_eq!(whole().spoilt(|c| waived(c, "FR")), []);
    assert_eq!(whole().spoilt(|c| waived(c, "IT")), tax);
}

#[test]
fn what_points_to_the_united_states_is_to_be_stated() {
    type Point = fn(&mut Customer) -> &mut Option<String>;
    let points: [Point; 3] = [
        |c| &mut c.nationality,
        |c| &mut c.birth_country,
        |c| &mut c.country,
    ];
    for point in points {
        let mut case = Case::whole(Kind::SoleTrader);
        case.residences.push(residence(OWN, "US", Some("2")));
        *point(&mut case.customer) = Some("US".to_owned());
        case.customer.tax_id = None;
        assert_eq!(case.open(), [("Tax residence", Standing::Mismatch)]);
        let line = case
            .lines()
            .into_iter()
            .find(|line| line.words == "Tax residence");
        assert_eq!(line.map(|line| line.mend), Some(Mend::Field("us_person")));
        case.customer.us_person = true;
        assert_eq!(case.open(), []);
        // A company's address says nothing of that.
        let mut company = Case::whole(Kind::Legal);
        *point(&mut company.customer) = Some("US".to_owned());
        assert_eq!(company.open(), []);
    }
}

#[test]
fn a_member_that_is_a_company_is_not_asked_for_its_own_members() {
    let mut case = Case::whole(Kind::Legal);
    assert_eq!(open_as_member(case.evidence()), 0);
    case.papers.clear();
    assert_eq!(open_as_member(case.evidence()), 3);
}
