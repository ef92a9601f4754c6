//! Papers in a bucket: the same store, over the wire, against an S3-compatible server (moto's, an emulator). `bin/test`
//! installs it; elsewhere `VOUCH_MOTO` names the program.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use diesel::prelude::*;
use uuid::Uuid;
use vouch::{config::Config, documents::files::Files, error::Error, schema::documents};

use crate::support::{Persona, TestApp, cluster, make};

/// The emulator, with one empty bucket; it ends with this.
struct Bucket {
    server: Child,
    port: u16,
}

impl Bucket {
    fn start() -> Self {
        Self::start_asking(None)
    }

    /// One that looks at signatures once so many steps were taken without; with none it takes whatever comes.
    fn start_asking(steps: Option<u8>) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let program = std::env::var("VOUCH_MOTO").unwrap_or_else(|_| "moto_server".to_owned());
        let server = Command::new(&program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .envs(steps.map(|steps| ("INITIAL_NO_AUTH_ACTION_COUNT", steps.to_string())))
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

    /// The same for whoever signs with this key and secret.
    fn setting_for(&self, (key, secret): (&str, &str)) -> String {
        let secret =
            percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC);
        let usual = self.setting();
        let (_, rest) = usual.split_once('@').expect("a bucket");
        format!("s3://{key}:{secret}@{rest}")
    }

    /// Somebody who may do everything with the bucket: the key and the secret. Three steps, of which nobody is asked for
    /// a signature.
    fn user(&self) -> (String, String) {
        let ask = |query: &str| {
            let asker = "AWS4-HMAC-SHA256 Credential=testing/20261116/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";
            ureq::post(format!("http://127.0.0.1:{}/", self.port))
                .header("authorization", asker)
                .header("content-type", "application/x-www-form-urlencoded")
                .send(format!("{query}&UserName=vouch&Version=2010-05-08"))
                .unwrap_or_else(|error| panic!("{query}: {error}"))
                .into_body()
                .read_to_string()
                .expect("text")
        };
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        ask("Action=CreateUser");
        let made = ask("Action=CreateAccessKey");
        ask(&format!(
            "Action=PutUserPolicy&PolicyName=papers&PolicyDocument={policy}"
        ));
        let piece = |name: &str| {
            let rest = made.split_once(&format!("<{name}>")).expect(name).1;
            rest.split_once('<').expect(name).0.to_owned()
        };
        (piece("AccessKeyId"), piece("SecretAccessKey"))
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
    // This emulator looks at who asks and not at how they sign; the one of the last test does.
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

/// The store that a setting names, and the folder of what is its own.
fn store(url: &str) -> (Files, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_string_lossy().into_owned();
    let config = Config::from(|name| match name {
        "VOUCH_DOCUMENTS_URL" => Some(url.to_owned()),
        "VOUCH_DATA_DIR" => Some(data.clone()),
        _ => None,
    });
    (
        Files::open(&config.expect("settings")).expect("a store"),
        folder,
    )
}

#[test]
fn what_is_sent_to_a_bucket_is_signed_and_whoever_signs_wrongly_stores_reads_and_removes_nothing() {
    // The bucket, the user, their key, their policy; from then on the emulator reckons each signature anew.
    let bucket = Bucket::start_asking(Some(4));
    let (key, secret) = bucket.user();
    let (right, _own) = store(&bucket.setting_for((&key, &secret)));
    let (wrong, _own) = store(&bucket.setting_for((&key, "not-the-secret")));
    let (nobody, _own) = store(&bucket.setting_for(("AKIANOBODY", &secret)));

    let sealed = b"noise to whoever keeps it";
    let names = ["one/a", "one/deep/er/b", "one.c", "other/d"];
    for name in names {
        right.put(name, sealed.to_vec()).expect("a right signature");
    }
    for stranger in [&wrong, &nobody] {
        for refused in [
            stranger.put("one/e", sealed.to_vec()),
            stranger.bytes("one/a").map(drop),
            stranger.holds("one/a").map(drop),
            stranger.forget_below("one"),
        ] {
            let why = refused.expect_err("a wrong signature");
            // It says that the store is away, and nothing of the key.
            assert!(matches!(why, Error::Unavailable(_)), "{why:?}");
            let said = why.to_string();
            assert!(!said.contains(&key) && !said.contains("secret"), "{said}");
        }
        stranger.forget("one/a");
    }
    assert!(
        !right.holds("one/e").expect("an answer"),
        "nothing was stored"
    );
    for name in names {
        assert_eq!(
            right.bytes(name).expect("a right signature"),
            sealed,
            "{name}"
        );
    }

    right.forget("other/d");
    right.forget_below("one").expect("a right signature");
    let still: Vec<&str> = names
        .into_iter()
        .filter(|name| right.holds(name).expect("an answer"))
        .collect();
    assert_eq!(still, ["one.c"], "the folder alone, and all of it");
    assert!(right.bytes("other/d").is_err());

    // Of a paper that is handed in, no row tells where the bucket refuses it.
    let url = bucket.setting_for((&key, "not-the-secret"));
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_DOCUMENTS_URL", &url)]);
    let customer = make::customer(&app, |_| {});
    let refused = app.sign_in(Persona::Officer).post_file(
        &format!("/customers/{customer}/documents"),
        &[("type", "ADDRESS_PROOF")],
        "bill.pdf",
        make::pdf(1).as_bytes(),
    );
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(
        refused.text().contains("Back in a moment"),
        "{}",
        refused.text()
    );
    assert_eq!(papers(&app), Vec::<Uuid>::new());
}
