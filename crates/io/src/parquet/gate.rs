//! [`SharedOutput`]: an output that the library writes to and that can be had back.
//!
//! The library takes its output for itself, buffers before it, and of an error passes on the words
//! at most. A gate stays with both sides and remembers the error itself: a full disk is to be called
//! one.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::parquet::errors::ParquetError;

use super::reason;

/// An output shared with the library.
pub(super) struct SharedOutput<W>(Arc<Mutex<Out<W>>>);

struct Out<W> {
    out: W,
    /// The first error that it met: the library passes on only its words.
    error: Option<io::Error>,
    /// What is held back, while it is.
    held: Option<Vec<u8>>,
}

impl<W: Write> SharedOutput<W> {
    pub(super) fn new(out: W) -> Self {
        Self(Arc::new(Mutex::new(Out { out, error: None, held: None })))
    }

    /// The error of the output, if it met one; otherwise the library's.
    pub(super) fn reason(&self, error: ParquetError) -> io::Error {
        lock(&self.0).error.take().unwrap_or_else(|| reason(error))
    }

    /// Keeps what is written from now on, instead of writing it.
    pub(super) fn hold(&self) {
        lock(&self.0).held = Some(Vec::new());
    }

    /// Ends [`SharedOutput::hold`]: what was kept.
    pub(super) fn held(&self) -> Vec<u8> {
        lock(&self.0).held.take().unwrap_or_default()
    }

    /// The output, flushed; the last of all gates must be asked.
    pub(super) fn into_inner(self) -> io::Result<W> {
        let out = Arc::into_inner(self.0).ok_or_else(|| io::Error::other("the output is still in use"))?;
        let mut out = out.into_inner().unwrap_or_else(PoisonError::into_inner).out;
        out.flush().map(|()| out)
    }
}

impl<W> Clone for SharedOutput<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<W: Write> Write for SharedOutput<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let Out { out, error, held } = &mut *lock(&self.0);
        if let Some(held) = held {
            return held.write(buf);
        }
        out.write(buf).map_err(|met| {
            let kind = met.kind();
            if kind != io::ErrorKind::Interrupted {
                error.get_or_insert(met);
            }
            kind.into()
        })
    }

    /// The output is flushed once, at the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A lock whose owner panicked holds what it held.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
