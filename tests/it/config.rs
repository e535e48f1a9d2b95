//! The configuration tells all that is wrong at once, and `.env.example` is what the code says.

use meridian::config::{Config, Keys, Mail, Purpose, Security};
use secrecy::ExposeSecret as _;
use std::collections::BTreeMap;

fn read(lines: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let given: BTreeMap<String, String> =
        lines.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Config::read(&given).map_err(|problems| problems.0)
}

#[test]
fn nothing_set_is_a_whole_configuration() {
    let config = read(&[]).unwrap();
    assert!(config.database_url.is_none());
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.base_origin(), "http://127.0.0.1:3000");
    assert_eq!(config.link("/u/1"), "http://127.0.0.1:3000/u/1");
    assert_eq!(config.mail_from.to_string(), "Meridian <meridian@127.0.0.1>");
    assert_eq!(config.mail_folder().unwrap().to_str(), Some("var/mail"));
    assert!(!config.is_https());
    assert!(!config.node.is_empty());
}

#[test]
fn the_example_file_is_the_defaults() {
    let written = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).unwrap();
    assert_eq!(written, meridian::config::example(), "write what config::example() says into .env.example");
    let lines = written.lines().filter_map(|line| line.strip_prefix('#')?.split_once('='));
    let settings: Vec<_> = lines.filter(|(name, _)| !name.contains(' ')).collect();
    assert!(settings.len() >= 12, "{settings:?}");
    let (mut example, mut nothing) = (read(&settings).unwrap(), read(&[]).unwrap());
    example.node = String::new(); // holds the process id
    nothing.node = String::new();
    assert_eq!(format!("{example:?}"), format!("{nothing:?}"));
}

