//! Our own PostgreSQL is shared, survives being killed, and stops with whoever leaves last.

use meridian::db::embedded::{Durability, Embedded};
use nix::unistd::geteuid;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder for one test, taken away with the cluster in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("meridian-embedded-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn start(&self) -> Embedded {
        Embedded::start(&self.0, None, Durability::Safe).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn is_up(embedded: &Embedded) -> bool {
    UnixStream::connect(embedded.socket().join(".s.PGSQL.5432")).is_ok()
}

/// The postmaster's process id.
fn postmaster(folder: &Path) -> String {
    fs::read_to_string(folder.join("cluster/postmaster.pid")).unwrap().lines().next().unwrap().to_owned()
}

fn kill(pid: &str) {
    assert!(Command::new("kill").args(["-9", pid]).status().unwrap().success());
}

async fn ask(embedded: &Embedded, question: &'static str) -> String {
    let options = embedded.options().database("postgres");
    for _ in 0..100 {
        if let Ok(mut conn) = PgConnection::connect_with(&options).await {
            return sqlx::query_scalar(question).fetch_one(&mut conn).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no answer to {question}");
}

#[tokio::test]
async fn two_share_it_and_the_last_one_out_stops_it() {
    let folder = Folder::new("share");
    let (one, two) = std::thread::scope(|scope| {
        let (one, two) = (scope.spawn(|| folder.start()), scope.spawn(|| folder.start()));
        (one.join().unwrap(), two.join().unwrap())
    });
    let pid = postmaster(one.folder());
    assert_eq!(ask(&one, "show data_directory").await, ask(&two, "show data_directory").await);
    assert!(!one.release().unwrap(), "somebody is still there");
    assert!(is_up(&two));
    let three = folder.start();
    assert_eq!(postmaster(three.folder()), pid, "the same one, found running");
    assert!(!two.release().unwrap());
    let socket = three.socket().to_owned();
    assert!(three.release().unwrap(), "nobody is left");
    assert!(UnixStream::connect(socket.join(".s.PGSQL.5432")).is_err());
}

#[tokio::test]
async fn nobody_comes_in_but_through_the_socket() {
    let folder = Folder::new("private");
    let cluster = folder.start();
    assert_eq!(ask(&cluster, "show listen_addresses").await, "");
    assert_eq!(ask(&cluster, "show fsync").await, "on");
    assert_eq!(ask(&cluster, "show synchronous_commit").await, "on");
    assert_eq!(
        ask(&cluster, "select string_agg(type || ' ' || auth_method, ',') from pg_hba_file_rules").await,
        "local peer"
    );
    assert_eq!(fs::metadata(cluster.socket()).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(cluster.folder().join("cluster")).unwrap().permissions().mode() & 0o777, 0o700);
    if geteuid().is_root() {
        let other = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "ls"])
            .arg(cluster.socket())
            .output()
            .unwrap();
        assert!(!other.status.success(), "another user of this machine");
    }
    cluster.release().unwrap();
}

#[tokio::test]
async fn a_killed_cluster_starts_again_with_all_it_had() {
    let folder = Folder::new("killed");
    let cluster = folder.start();
    assert_eq!(ask(&cluster, "select 'hello'").await, "hello");
    let mut conn = PgConnection::connect_with(&cluster.options().database("postgres")).await.unwrap();
    sqlx::raw_sql("create table kept as select 'still here' as words").execute(&mut conn).await.unwrap();
    let first = postmaster(cluster.folder());
    kill(&first);
    assert!(cluster.folder().join("cluster/postmaster.pid").exists(), "its pid file is left behind");
    while is_up(&cluster) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    cluster.ensure_up().unwrap();
    assert_ne!(postmaster(cluster.folder()), first);
    assert_eq!(ask(&cluster, "select words from kept").await, "still here");

    // And once more, with the program that used it gone as well.
    kill(&postmaster(cluster.folder()));
    drop(cluster);
    let cluster = folder.start();
    assert_eq!(ask(&cluster, "select words from kept").await, "still here");
    cluster.release().unwrap();
}

#[tokio::test]
async fn a_program_killed_while_making_it_leaves_no_ruin() {
    let folder = Folder::new("ruin");
    fs::create_dir_all(folder.0.join("cluster.new/base")).unwrap();
    fs::write(folder.0.join("cluster.new/PG_VERSION"), "15\n").unwrap();
    let cluster = folder.start();
    assert_eq!(ask(&cluster, "select 'whole'").await, "whole");
    assert!(!cluster.folder().join("cluster.new").exists());
    cluster.release().unwrap();
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let folder = Folder::new("long");
    let deep = folder.0.join("a-folder-with-a-rather-long-name/and-another-one-in-it/and-a-third-to-be-sure");
    let cluster = Embedded::start(&deep, None, Durability::Safe).unwrap();
    assert!(cluster.socket().starts_with("/tmp"), "{}", cluster.socket().display());
    assert_eq!(ask(&cluster, "select 'hello'").await, "hello");
    let socket = cluster.socket().to_owned();
    cluster.release().unwrap();
    fs::remove_dir_all(socket).unwrap();
}

#[test]
fn a_cluster_of_another_version_is_refused_with_the_way_out() {
    let folder = Folder::new("version");
    folder.start().release().unwrap();
    fs::write(folder.0.join("cluster/PG_VERSION"), "11\n").unwrap();
    let error = Embedded::start(&folder.0, None, Durability::Safe).unwrap_err().to_string();
    assert!(error.contains("PostgreSQL 11") && error.contains("postgresql-11"), "{error}");
}

#[tokio::test]
async fn what_the_unprivileged_user_cannot_reach_goes_elsewhere() {
    if !geteuid().is_root() {
        return; // only root drops to another user
    }
    let folder = Folder::new("home");
    fs::DirBuilder::new().mode(0o700).create(&folder.0).unwrap();
    let cluster = Embedded::start(&folder.0.join("var/postgres"), None, Durability::Safe).unwrap();
    assert!(cluster.folder().starts_with("/var/lib/meridian"), "{}", cluster.folder().display());
    assert_eq!(ask(&cluster, "select 'hello'").await, "hello");
    let first = cluster.folder().to_owned();
    cluster.release().unwrap();
    let cluster = Embedded::start(&folder.0.join("var/postgres"), None, Durability::Safe).unwrap();
    assert_eq!(cluster.folder(), first, "found again");
    cluster.release().unwrap();
    fs::remove_dir_all(folder.0.join("var")).unwrap();
    let cluster = Embedded::start(&folder.0.join("var/postgres"), None, Durability::Safe).unwrap();
    let second = cluster.folder().to_owned();
    assert_ne!(second, first, "who takes the data folder away begins anew");
    cluster.release().unwrap();
    fs::remove_dir_all(first).unwrap();
    fs::remove_dir_all(second).unwrap();
}
