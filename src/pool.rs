//! Runs jobs on many threads and returns their results in the order of the jobs.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, mpsc};

/// More threads than any machine has processors would only cost memory.
const MOST_THREADS: usize = 1024;

/// How many threads to work on.
pub fn threads(asked: Option<NonZeroUsize>) -> usize {
    let asked = asked.or_else(|| std::thread::available_parallelism().ok());
    asked.map_or(1, |threads| threads.get().min(MOST_THREADS))
}

/// Runs `work` over `jobs` on `threads` threads, each with a state of its own, and passes the results to `sink` in the
/// order of the jobs. Only a few jobs a thread are under way at a time, so memory does not grow with their number.
/// Stops at the first error of `sink`.
pub fn ordered<J: Send, S, O: Send, E>(
    threads: usize,
    jobs: impl Iterator<Item = J>,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, J) -> O + Sync,
    mut sink: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    if threads <= 1 {
        let mut own = state();
        return jobs.map(|job| work(&mut own, job)).try_for_each(sink);
    }
    std::thread::scope(|scope| {
        // Unbounded channels: the loop below never lets more jobs out than it has counted.
        let (give, take) = mpsc::channel::<(usize, J)>();
        let (put, get) = mpsc::channel::<(usize, O)>();
        let take = Arc::new(Mutex::new(take));
        let (state, work) = (&state, &work);
        let mut started = 0;
        for _ in 0..threads {
            let (take, put) = (take.clone(), put.clone());
            let worker = move || {
                let mut own = state();
                loop {
                    // One idle thread waits on the channel and holds the lock; the others wait for the lock.
                    let Ok(Ok((number, job))) = take.lock().map(|take| take.recv()) else { break };
                    if put.send((number, work(&mut own, job))).is_err() {
                        break;
                    }
                }
            };
            // If the system gives fewer threads, the work is done by those.
            if std::thread::Builder::new().spawn_scoped(scope, worker).is_err() {
                break;
            }
            started += 1;
        }
        drop(put);
        if started == 0 {
            let mut own = state();
            return jobs.map(|job| work(&mut own, job)).try_for_each(sink);
        }
        let (mut sent, mut next) = (0, 0);
        let mut early = BTreeMap::new();
        let mut receive = |next: &mut usize, result: (usize, O)| {
            early.insert(result.0, result.1);
            while let Some(result) = early.remove(next) {
                *next += 1;
                sink(result)?;
            }
            Ok(())
        };
        for job in jobs {
            if give.send((sent, job)).is_err() {
                break;
            }
            sent += 1;
            while sent - next >= threads * 4 {
                let Ok(result) = get.recv() else { break };
                receive(&mut next, result)?;
            }
        }
        drop(give);
        while let Ok(result) = get.recv() {
            receive(&mut next, result)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_whatever_the_threads_do() {
        for threads in [1, 2, 8] {
            let mut seen = Vec::new();
            let work = |(): &mut (), number: u64| {
                // Earlier jobs take longer.
                (0..(2000 - number) * 20).fold(number, |a, b| std::hint::black_box(a ^ b) ^ b)
            };
            let result: Result<(), ()> = ordered(
                threads,
                0..2000,
                || (),
                work,
                |number| {
                    seen.push(number);
                    Ok(())
                },
            );
            assert!(result.is_ok());
            assert_eq!(seen, (0..2000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_of_the_sink_ends_it() {
        let result =
            ordered(4, 0.., || (), |(), number: u32| number, |number| if number < 10 { Ok(()) } else { Err(number) });
        assert_eq!(result, Err(10));
    }
}
