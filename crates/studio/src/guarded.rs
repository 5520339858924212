//! Work on one document whose failure must not end the work on the others.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dehusk_text::{Message, say};

/// What the work gives; if the program has a fault there, a message that says so. What the work changes must be thrown
/// away then.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Message> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        say!(
            "程序处理这一篇时出错了，这一篇没有算进去；请把它发给开发者",
            "the program failed on this document, so it is left out; please send it to the developers"
        )
    })
}
