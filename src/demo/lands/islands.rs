//! The United Kingdom.

use super::Words;

pub(super) const GB: Words = Words {
    code: "GB",
    weight: 24,
    dial: "+44",
    branches: &[(60, 0), (40, 3)],
    surnames: 1,
    women: "Olivia Amelia Sarah Emily Grace Charlotte Isla Ava Sophie Jessica Lucy Hannah Chloe Emma Rebecca Laura \
        Megan Katie Fatima Aisha Siobhán Niamh Eleanor Florence Harriet Zoë Chloë Priya Ngozi Yetunde Rhiannon Catrin \
        Margaret Elizabeth Victoria Helen Joanne Tracey Deborah Philippa",
    men: "Oliver George Harry James Jack William Thomas Daniel Mohammed Joseph Samuel Benjamin Charlie David Michael \
        Andrew Paul Richard Matthew Luke Ryan Liam Connor Seán Callum Gareth Rhys Ewan Alasdair Kwame Tunde Rajesh \
        Imran Stephen Peter Simon Graham Nigel Keith Trevor",
    last: "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White \
        Roberts Green Hall Wood Jackson Clarke Khan Hughes Edwards Turner Martin Cooper Hill Ward Morris Moore Clark Lee \
        King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young Griffiths Mitchell \
        Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox Hussain Begum Okafor Adeyemi Campbell \
        Stewart MacDonald O'Connor O'Brien Fitzgerald Featherstonehaugh Ó'Súilleabháin Llewellyn Singh Kaur Ahmed \
        Ashworth Entwistle Ramsbottom Cholmondeley",
    streets: "High Street; Station Road; Church Lane; Victoria Road; Park Avenue; Mill Lane; The Green; Queen's Road; \
        King Street; Albert Terrace; Canal Street; Deansgate; St John's Hill; Orchard Close",
    cities: "London=EC#@ #@@; London=SW# #@@; London=N# #@@; Manchester=M# #@@; Manchester=M1# #@@; Birmingham=B# #@@; \
        Leeds=LS# #@@; Glasgow=G# #@@; Liverpool=L# #@@; Bristol=BS# #@@; Edinburgh=EH# #@@; Cardiff=CF# #@@; \
        Belfast=BT# #@@; Sheffield=S# #@@; Norwich=NR# #@@",
    forms: "Ltd; LLP; PLC; CIC",
    trades: "Logistics; Consulting; Foods; Digital; Engineering; Interiors; Textiles; Media; Energy; Property; Catering; \
        Pharma; Motors; Design; Holdings",
    number_first: true,
};
