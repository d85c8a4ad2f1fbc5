//! Runs library code on untrusted bytes: a panic becomes `None` and prints nothing.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// The result of `work`, or `None` if it panics; then whatever it has touched must not be used again.
pub fn held<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = HELD.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    HELD.set(before);
    done
}

/// Whether this thread runs such work: the panic hook then prints nothing.
pub fn is_held() -> bool {
    HELD.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_to_nothing_and_ends_the_hold() {
        assert_eq!(held(|| 1), Some(1));
        assert_eq!(held(|| assert!(!is_held(), "held")), None);
        assert!(!is_held());
    }
}
