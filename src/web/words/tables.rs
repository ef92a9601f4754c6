//! The tables: stored name, word, tone, shape.

use super::{Word, word};

/// Every KYC status, in the order of its life.
pub const KYC: &[Word] = &[
    word("none", "Not started", "tone-mute", "s-draft"),
    word("draft", "Draft", "tone-mute", "doc"),
    word("pending", "In review", "tone-info", "s-review"),
    word(
        "incomplete",
        "Waiting for customer",
        "tone-mute",
        "s-waiting",
    ),
    word("validated", "Validated", "tone-ok", "s-approved"),
    word("review_needed", "Review needed", "tone-warn", "s-action"),
    word("refused", "Refused", "tone-bad", "s-refused"),
    word("canceled", "Canceled", "tone-mute", "s-canceled"),
];

/// A decision or an override that waits for a second person: four eyes, and nothing else, are violet.
pub const SECOND: Word = word("second", "Second approval", "tone-two", "s-second");

/// Every status of one verification.
pub const VERIFICATION: &[Word] = &[
    word("pending", "Pending", "tone-info", "clock"),
    word("verified", "Verified", "tone-ok", "s-approved"),
    word("failed", "Failed", "tone-bad", "s-refused"),
    word("expired", "Expired", "tone-warn", "s-expired"),
];

/// Every risk, and its absence.
pub const RISK: &[Word] = &[
    word("low", "Low", "tone-mute", "r-low"),
    word("medium", "Medium", "tone-warn", "r-medium"),
    word("high", "High", "tone-bad", "r-high"),
    word("", "Not rated", "tone-mute", "s-draft"),
];

/// Every kind of customer.
pub const KIND: &[Word] = &[
    word("natural", "Person", "tone-mute", "person"),
    word("sole_trader", "Sole trader", "tone-mute", "trader"),
    word("legal", "Company", "tone-mute", "company"),
];

/// Every role of the staff.
pub const ROLE: &[Word] = &[
    word("auditor", "Auditor", "tone-mute", "eye"),
    word("officer", "Officer", "tone-mute", "person"),
    word("manager", "Manager", "tone-mute", "customers"),
    word("admin", "Admin", "tone-mute", "key"),
];
