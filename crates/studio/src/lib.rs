//! The studio: a web page on this machine on which rules are seen, made and tried.
//!
//! The page asks; this crate answers with what the library says, as JSON. There is no second engine here and no second
//! wording: explanations come from `explain` of the engine, proposals from `suggest`, changes of files from `edit`.
//!
//! * `guard`: which requests are answered at all.
//! * `folder`: the folder of rules on the disk; the only code that writes, and undoes.
//! * `workspace`: the rules and documents in memory, and what the rules do to each document.
//! * `edit`: a rule that is being edited: its mistakes, its sentence, its examples, what it would do.
//! * `comparison`: work over the whole collection, in the background.
//! * `change`: changes of files that are no edit of one rule: rules added, a shipped rule switched off.
//! * `guarded`: a fault in the work on one document leaves the others alone.
//! * `api`: one file for each thing that the page asks for.
#![warn(missing_docs)]

mod api;
mod assets;
mod change;
mod comparison;
mod edit;
mod folder;
mod guard;
mod guarded;
mod workspace;

pub use folder::DiskAccess;
pub use guard::new_token;
pub use workspace::{ReadPhrases, StudioDocument, StudioOptions};

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use workspace::Workspace;

/// A studio that has its port, and is not served yet.
#[derive(Debug)]
pub struct Studio {
    listener: TcpListener,
    workspace: Arc<Workspace>,
    token: String,
}

impl Studio {
    /// Takes a port of this machine (0 for any that is free) and loads the rules.
    ///
    /// # Errors
    /// When the port is taken, or the system gives no random numbers.
    pub fn open(options: StudioOptions, documents: Vec<StudioDocument>, port: u16) -> io::Result<Self> {
        // Only this machine can reach it.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let workspace = Arc::new(Workspace::new(options, documents));
        Ok(Self { listener, workspace, token: new_token()? })
    }

    /// The address to open. Whoever does not know the token in it gets no answer.
    ///
    /// # Errors
    /// When the port is gone.
    pub fn address(&self) -> io::Result<String> {
        Ok(format!("http://{}/{}/", self.listener.local_addr()?, self.token))
    }

    /// Answers requests until the program ends.
    ///
    /// # Errors
    /// When the port is gone.
    pub fn serve(self) -> io::Result<()> {
        let port = self.listener.local_addr()?.port();
        Workspace::clean_all(&self.workspace);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            axum::serve(listener, api::router(self.workspace, &self.token, port)).await
        })
    }
}
