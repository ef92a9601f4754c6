//! Places for large bodies of senders who cannot prove who they are before the body came: few, parted by who sends, and
//! taken only by whoever's link or key was found first.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use actix_web::web;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use uuid::Uuid;

use super::{DEADLINE, Edge, HEAVY_DEADLINE};
use crate::{
    error::{Error, Result},
    faces::identify::claimed,
    onboarding::{limits::network, pages::works},
    web::{
        input::Input,
        router::{JSON_LIMIT, Route, Sender},
    },
};

/// How many papers of customers are in memory at once, and how many of machines: neither takes the other's places.
pub const STRANGERS: usize = 8;
/// How many of them one client address may hold, and one link. Whoever sends more waits for their own.
pub const OWN: usize = 2;
/// How many one key may hold, from however many addresses.
pub const OF_A_KEY: usize = 4;
/// How many all links, or all keys, of one organisation may hold together.
pub const OF_ONE: usize = 6;

/// Whose places are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Address(IpAddr),
    Link(Uuid),
    Key(Uuid),
    Organisation(Uuid),
}

impl Holder {
    const fn most(self) -> usize {
        match self {
            Self::Address(_) | Self::Link(_) => OWN,
            Self::Key(_) => OF_A_KEY,
            Self::Organisation(_) => OF_ONE,
        }
    }
}

/// The places of one sort of sender.
struct Sort {
    all: Arc<Semaphore>,
    /// Of each holder that has one or waits for one.
    own: Mutex<HashMap<Holder, Weak<Semaphore>>>,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(STRANGERS)),
            own: Mutex::default(),
        }
    }
}

impl Sort {
    fn own(&self, holder: Holder) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, places| places.strong_count() > 0);
        let known = own.get(&holder).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let places = Arc::new(Semaphore::new(holder.most()));
            own.insert(holder, Arc::downgrade(&places));
            places
        })
    }

    /// The address's own first, then its link's or key's, then the organisation's: whoever waits for their own keeps nobody
    /// else waiting.
    async fn take(&self, address: IpAddr, opened: [Holder; 2]) -> Result<Place> {
        let busy = || Error::Unavailable("too many papers at once".to_owned());
        let taken = async {
            let mut held = Vec::new();
            for holder in [Holder::Address(network(address))]
                .into_iter()
                .chain(opened)
            {
                held.push(self.own(holder).acquire_owned().await.ok()?);
            }
            held.push(Arc::clone(&self.all).acquire_owned().await.ok()?);
            Some(Place { _held: held })
        };
        timeout(HEAVY_DEADLINE, taken)
            .await
            .ok()
            .flatten()
            .ok_or_else(busy)
    }
}

/// All places.
#[derive(Default)]
pub struct Places {
    guests: Sort,
    machines: Sort,
}

/// One place, kept until its holder is answered.
pub(super) struct Place {
    _held: Vec<OwnedSemaphorePermit>,
}

/// A place for what this request is about to send, where it needs one: not who is known by a cookie of ours, nor a small
/// body. A link or a key that opens nothing is refused here, before a byte of its body is taken.
pub(super) async fn place(
    edge: &web::Data<Edge>,
    route: &Arc<Route>,
    known: bool,
    input: Input,
) -> Result<(Option<Place>, Input)> {
    if known || route.limit <= JSON_LIMIT {
        return Ok((None, input));
    }
    let places = match route.sender {
        Sender::Guest => &edge.places.guests,
        Sender::Face(_) => &edge.places.machines,
        Sender::Page | Sender::Machine => return Ok((None, input)),
    };
    let (opened, input) = knock(edge, route, input).await?;
    let place = places.take(input.origin.address, opened).await?;
    Ok((Some(place), input))
}

