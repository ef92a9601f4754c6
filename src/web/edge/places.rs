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
/// How many of them one client address may hold. Whoever sends more waits for their own.
pub const OWN: usize = 2;

/// The places of one sort of sender.
struct Sort {
    all: Arc<Semaphore>,
    /// Of each address that holds or waits for one.
    own: Mutex<HashMap<IpAddr, Weak<Semaphore>>>,
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
    fn own(&self, address: IpAddr) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, places| places.strong_count() > 0);
        let known = own.get(&network(address)).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let places = Arc::new(Semaphore::new(OWN));
            own.insert(network(address), Arc::downgrade(&places));
            places
        })
    }

    /// The address's own first, so that whoever waits for it keeps nobody else waiting.
    async fn take(&self, address: IpAddr) -> Result<Place> {
        let busy = || Error::Unavailable("too many papers at once".to_owned());
        let taken = async {
            let own = self.own(address).acquire_owned().await.ok()?;
            let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some(Place {
                _own: own,
                _all: all,
            })
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
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
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
    let input = knock(edge, route, input).await?;
    let place = places.take(input.origin.address).await?;
    Ok((Some(place), input))
}

/// Looks up what is claimed in the path or the headers, as one of the few answers that are made at once.
async fn knock(edge: &web::Data<Edge>, route: &Arc<Route>, input: Input) -> Result<Input> {
    let busy = || Error::Unavailable("too busy".to_owned());
    let (db, route) = (edge.db.clone(), Arc::clone(route));
    let permits = Arc::clone(&edge.permits);
    let looked = async {
        let permit = permits.acquire_owned().await.map_err(|_| busy())?;
        let asked = web::block(move || {
            let _permit = permit;
            let mut conn = db.connection()?;
            match route.sender {
                Sender::Face(face) => {
                    if !claimed((face, route.path), &mut conn, &input)? {
                        return Err(Error::Unauthenticated);
                    }
                }
                _ => works(&mut conn, &input)?,
            }
            Ok(input)
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

    async fn one_s_own_and_the_others() {
        let sort = Sort::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let now = std::time::Duration::from_millis(50);
        let mut held = Vec::new();
        for _ in 0..OWN {
            held.push(sort.take(address("192.0.2.1")).await.expect("a place"));
        }
        let third = timeout(now, sort.take(address("::ffff:192.0.2.1"))).await;
        assert!(third.is_err(), "it waits");
        for host in 0..OWN {
            let one = address(&format!("2001:db8::{host}"));
            held.push(sort.take(one).await.expect("another's own"));
        }
        let neighbour = timeout(now, sort.take(address("2001:db8::ffff"))).await;
        assert!(neighbour.is_err(), "a network of version 6 is one sender");
        held.clear();
        sort.take(address("192.0.2.1")).await.expect("free again");
        assert_eq!(sort.own.lock().expect("a lock").len(), 1, "forgotten");
    }
}
