//! Which methods the code and the templates call.

use std::{collections::BTreeSet, fs, io, path::Path};

/// Every name that follows a `.` or `::` in `src/**/*.rs` and `templates/**/*`. That is wider than
/// the methods of `Words`, and wide is right: a key is only called unused when nothing looks like it.
pub(crate) fn methods(house: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in ["src", "templates"] {
        collect(&house.join(folder), &mut names)?;
    }
    Ok(names)
}

fn collect(at: &Path, names: &mut BTreeSet<String>) -> io::Result<()> {
    if at.is_dir() {
        for entry in fs::read_dir(at)? {
            collect(&entry?.path(), names)?;
        }
    } else if at.extension().is_some_and(|e| e == "rs" || e == "html" || e == "txt") {
        find(&fs::read_to_string(at)?, names);
    }
    Ok(())
}

fn find(text: &str, names: &mut BTreeSet<String>) {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for after in text.split('.').skip(1).chain(text.split("::").skip(1)) {
        let end = after.find(|c| !in_name(c)).unwrap_or(after.len());
        if let Some((name, rest)) = after.split_at_checked(end)
            && name.contains('_')
            // `Words::name` without a call is the method handed on as a function
            && !rest.starts_with("::")
        {
            names.insert(name.to_owned());
        }
    }
}