#[test]
fn all_problems_are_told_at_once_in_sentences() {
    let problems = read(&[
        ("MERIDIAN_LISTNE", "x"),
        ("MERIDIAN_LISTEN", "3000"),
        ("MERIDIAN_BASE_URL", "https://example.org/meridian"),
        ("MERIDIAN_MAIL", "smtp://someone@mail.example.org"),
        ("MERIDIAN_TICK_SECONDS", "0"),
        ("MERIDIAN_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        ("MERIDIAN_LOG_FORMAT", "xml"),
        ("MERIDIAN_SECRET_KEY_FILE", "/nowhere/key"),
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
    ])
    .unwrap_err();
    assert_eq!(problems.len(), 9, "{problems:#?}");
    assert_eq!(problems[0], "MERIDIAN_LISTNE is not a setting of Meridian. Did you mean MERIDIAN_LISTEN?");
    assert!(problems.iter().all(|problem| problem.ends_with(['.', '?'])), "{problems:#?}");
    assert!(!problems.concat().contains("hunter2"), "a password is not repeated");
}

#[test]
fn other_programs_names_are_none_of_our_business() {
    assert!(read(&[("PATH", "/bin"), ("MERIDIANA", "x"), ("PGHOST", "db")]).is_ok());
    assert!(read(&[("MERIDIAN_LISTEN", "  ")]).is_ok(), "an empty value is an unset one");
}

#[test]
fn answers_to_mails_need_a_domain_and_a_secret() {
    let (domain, secret) = ("MERIDIAN_REPLY_DOMAIN", "MERIDIAN_REPLY_SECRET");
    let long = "a secret of more than thirty-two characters";
    assert!(read(&[]).unwrap().replies.is_none());
    assert_eq!(
        read(&[(domain, "In.Example.org"), (secret, long)]).unwrap().replies.unwrap().domain,
        "in.example.org"
    );
    for given in [
        vec![(domain, "in.example.org")],
        vec![(secret, long)],
        vec![(domain, "in"), (secret, long)],
        vec![(domain, "x@y.example"), (secret, long)],
        vec![(domain, "in.example.org"), (secret, "short")],
    ] {
        assert_eq!(read(&given).unwrap_err().len(), 1, "{given:?}");
    }
}

#[test]
fn a_relay_is_guarded_unless_it_is_this_machine() {
    let relay = |url: &str| match read(&[("MERIDIAN_MAIL", url)]).unwrap().mail {
        Mail::Relay(relay) => relay,
        Mail::Folder(_) => panic!("{url} is a relay"),
    };
    let guarded = relay("smtp://post%40example.org:p%25a%2Fss@mail.example.org");
    assert_eq!((guarded.port, guarded.security), (587, Security::StartTls));
    let (user, password) = guarded.login.unwrap();
    assert_eq!((user.as_str(), password.expose_secret()), ("post@example.org", "p%a/ss"));
    let tls = relay("smtps://mail.example.org");
    assert_eq!((tls.port, tls.security, tls.login.is_none()), (465, Security::Tls, true));
    for here in ["smtp://localhost", "smtp://127.0.0.1:2525", "smtp://[::1]"] {
        assert_eq!(relay(here).security, Security::Plain, "{here}");
    }
    assert!(read(&[("MERIDIAN_MAIL", "http://mail.example.org")]).is_err());
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let file = std::env::temp_dir().join(format!("meridian-url-{}", std::process::id()));
    std::fs::write(&file, "postgres://meridian@db.example.org/meridian\n").unwrap();
    let path = file.to_str().unwrap();
    let config = read(&[("DATABASE_URL_FILE", path)]).unwrap();
    assert_eq!(config.database_url.unwrap().expose_secret(), "postgres://meridian@db.example.org/meridian");
    assert!(
        read(&[("DATABASE_URL_FILE", path), ("DATABASE_URL", "postgres://x/y")]).is_err(),
        "which one, then?"
    );
    std::fs::remove_file(&file).unwrap();
    assert!(read(&[("DATABASE_URL_FILE", path)]).is_err(), "the file is gone");
    assert!(read(&[("MERIDIAN_LISTEN_FILE", path)]).is_err(), "no secret, no file");
}

#[test]
fn nothing_secret_shows_in_debug_output() {
    let config = read(&[
        ("DATABASE_URL", "postgres://meridian:hunter2@db/meridian"),
        ("MERIDIAN_MAIL", "smtps://meridian:hunter3@mail.example.org"),
    ]);
    let shown = format!("{:?}", config.unwrap());
    assert!(!shown.contains("hunter"), "{shown}");
}

#[test]
fn a_signature_holds_for_its_purpose_message_and_key() {
    let old = "an old secret of more than thirty-two characters";
    let new = "a new secret of more than thirty-two characters!";
    let before = Keys::parse(old).unwrap();
    let during = Keys::parse(&format!("# rotated in November\n{new}\n\n{old}\n")).unwrap();
    let after = Keys::parse(new).unwrap();
    let by_old = before.sign(Purpose::Unsubscribe, b"member|digest");
    let by_new = during.sign(Purpose::Unsubscribe, b"member|digest");
    assert!(
        during.verify(Purpose::Unsubscribe, b"member|digest", &by_old),
        "what the old one signed still counts"
    );
    assert!(after.verify(Purpose::Unsubscribe, b"member|digest", &by_new), "the first line signs");
    assert!(!after.verify(Purpose::Unsubscribe, b"member|digest", &by_old), "until it is taken away");
    assert!(!during.verify(Purpose::Device, b"member|digest", &by_old));
    assert!(!during.verify(Purpose::Unsubscribe, b"member|reminder", &by_old));
    for forged in ["", ".", "a.b", &by_old[..by_old.len() - 1], &by_old.to_uppercase()] {
        assert!(!before.verify(Purpose::Unsubscribe, b"member|digest", forged), "{forged}");
    }
    assert_ne!(before.digest(Purpose::RateLimit, b"x"), before.digest(Purpose::Device, b"x"));
    assert_eq!(format!("{before:?}"), "Keys(***)");
}

#[test]
fn a_secret_file_is_made_once_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = std::env::temp_dir().join(format!("meridian-keys-{}", std::process::id()));
    let config = read(&[("MERIDIAN_DATA", data.to_str().unwrap())]).unwrap();
    let opened: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Keys::open(&config).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let signature = opened[0].sign(Purpose::Device, b"x");
    assert!(opened.iter().all(|keys| keys.verify(Purpose::Device, b"x", &signature)), "all use the same");
    let mode = std::fs::metadata(data.join("secret.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1, "no draft is left");
    std::fs::write(data.join("secret.key"), "short").unwrap();
    assert!(Keys::open(&config).is_err());
    std::fs::remove_dir_all(data).unwrap();
}
