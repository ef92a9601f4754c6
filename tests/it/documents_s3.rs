//! Papers in a bucket: the same store, over the wire, against an S3-compatible server (moto's, an emulator). `bin/test`
//! installs it; elsewhere `VOUCH_MOTO` names the program.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::documents;

use crate::support::{Persona, TestApp, cluster, make};

/// The emulator, with one empty bucket; it ends with this.
struct Bucket {
    server: Child,
    port: u16,
}

impl Bucket {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let program = std::env::var("VOUCH_MOTO").unwrap_or_else(|_| "moto_server".to_owned());
        let server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}; bin/test installs it"));
        let bucket = Self { server, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "no S3 server");
            std::thread::sleep(Duration::from_millis(50));
        }
        let made = ureq::put(&bucket.at(""))
            .header("x-amz-acl", "private")
            .send_empty();
        assert_eq!(made.expect("a bucket").status(), 200);
        bucket
    }

    fn at(&self, rest: &str) -> String {
        format!("http://127.0.0.1:{}/papers{rest}", self.port)
    }

    /// What `VOUCH_DOCUMENTS_URL` says for it.
    fn setting(&self) -> String {
        format!(
            "s3://testing:te%2Fsting@papers/vouch/live?region=us-east-1&endpoint=http://127.0.0.1:{}",
            self.port
        )
    }

    /// The names in it.
    fn names(&self) -> Vec<String> {
        let listed = ureq::get(&self.at("?list-type=2"))
            .call()
            .expect("a list")
            .into_body()
            .read_to_string()
            .expect("text");
        listed
            .split("<Key>")
            .skip(1)
            .filter_map(|piece| piece.split_once("</Key>"))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    fn stop(&mut self) {
        self.server.kill().expect("to end it");
        self.server.wait().expect("its end");
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn papers(app: &TestApp) -> Vec<Uuid> {
    documents::table
        .select(documents::id)
        .load(&mut app.owner())
        .expect("the papers")
}

#[test]
fn a_paper_goes_to_a_bucket_sealed_and_comes_back_and_a_lost_bucket_loses_nothing() {
    let mut bucket = Bucket::start();
    let url = bucket.setting();
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_DOCUMENTS_URL", &url)]);
    let customer = make::customer(&app, |_| {});
    let clear = make::pdf(2).into_bytes();
    let mut officer = app.sign_in(Persona::Officer);
    let mut hand_in = || {
        officer.post_file(
            &format!("/customers/{customer}/documents"),
            &[("type", "ADDRESS_PROOF")],
            "bill.pdf",
            &clear,
        )
    };
    let answer = hand_in();
    assert_eq!(answer.status, 303, "{}", answer.text());
    let names = bucket.names();
    assert_eq!(names.len(), 1);
    assert!(names[0].starts_with("vouch/live/"), "{names:?}");
    // The emulator looks at who asks and not at how they sign.
    let asker = "AWS4-HMAC-SHA256 Credential=testing/20261116/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    let sealed = ureq::get(&bucket.at(&format!("/{}", names[0])))
        .header("authorization", asker)
        .call()
        .expect("the object")
        .into_body()
        .read_to_vec()
        .expect("its bytes");
    assert_eq!(sealed.len(), clear.len() + 40);
    assert!(!sealed.windows(8).any(|window| window == &clear[..8]));

    let paper = papers(&app)[0];
    let mut manager = app.sign_in(Persona::Manager);
    let page = manager.get(&format!("/documents/{paper}/page.png"));
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("image/png"))
    );

    bucket.stop();
    let lost = hand_in();
    assert_eq!(lost.status, 503, "{}", lost.text());
    assert_eq!(papers(&app).len(), 1, "no row tells of what was not stored");
    assert_eq!(
        manager.get(&format!("/documents/{paper}/page.png")).status,
        503
    );
    let rest = manager.get(&format!("/customers/{customer}"));
    assert_eq!(rest.status, 200, "everything else goes on");
}
