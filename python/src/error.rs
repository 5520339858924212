//! Converts errors of the library to `dehusk.Error`, with both languages and all diagnostics.

use dehusk::Lang;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyAny;

/// A class of `dehusk._types`, looked up once.
pub fn class<'py>(py: Python<'py>, cell: &PyOnceLock<Py<PyAny>>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let found = cell.get_or_try_init(py, || py.import("dehusk._types")?.getattr(name).map(Bound::unbind))?;
    Ok(found.bind(py).clone())
}

/// A `dehusk.Error` with a message in both languages.
pub fn error(py: Python<'_>, en: &str, zh: &str) -> PyErr {
    raise(py, en, zh, "[]")
}

/// A `dehusk.Error` from an error of the library, with its diagnostics.
pub fn library(py: Python<'_>, error: &dehusk::Error) -> PyErr {
    let diagnostics = serde_json::to_string(error.diagnostics()).unwrap_or_else(|_| "[]".to_string());
    raise(py, &error.message(Lang::En), &error.message(Lang::Zh), &diagnostics)
}

/// The error for texts and hosts of different numbers.
pub fn uneven(py: Python<'_>, texts: usize, others: usize, what: &str) -> PyErr {
    let (many, zh) = if what == "body" { ("bodies", "正文") } else { ("hosts", "网站") };
    let en = format!("{texts} texts and {others} {many}: there must be one {what} for each text");
    let zh = format!("有 {texts} 篇文章，却有 {others} 个{zh}；每篇文章要有一个{zh}");
    error(py, &en, &zh)
}

fn raise(py: Python<'_>, en: &str, zh: &str, diagnostics: &str) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    match class(py, &MAKE, "native_error").and_then(|make| make.call1((en, zh, diagnostics))) {
        Ok(value) => PyErr::from_value(value),
        Err(error) => error,
    }
}
