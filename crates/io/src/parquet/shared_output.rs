//! [`SharedOutput`]: an output that the library writes to and that the caller gets back.
//!
//! The library takes ownership of its output, buffers what is written, and of an error it reports at most the
//! message. This wrapper is shared by both sides and keeps the error itself, so that a full disk can be reported as
//! such.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::parquet::errors::ParquetError;

use super::reason;

/// The output, shared with the library.
pub(super) struct SharedOutput<W>(Arc<Mutex<Out<W>>>);

struct Out<W> {
    out: W,
    /// The first error of the output, because the library reports only its message.
    error: Option<io::Error>,
    /// While writing is held back: the bytes that were written.
    held: Option<Vec<u8>>,
}

impl<W: Write> SharedOutput<W> {
    pub(super) fn new(out: W) -> Self {
        Self(Arc::new(Mutex::new(Out { out, error: None, held: None })))
    }

    /// The error of the output if there was one, otherwise that of the library.
    pub(super) fn reason(&self, error: ParquetError) -> io::Error {
        lock(&self.0).error.take().unwrap_or_else(|| reason(error))
    }

    /// From now on, keeps bytes instead of writing them.
    pub(super) fn hold(&self) {
        lock(&self.0).held = Some(Vec::new());
    }

    /// Ends [`SharedOutput::hold`] and returns the kept bytes.
    pub(super) fn held(&self) -> Vec<u8> {
        lock(&self.0).held.take().unwrap_or_default()
    }

    /// The output, flushed. Must be called on the last copy.
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

    /// The output is flushed only once, at the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Locks the mutex, also after a thread panicked while it held the lock.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
