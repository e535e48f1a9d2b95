//! Where a cluster lives and to whom it belongs.

use anyhow::{Context, Result, ensure};
use nix::unistd::{Gid, Uid, User, chown, getegid, geteuid};
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where clusters go that would otherwise lie where their owner can't reach them.
const STATE: &str = "/var/lib/meridian";
/// What a socket's path may hold, with room for the file's own name (the kernel's limit is 107).
const SOCKET_PATH: usize = 90;

/// The unprivileged user that PostgreSQL's programs run as.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub(super) uid: Uid,
    pub(super) gid: Gid,
    pub(super) name: String,
}

impl Owner {
    /// Ourselves; for root, who may not, `postgres` or `nobody`.
    fn find() -> Result<Self> {
        let us = geteuid();
        if !us.is_root() {
            return Ok(Self { uid: us, gid: getegid(), name: name_of(us)? });
        }
        let user =
            User::from_name("postgres")?.map_or_else(|| User::from_name("nobody"), |user| Ok(Some(user)))?;
        let user = user.context(
            "PostgreSQL doesn't run as root, and there is no user postgres or nobody to run it as",
        )?;
        Ok(Self { uid: user.uid, gid: user.gid, name: user.name })
    }

    /// Hands a file or folder over; nothing to do unless we are root.
    pub(super) fn give(&self, path: &Path) -> Result<()> {
        if geteuid().is_root() {
            chown(path, Some(self.uid), Some(self.gid))
                .with_context(|| format!("{} can't be handed over", path.display()))?;
        }
        Ok(())
    }

    /// Whether it can pass through every folder on the way. We ourselves just did.
    fn reaches(&self, path: &Path) -> bool {
        if !geteuid().is_root() {
            return true;
        }
        path.ancestors().all(|folder| {
            fs::metadata(folder).is_ok_and(|meta| {
                let own = meta.uid() == self.uid.as_raw() && meta.mode() & 0o100 != 0;
                own || meta.mode() & 0o001 != 0
            })
        })
    }
}

/// The name of a user; PostgreSQL needs one to know who is at the socket.
pub(super) fn name_of(uid: Uid) -> Result<String> {
    let user = User::from_uid(uid)?;
    user.map(|user| user.name).with_context(|| {
        format!("user id {uid} has no name on this machine, so PostgreSQL can't run as it: set DATABASE_URL to a PostgreSQL that runs elsewhere")
    })
}

/// The folders of one cluster.
#[derive(Debug)]
pub(super) struct Place {
    /// Holds the locks and all below.
    pub(super) root: PathBuf,
    /// PostgreSQL's data folder. There, it is whole.
    pub(super) cluster: PathBuf,
    /// Holds the socket.
    pub(super) socket: PathBuf,
    pub(super) owner: Owner,
}

impl Place {
    /// Decides on the folders and makes those that are ours.
    pub(super) fn prepare(folder: &Path) -> Result<Self> {
        let owner = Owner::find()?;
        let root = make_folder(folder)?;
        let root = if owner.reaches(&root) { root } else { elsewhere(&root)? };
        ensure!(owner.reaches(&root), "{} can't be reached by the user {}", root.display(), owner.name);
        let text = root.to_str().unwrap_or("\"");
        ensure!(
            !text.contains(['"', '\'', '\\', '$', '`', ',', '\n']),
            "{} has a character in it that PostgreSQL's programs stumble over: choose another MERIDIAN_DATA",
            root.display()
        );
        let beside = root.join("socket");
        let fits = beside.as_os_str().len() <= SOCKET_PATH;
        let socket = if fits {
            beside
        } else {
            Path::new("/tmp").join(format!("meridian-{}-{}", owner.uid, short_name(&root)))
        };
        let cluster = root.join("cluster");
        if let Ok(meta) = fs::symlink_metadata(&cluster) {
            ensure!(
                meta.uid() == owner.uid.as_raw(),
                "{} belongs to another user than {}: run Meridian as before, or choose another MERIDIAN_DATA",
                cluster.display(),
                owner.name
            );
        }
        Ok(Self { root, cluster, socket, owner })
    }

    pub(super) fn make_socket_folder(&self) -> Result<()> {
        self.make_private(&self.socket)
    }

    /// Makes a folder that only its owner may enter, or sees to it that an existing one is such.
    pub(super) fn make_private(&self, folder: &Path) -> Result<()> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => self.owner.give(folder)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("{} can't be made", folder.display())),
        }
        let meta = fs::symlink_metadata(folder)?;
        let private = meta.is_dir() && meta.uid() == self.owner.uid.as_raw() && meta.mode() & 0o077 == 0;
        ensure!(
            private,
            "{} must be a folder of the user {} that no other may enter (mode 0700)",
            folder.display(),
            self.owner.name
        );
        Ok(())
    }
}

/// Makes a folder with all above it, and says where it really is.
fn make_folder(folder: &Path) -> Result<PathBuf> {
    let made =
        DirBuilder::new().recursive(true).mode(0o755).create(folder).and_then(|()| fs::canonicalize(folder));
    made.with_context(|| format!("the folder {} can't be made", folder.display()))
}

/// A folder in [`STATE`] instead of this one, which keeps a note of where it is: whoever takes this folder away begins
/// anew.
fn elsewhere(folder: &Path) -> Result<PathBuf> {
    let mut note =
        File::options().read(true).append(true).create(true).mode(0o600).open(folder.join("elsewhere"))?;
    note.lock()?;
    let mut place = String::new();
    note.read_to_string(&mut place)?;
    if place.is_empty() {
        place = format!("{STATE}/{:016x}", rand::random::<u64>());
        note.write_all(place.as_bytes())?;
    }
    make_folder(Path::new(&place))
}

/// A short name that stands for a long path.
fn short_name(path: &Path) -> String {
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}
