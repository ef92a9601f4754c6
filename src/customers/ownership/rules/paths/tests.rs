//! The arithmetic of ownership on examples that can be reckoned by hand, and its laws on any structure.

use proptest::{prelude::*, sample::subsequence};
use uuid::Uuid;

use super::*;
use crate::customers::ownership::rules::{Band, Owns, Percent, owns, too_much};

fn who(n: u128) -> CustomerId {
    CustomerId(Uuid::from_u128(n))
}

fn exactly(hundredths: u16) -> Option<Share> {
    Percent::new(hundredths).map(Share::Exactly)
}

fn holding(company: u128, holder: u128, share: Option<Share>) -> Holding {
    Holding {
        company: who(company),
        holder: who(holder),
        share,
    }
}

fn of(holdings: &[Holding]) -> Structure {
    Structure {
        holdings: holdings.to_vec(),
        statements: Vec::new(),
    }
}

fn total(structure: &Structure, holder: u128) -> String {
    structure.held(who(1))[&who(holder)].total.to_string()
}

#[test]
fn a_person_holds_directly_and_through_two_companies() {
    let structure = of(&[
        holding(1, 2, exactly(6_000)),
        holding(1, 3, exactly(3_000)),
        holding(1, 9, exactly(1_000)),
        holding(2, 9, exactly(5_000)),
        holding(3, 9, exactly(2_500)),
    ]);
    let held = structure.held(who(1));
    let person = held[&who(9)];
    assert_eq!(
        person.direct.map(|direct| direct.to_string()).as_deref(),
        Some("10 %")
    );
    assert_eq!(person.indirect.to_string(), "37.5 %");
    assert_eq!(person.total.to_string(), "47.5 %");
    assert_eq!(held[&who(2)].total.to_string(), "60 %");
    assert_eq!(owns(person.total), Owns::Yes);
}

#[test]
fn a_band_gives_a_range_and_the_others_narrow_it() {
    let structure = of(&[
        holding(1, 2, Some(Share::Within(Band::Quarter))),
        holding(2, 9, Some(Share::Within(Band::Half))),
    ]);
    assert_eq!(total(&structure, 9), "12.5 to 37.5 %");
    // 60 % are another's, so no more than 40 % are left.
    let structure = of(&[
        holding(1, 2, Some(Share::Within(Band::Quarter))),
        holding(1, 3, exactly(6_000)),
        holding(1, 4, None),
    ]);
    assert_eq!(total(&structure, 2), "25 to 40 %");
    assert_eq!(total(&structure, 4), "0 to 15 %");
}

#[test]
fn a_statement_counts_where_no_shareholding_leads_to_the_person() {
    let mut structure = of(&[
        holding(1, 2, exactly(4_000)),
        holding(2, 9, exactly(10_000)),
    ]);
    let stated = |person| Statement {
        company: who(1),
        person: who(person),
        share: exactly(4_000),
    };
    structure.statements = vec![stated(9), stated(8)];
    // The shares lead to the one already; of the other nothing but the statement is known.
    assert_eq!(total(&structure, 9), "40 %");
    assert_eq!(total(&structure, 8), "40 %");
}

#[test]
fn a_circle_ends_and_is_said_to_be_one() {
    let structure = of(&[
        holding(1, 2, exactly(5_000)),
        holding(2, 3, exactly(5_000)),
        holding(3, 2, exactly(5_000)),
        holding(3, 9, exactly(5_000)),
        holding(1, 8, exactly(1_000)),
    ]);
    let held = structure.held(who(1));
    for circular in [2, 3, 9] {
        assert!(held[&who(circular)].circular, "{circular}");
    }
    assert!(!held[&who(8)].circular);
    assert_eq!(held[&who(8)].total.to_string(), "10 %");
    // A company in its own circle owns a part of itself.
    assert!(leads(&structure.holdings, who(2), who(2)));
    assert!(!leads(&structure.holdings, who(1), who(1)));
}

#[test]
fn many_paths_take_no_longer_than_few() {
    // Forty layers of two companies that each own both of the next: a million million paths.
    let mut holdings = vec![
        holding(1, 10, exactly(5_000)),
        holding(1, 11, exactly(5_000)),
    ];
    for layer in 1..40 {
        for company in [0, 1] {
            for holder in [0, 1] {
                holdings.push(holding(
                    layer * 10 + company,
                    (layer + 1) * 10 + holder,
                    exactly(5_000),
                ));
            }
        }
    }
    assert_eq!(total(&of(&holdings), 400), "50 %");
}

