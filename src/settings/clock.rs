//! What time it is for a run: `--as-of`, or now, in the zone of the options, the settings or the system.

use super::Settings;
use crate::judge::Clock;
use crate::language::time::moment;
use crate::report::Ui;
use crate::source::Diagnostic;
use jiff::Zoned;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// The clock of a run.
///
/// # Errors
/// When the zone or the moment is not one.
pub fn clock(
    as_of: Option<&str>,
    zone: Option<&str>,
    settings: &Settings,
    ui: Ui,
) -> Result<Arc<Clock>, Box<Diagnostic>> {
    let zone = time_zone(zone.or(settings.zone.value.as_deref()), ui)?;
    let asked = as_of.is_some();
    let as_of = match as_of {
        None => Zoned::now().with_time_zone(zone.clone()),
        Some(text) => moment(text, &zone).map_err(|_| not_a_moment(text, ui))?,
    };
    Ok(Arc::new(Clock { asked, ..Clock::new(zone, as_of) }))
}

/// The time zone of this name; where none is named, the system's.
///
/// # Errors
/// When there is no such zone.
pub fn time_zone(name: Option<&str>, ui: Ui) -> Result<TimeZone, Box<Diagnostic>> {
    let Some(name) = name else { return Ok(TimeZone::system()) };
    TimeZone::get(name).map_err(|_| {
        let error = Diagnostic::error("cli/zone", ui.text("settings.zone", &[("zone", name)]));
        Box::new(error.help(ui.text("settings.zone-help", &[])))
    })
}

/// The error for a text that is no moment.
pub fn not_a_moment(text: &str, ui: Ui) -> Box<Diagnostic> {
    let error = Diagnostic::error("cli/moment", ui.text("when.not-a-moment", &[("text", text)]));
    Box::new(error.help(ui.text("when.moment-help", &[])))
}
