//! The words of time and the work calendar that the program comes with, for whoever reads times.

use std::sync::LazyLock;

use super::calendar::Calendar;
use super::lexicon::Lexicon;

/// Prepared ahead from the files below; made by `cargo xtask bless`, and compared with them by a test.
static PREPARED: &[u8] = include_bytes!("../../../rules/times.bin");

/// The words of time and the work calendar, as their files say.
///
/// # Errors
/// When a file of them is wrong; never in a program that was built and tested.
pub fn written() -> Result<(Lexicon, Calendar), String> {
    let words =
        [include_str!("../../../rules/language/time-zh.toml"), include_str!("../../../rules/language/time-en.toml")];
    let lexicon = Lexicon::from_toml(&words).map_err(|error| error.to_string())?;
    let calendar = Calendar::from_toml(&[include_str!("../../../rules/calendar/cn.toml")]);
    Ok((lexicon, calendar.map_err(|error| error.to_string())?))
}

/// The same as prepared, read once and for all threads.
///
/// # Panics
/// When the files are wrong; never in a program that was built and tested.
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
