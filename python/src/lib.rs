//! The native part of the Python package: classes of compiled rules, and the loops over texts and
//! Arrow columns. Everything that need not be fast (tables, Spark and Ray, messages) is written in
//! Python, in `../dehusk`.
//!
//! Texts are borrowed from Python and Arrow without copying; only bodies are written. The GIL is
//! released while the engine works.

mod arrow;
mod column;
mod engine;
mod error;
mod learn;
mod record;
mod rules;
mod sites;
mod suggest;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::arrow::ArrowArray;
    #[pymodule_export]
    use super::engine::PyEngine;
    #[pymodule_export]
    use super::learn::{learn_site, learnt_files, page_id};
    #[pymodule_export]
    use super::rules::{PyRuleSet, check, rules_sum, shipped_sources, test};
    #[pymodule_export]
    use super::sites::{PySiteFiles, folder_files};
    #[pymodule_export]
    use super::suggest::suggest;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
