//! The hash of a rulebook, over its packs and the engine's version. Used by the build for the default one, and by the
//! program for those that it loads.

/// 16 hexadecimal digits over the engine's version and the paths and texts of packs.
pub fn hash<'a>(version: &str, packs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut all = xxhash_rust::xxh3::Xxh3::new();
    all.update(version.as_bytes());
    for (path, text) in packs {
        for part in [path, text] {
            all.update(part.as_bytes());
            all.update(&[0]);
        }
    }
    format!("{:016x}", all.digest())
}