/// Companies own only what stands above them in the order of their numbers, so there is no circle; the shareholders of
/// each hold at most all of it.
fn lawful() -> impl Strategy<Value = Vec<Holding>> {
    let shares = prop::collection::vec((1_u128..9, 1_u128..9, 0_u16..10_000, 0_u8..5), 0..30);
    shares.prop_map(|drawn| {
        let mut holdings: Vec<Holding> = Vec::new();
        for (a, b, hundredths, kind) in drawn {
            let (company, holder) = (a.min(b), a.max(b));
            let share = match kind {
                0 => None,
                1 => Some(Share::Within(Band::Quarter)),
                _ => exactly(hundredths),
            };
            let known = holdings
                .iter()
                .any(|one| one.company == who(company) && one.holder == who(holder));
            if company == holder || known {
                continue;
            }
            holdings.push(holding(company, holder, share));
            let of = holdings.iter().filter(|one| one.company == who(company));
            if too_much(of.map(|one| one.share)) {
                holdings.pop();
            }
        }
        holdings
    })
}

/// Anything at all: circles, more than all of it.
fn any_at_all() -> impl Strategy<Value = Vec<Holding>> {
    let drawn = prop::collection::vec((1_u128..7, 1_u128..7, 0_u16..=10_000), 0..40);
    drawn.prop_map(|drawn| {
        drawn
            .into_iter()
            .map(|(company, holder, hundredths)| holding(company, holder, exactly(hundredths)))
            .collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_what_is_known_does_not_matter(
        (one, other) in lawful().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        prop_assert_eq!(of(&one).held(who(1)), of(&other).held(who(1)));
    }

    #[test]
    fn nobody_holds_more_than_all_and_all_together_no_more_either(holdings in lawful()) {
        let structure = of(&holdings);
        let held = structure.held(who(1));
        let last: u64 = held
            .iter()
            .filter(|(id, _)| holdings.iter().all(|one| one.company != **id))
            .map(|(_, one)| one.total.least)
            .sum();
        prop_assert!(last <= WHOLE);
        for one in held.values() {
            prop_assert!(one.total.least <= one.total.most && one.total.most <= WHOLE && !one.circular);
        }
    }

    #[test]
    fn a_chain_is_the_product_of_its_shares(shares in prop::collection::vec(0_u16..=10_000, 1..12)) {
        let chain: Vec<Holding> = (1_u128..)
            .zip(&shares)
            .map(|(at, share)| holding(at, at + 1, exactly(*share)))
            .collect();
        let end = 1 + shares.len() as u128;
        let total = of(&chain).held(who(1))[&who(end)].total;
        // Four are exact in whole numbers; a longer chain is rounded at each further step.
        if shares.len() <= 4 {
            let product = shares.iter().fold(u128::from(WHOLE), |left, share| left * u128::from(*share) / 10_000);
            prop_assert_eq!(u128::from(total.least), product);
            prop_assert_eq!(total.least, total.most);
        } else {
            #[expect(clippy::cast_precision_loss, reason = "the rounding is what is looked at")]
            let (least, whole) = (total.least as f64, WHOLE as f64);
            let product: f64 = shares.iter().map(|share| f64::from(*share) / 10_000.0).product();
            prop_assert!((least / whole - product).abs() < 1e-12);
            prop_assert!(total.most - total.least <= 12);
        }
    }

    #[test]
    fn it_ends_on_any_data_and_finds_each_circle(holdings in any_at_all()) {
        let held = of(&holdings).held(who(1));
        for (id, one) in &held {
            prop_assert!(one.total.most <= WHOLE);
            let in_a_circle = leads(&holdings, *id, *id);
            let reached = leads(&holdings, who(1), *id);
            prop_assert!(!(in_a_circle && reached) || one.circular);
        }
    }

    #[test]
    fn whoever_gives_a_share_away_holds_less(
        (holdings, fewer) in lawful().prop_flat_map(|list| {
            let size = list.len();
            (Just(list.clone()), subsequence(list, 0..=size))
        })
    ) {
        // Of a known structure less is certain the less is known of it.
        let (all, some) = (of(&holdings).held(who(1)), of(&fewer).held(who(1)));
        for (id, one) in some {
            prop_assert!(one.total.least <= all[&id].total.least);
        }
    }
}
