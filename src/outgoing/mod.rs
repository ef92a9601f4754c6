//! Requests to addresses that somebody typed: providers of checks, receivers of webhooks. Such an address may be made to
//! point into the operator's own network, so where it leads is looked at once, after the name was resolved, and the
//! connection goes to exactly the addresses that were looked at. Redirects are answers like others and followed by nobody;
//! no proxy of the environment stands between.

mod addresses;
pub mod signature;

use std::time::{Duration, Instant};

use ureq::{
    Agent,
    http::Request,
    unversioned::{
        resolver::{DefaultResolver, Resolver},
        transport::DefaultConnector,
    },
};
use url::{Host, Url};

use addresses::Guarded;

/// No answer that we ask for is longer.
const MOST: u64 = 256 * 1024;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, whichever.
    pub status: u16,
    /// The body, at most 256 KB; or why it could not be read.
    pub body: Result<Vec<u8>, Failure>,
    /// `Retry-After` in seconds, where it is a number.
    pub retry_after: Option<u64>,
    /// How long it took, from the name's resolution to the last byte.
    pub took: Duration,
}

/// Why nothing came back. None of these holds a word of the answer or of the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address is none of ours to call: not https, with a password in it, or leading into a network of our own.
    #[error("this address may not be called: {0}")]
    Refused(&'static str),
    /// No name, no connection, or it broke.
    #[error("not to be reached")]
    Unreachable,
    /// Not in time.
    #[error("no answer in time")]
    TimedOut,
    /// Longer than we read.
    #[error("the answer is too long")]
    TooLong,
}

/// Sends requests. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    loopback: bool,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client(..)")
    }
}

impl Client {
    /// A client. `loopback`: this very machine may be called, and without TLS (`VOUCH_WEBHOOKS_ALLOW_LOOPBACK`).
    pub fn new(loopback: bool) -> Self {
        Self::resolving(DefaultResolver::default(), loopback)
    }

    /// One that knows where names lead from somebody else than this machine.
    fn resolving(names: impl Resolver, loopback: bool) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A proxy would resolve the name again, and reach what is refused here.
            .proxy(None)
            // A kept connection would be one that was looked at for an earlier request.
            .max_idle_connections(0)
            .timeout_connect(Some(CONNECT))
            .user_agent("Vouch")
            .build();
        let guarded = Guarded { names, loopback };
        let agent = Agent::with_parts(config, DefaultConnector::new(), guarded);
        Self { agent, loopback }
    }

    /// Whether an address may be called at all, as far as it can be seen without resolving its name: for forms.
    pub fn admits(&self, url: &str) -> Result<(), Failure> {
        let url = Url::parse(url).map_err(|_| Failure::Refused("it is no address"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Failure::Refused("it carries a password"));
        }
        let here = match url.host() {
            None => return Err(Failure::Refused("it names no host")),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => addresses::judge(address.into(), self.loopback)?,
            Some(Host::Ipv6(address)) => addresses::judge(address.into(), self.loopback)?,
        };
        match url.scheme() {
            "https" if !here || self.loopback => Ok(()),
            "http" if here && self.loopback => Ok(()),
            _ if here => Err(Failure::Refused("it leads to this machine")),
            _ => Err(Failure::Refused("only https")),
        }
    }

    /// Posts a body; all of it within `patience`. Blocks.
    pub fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        patience: Duration,
    ) -> Result<Answer, Failure> {
        self.admits(url)?;
        let begun = Instant::now();
        let mut request = Request::post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body)
            .map_err(|_| Failure::Refused("it cannot be asked for"))?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(patience))
            .build();
        let mut answer = self.agent.run(request).map_err(failed)?;
        let retry_after = answer
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let read = answer.body_mut().with_config().limit(MOST).read_to_vec();
        Ok(Answer {
            status: answer.status().as_u16(),
            body: read.map_err(failed),
            retry_after,
            took: begun.elapsed(),
        })
    }
}

fn failed(error: ureq::Error) -> Failure {
    match error {
        ureq::Error::Timeout(_) => Failure::TimedOut,
        ureq::Error::BodyExceedsLimit(_) => Failure::TooLong,
        ureq::Error::Other(error) => error
            .downcast_ref::<Failure>()
            .map_or(Failure::Unreachable, Failure::clone),
        _ => Failure::Unreachable,
    }
}

#[cfg(test)]
mod tests;
