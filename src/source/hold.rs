//! Work on hostile bytes by libraries that may panic over them: it comes to nothing instead, and nothing is printed.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// What the work comes to; nothing where it panics. What the work has touched must not be used again then.
pub fn held<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = HELD.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    HELD.set(before);
    done
}

/// Whether this thread does such work: its panics are told as mistakes of the input.
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
