//! Where a client goes: to what a name leads to once it is resolved, and nowhere else.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use ureq::{config::Config, http::Uri, unversioned::resolver::ResolvedSocketAddrs};

use super::*;

const SOON: Duration = Duration::from_secs(5);

/// Names and where they lead, and which were asked for.
#[derive(Clone, Debug, Default)]
struct Book {
    lead: Vec<(&'static str, Vec<IpAddr>)>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Book {
    fn of(lead: &[(&'static str, &[&str])]) -> Self {
        let address = |text: &&str| text.parse().expect("an address");
        let lead = lead
            .iter()
            .map(|(name, to)| (*name, to.iter().map(address).collect()));
        Self {
            lead: lead.collect(),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the names").clone()
    }
}

impl Resolver for Book {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        _: ureq::unversioned::transport::NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let name = uri.host().expect("a name");
        self.asked.lock().expect("the names").push(name.to_owned());
        let found = self.lead.iter().find(|(known, _)| *known == name);
        let (_, addresses) = found.ok_or(ureq::Error::HostNotFound)?;
        let mut all = self.empty();
        for address in addresses {
            all.push(SocketAddr::new(*address, uri.port_u16().unwrap_or(443)));
        }
        Ok(all)
    }
}

/// Whoever is asked on this machine: its port, and how often somebody came.
fn listener(answer: String) -> (u16, Arc<Mutex<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let came = Arc::new(Mutex::new(0));
    let count = Arc::clone(&came);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            *count.lock().expect("a count") += 1;
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (port, came)
}

#[test]
fn a_name_that_leads_inside_is_refused_although_it_looks_like_any_other() {
    let book = Book::of(&[
        ("here.example", &["127.0.0.1"]),
        ("here6.example", &["::1"]),
        ("inside.example", &["10.1.2.3"]),
        ("clouds.example", &["169.254.169.254"]),
        ("both.example", &["1.1.1.1", "192.168.0.1"]),
    ]);
    let (port, came) = listener(String::new());
    let here = Failure::Refused("it leads to this machine");
    let within = Failure::Refused("it leads into a private network");
    for (loopback, name, why) in [
        (false, "here.example", &here),
        (false, "here6.example", &here),
        (false, "inside.example", &within),
        (false, "clouds.example", &within),
        (false, "both.example", &within),
        (true, "inside.example", &within),
        (true, "clouds.example", &within),
        (true, "both.example", &within),
    ] {
        let client = Client::resolving(book.clone(), loopback);
        let url = format!("https://{name}:{port}/");
        assert_eq!(client.admits(&url), Ok(()), "nothing is known of {name}");
        let answer = client.post(&url, &[], b"{}", SOON);
        assert_eq!(answer.as_ref(), Err(why), "{name}");
    }
    assert_eq!(*came.lock().expect("a count"), 0, "nobody was called");
}

#[test]
fn a_redirect_is_an_answer_and_the_name_in_it_is_not_even_looked_up() {
    let book = Book::of(&[
        ("hooks.localhost", &["127.0.0.1"]),
        ("inside.localhost", &["127.0.0.1"]),
    ]);
    let (inside, came) = listener("HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n".to_owned());
    let (port, _) = listener(format!(
        "HTTP/1.1 307 X\r\nLocation: http://inside.localhost:{inside}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    ));
    let client = Client::resolving(book.clone(), true);
    let answer = client.post(&format!("http://hooks.localhost:{port}/"), &[], b"{}", SOON);
    assert_eq!(answer.expect("an answer").status, 307);
    assert_eq!(book.asked(), ["hooks.localhost"]);
    assert_eq!(*came.lock().expect("a count"), 0);
}

/// The client that everybody uses asks this machine where names lead, and is guarded as well.
#[test]
fn the_usual_client_is_guarded_too() {
    let guarded = format!("{:?}", Client::new(false).agent);
    assert!(
        guarded.contains("Guarded { names: DefaultResolver") && guarded.contains("loopback: false"),
        "{guarded}"
    );
}