/// Looks up what is claimed in the path or the headers, as one of the few answers that are made at once: the link or the key,
/// and its organisation.
async fn knock(
    edge: &web::Data<Edge>,
    route: &Arc<Route>,
    input: Input,
) -> Result<([Holder; 2], Input)> {
    let busy = || Error::Unavailable("too busy".to_owned());
    let (db, route) = (edge.db.clone(), Arc::clone(route));
    let permits = Arc::clone(&edge.permits);
    let looked = async {
        let permit = permits.acquire_owned().await.map_err(|_| busy())?;
        let asked = web::block(move || {
            let _permit = permit;
            let mut conn = db.connection()?;
            let (opener, organisation) = if let Sender::Face(face) = route.sender {
                let found = claimed(face, &mut conn, &input)?.ok_or(Error::Unauthenticated)?;
                (Holder::Key(found.id.0), found.organisation)
            } else {
                let (organisation, session) = works(&mut conn, &input)?;
                (Holder::Link(session.0), organisation)
            };
            Ok(([opener, Holder::Organisation(organisation.0)], input))
        });
        asked
            .await
            .map_err(|_| Error::Internal(anyhow::anyhow!("a look at a link or a key panicked")))?
    };
    timeout(DEADLINE, looked).await.map_err(|_| busy())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_its_own_places_and_leaves_the_others_theirs() {
        actix_web::rt::System::new().block_on(one_s_own_and_the_others());
    }

    /// A link of an organisation, and the organisation.
    fn link(of: u128, one: u128) -> [Holder; 2] {
        let id = Uuid::from_u128;
        [Holder::Link(id(one)), Holder::Organisation(id(of))]
    }

    async fn one_s_own_and_the_others() {
        let sort = Sort::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let now = std::time::Duration::from_millis(50);
        let mut held = Vec::new();
        for one in 0..OWN {
            let link = link(1, one as u128);
            held.push(
                sort.take(address("192.0.2.1"), link)
                    .await
                    .expect("a place"),
            );
        }
        let third = timeout(now, sort.take(address("::ffff:192.0.2.1"), link(1, 8))).await;
        assert!(third.is_err(), "it waits");
        for host in 0..OWN {
            let one = address(&format!("2001:db8::{host}"));
            let link = link(1, 10 + host as u128);
            held.push(sort.take(one, link).await.expect("another's own"));
        }
        let neighbour = timeout(now, sort.take(address("2001:db8::ffff"), link(1, 9))).await;
        assert!(neighbour.is_err(), "a network of version 6 is one sender");
        held.clear();
        let again = sort.take(address("192.0.2.1"), link(1, 0)).await;
        drop(again.expect("free again"));
        sort.take(address("192.0.2.2"), link(1, 0))
            .await
            .expect("free");
        assert_eq!(sort.own.lock().expect("a lock").len(), 3, "forgotten");
    }

    #[test]
    fn a_link_a_key_and_an_organisation_hold_their_own_from_many_addresses() {
        actix_web::rt::System::new().block_on(many_addresses());
    }

    async fn many_addresses() {
        let sort = Sort::default();
        let now = std::time::Duration::from_millis(50);
        let mut hosts = 0_u32;
        // Nobody comes from the same address twice.
        let mut from = || {
            hosts += 1;
            IpAddr::V4(std::net::Ipv4Addr::from_bits(0xC000_0200 + hosts))
        };
        let key = |one: u128| {
            let id = Uuid::from_u128;
            [Holder::Key(id(one)), Holder::Organisation(id(1))]
        };
        for (opened, most) in [(link(1, 1), OWN), (key(1), OF_A_KEY)] {
            let mut held = Vec::new();
            for _ in 0..most {
                held.push(sort.take(from(), opened).await.expect("its own"));
            }
            let more = timeout(now, sort.take(from(), opened)).await;
            assert!(more.is_err(), "{opened:?} waits");
            // The organisation's others go on, until it holds all that one may.
            for other in 0..OF_ONE - most {
                let opened = link(1, 100 + other as u128);
                held.push(sort.take(from(), opened).await.expect("another's"));
            }
            let more = timeout(now, sort.take(from(), link(1, 200))).await;
            assert!(more.is_err(), "the organisation waits");
            let neighbour = timeout(now, sort.take(from(), link(2, 300))).await;
            assert!(
                neighbour.is_ok_and(|place| place.is_ok()),
                "another does not"
            );
        }
    }
}
