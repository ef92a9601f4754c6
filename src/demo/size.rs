//! How much there is for each customer: what the figures of `docs/operations.md` are measured with.

/// Verifications for each customer.
pub const CHECKS: u64 = 3;
/// Audit entries for each customer.
pub const ENTRIES: u64 = 5;

/// How many of something there should be once the `nth` customer is told. A little more than its share, because those
/// who come last have no time left for theirs.
pub const fn promised(each: u64, nth: u64) -> u64 {
    let even = each * (nth + 1);
    even + even / 200
}
