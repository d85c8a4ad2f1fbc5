//! The words of time and the work calendar that come with the program.

use std::sync::LazyLock;

use super::calendar::Calendar;
use super::lexicon::Lexicon;

/// The stored form of the files below; made by `cargo xtask bless`, checked by a test.
static PREPARED: &[u8] = include_bytes!("../../../rules/times.bin");

/// The words of time and the work calendar, read from their files.
///
/// # Errors
/// If a file is malformed; a test excludes that.
pub fn written() -> Result<(Lexicon, Calendar), String> {
    let words =
        [include_str!("../../../rules/language/time-zh.toml"), include_str!("../../../rules/language/time-en.toml")];
    let lexicon = Lexicon::from_toml(&words).map_err(|error| error.to_string())?;
    let calendar = Calendar::from_toml(&[include_str!("../../../rules/calendar/cn.toml")]);
    Ok((lexicon, calendar.map_err(|error| error.to_string())?))
}

/// Like [`written`], but from the stored form; decoded once for all threads.
///
/// # Panics
/// If the stored form is malformed; a test excludes that.
pub fn shared() -> &'static (Lexicon, Calendar) {
    static TIMES: LazyLock<(Lexicon, Calendar)> = LazyLock::new(|| {
        let prepared = postcard::from_bytes(PREPARED).map_err(|error| error.to_string());
        match prepared.or_else(|_| written()) {
            Ok(times) => times,
            Err(error) => panic!("the words of time do not load: {error}"),
        }
    });
    &TIMES
}
