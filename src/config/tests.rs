use super::*;

fn config(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let settings: std::collections::HashMap<String, String> = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::from(|name| settings.get(name).cloned())
}

fn refused(settings: &[(&str, &str)]) -> String {
    config(settings)
        .expect_err("these settings are wrong")
        .to_string()
}

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

#[test]
fn nothing_set_is_a_server_on_this_machine_with_its_own_database() {
    let config = config(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert_eq!(config.data_dir, PathBuf::from("./data"));
    assert_eq!(config.checkpoint_dir(), PathBuf::from("./data/checkpoints"));
    assert!(config.database_url.is_none() && config.secret_key.is_none());
    assert!(config.statement_cache && !config.webhooks_allow_loopback && !config.secure_cookies());
}

#[test]
fn empty_is_absent() {
    let empty: Vec<_> = SETTINGS
        .iter()
        .map(|setting| (setting.name, "  "))
        .collect();
    assert_eq!(config(&empty).unwrap().listen, config(&[]).unwrap().listen);
}

#[test]
fn an_external_database_needs_a_key_from_its_operator() {
    let url = ("DATABASE_URL", "postgres://vouch_app@db/vouch");
    assert!(refused(&[url]).starts_with("VOUCH_SECRET_KEY is missing"));
    let config = config(&[url, ("VOUCH_SECRET_KEY", KEY)]).unwrap();
    assert_eq!(config.secret_key.unwrap().to_hex(), KEY);
}

#[test]
fn wrong_values_are_one_line_that_names_the_variable() {
    for (name, value) in [
        ("VOUCH_LISTEN", "8080"),
        ("VOUCH_METRICS_LISTEN", "somewhere"),
        ("VOUCH_SECRET_KEY", "abcd"),
        ("VOUCH_LOG", "loud"),
        ("VOUCH_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("VOUCH_PUBLIC_URL", "https://desk.example/path"),
        ("VOUCH_STATEMENT_CACHE", "perhaps"),
        ("VOUCH_TRUSTIST_WINDOW", "29"),
        ("VOUCH_TRUSTIST_WINDOW", "901"),
        ("VOUCH_TRUSTIST_WINDOW", "5 minutes"),
        ("VOUCH_WEBHOOKS_ALLOW_LOOPBACK", "2"),
        ("DATABASE_URL", "mysql://x"),
    ] {
        let line = refused(&[(name, value)]);
        assert!(
            line.starts_with(&format!("{name} is wrong")) && !line.contains('\n'),
            "{line}"
        );
    }
}

#[test]
fn a_signed_request_may_be_five_minutes_off_or_as_the_operator_says() {
    let window = |settings: &[_]| config(settings).unwrap().trustist_window.num_seconds();
    assert_eq!(window(&[]), 300);
    for (set, seconds) in [("30", 30), ("900", 900)] {
        assert_eq!(window(&[("VOUCH_TRUSTIST_WINDOW", set)]), seconds);
    }
}

#[test]
fn a_password_or_a_key_is_never_repeated() {
    assert!(!refused(&[("DATABASE_URL", "host=db password=hunter2")]).contains("hunter2"));
    assert!(!refused(&[("VOUCH_SECRET_KEY", "deadbeef")]).contains("deadbeef"));
    let config = config(&[("VOUCH_SECRET_KEY", KEY)]).unwrap();
    assert!(!format!("{config:?}").contains("0x1f") && !format!("{config:?}").contains("1e1f"));
}

#[test]
fn cookies_are_secure_exactly_when_people_come_by_https() {
    let config = config(&[("VOUCH_PUBLIC_URL", "https://desk.example/")]).unwrap();
    assert!(config.secure_cookies());
    assert_eq!(config.public_url, "https://desk.example");
}

#[test]
fn only_the_named_proxies_are_believed() {
    let config = config(&[("VOUCH_TRUSTED_PROXIES", "10.0.0.0/8, ::1,192.0.2.7")]).unwrap();
    for (peer, believed) in [
        ("10.255.0.1", true),
        ("11.0.0.1", false),
        ("::1", true),
        ("::2", false),
        ("192.0.2.7", true),
        ("192.0.2.8", false),
        // The same host, seen through a socket of version 6.
        ("::ffff:10.1.2.3", true),
    ] {
        assert_eq!(config.trusts(peer.parse().unwrap()), believed, "{peer}");
    }
}
