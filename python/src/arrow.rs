//! Arrow columns in and out, through the Arrow C data interface (PyCapsule).

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder as _, Int64Builder, StringBuilder};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::{Array as _, ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer};
use arrow_data::ArrayData;
use arrow_schema::{DataType, Field, Fields};
use dehusk::{Cause, Removal};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyTuple};

use crate::column::Column;
use crate::engine::{Cleaning, NOT_UNICODE, PyEngine, TextInfo, kept, run};
use crate::error;
use crate::record::{FINDER, Names, SEAM};

/// An array that any Arrow library can import through `__arrow_c_array__`.
#[pyclass(frozen, module = "dehusk._native")]
pub struct ArrowArray {
    data: ArrayData,
    /// The type to export: `data` stores texts as bytes, without a guarantee of UTF-8.
    kind: DataType,
}

#[pymethods]
impl ArrowArray {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // The protocol allows to ignore the requested type; the consumer can cast.
        drop(requested_schema);
        let array = PyCapsule::new_with_value(py, FFI_ArrowArray::new(&self.data), c"arrow_array")?;
        Ok((self.__arrow_c_schema__(py)?, array))
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&self.kind)
            .map_err(|e| pyo3::exceptions::PyValueError::new_err(e.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    fn __len__(&self) -> usize {
        self.data.len()
    }
}

/// Which columns the caller wants in addition to the bodies.
#[derive(Clone, Copy)]
pub struct WantedColumns {
    pub removed: bool,
    pub warnings: bool,
}

/// Cleans a column; returns `(bodies, removed, warnings, counts)`.
pub fn clean<'py>(
    engine: &PyEngine,
    array: &Bound<'py, PyAny>,
    hosts: Option<&Bound<'py, PyAny>>,
    host: Option<&str>,
    wanted: WantedColumns,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = array.py();
    let (texts, type_of_texts) = column(array)?;
    let hosts = hosts.map(column).transpose()?.map(|(hosts, _)| hosts);
    if let Some(hosts) = &hosts
        && hosts.len() != texts.len()
    {
        return Err(error::uneven(py, texts.len(), hosts.len(), "host"));
    }
    let done = py.detach(|| {
        let mut batch = ColumnRun::new(engine, &texts, wanted);
        for row in 0..texts.len() {
            let host = hosts.as_ref().and_then(|hosts| text_of(hosts.get(row)?)).or(host);
            batch.clean(row, host).map_err(Mistake::Record)?;
        }
        batch.finish(&type_of_texts)
    });
    let done = done.map_err(|mistake| mistake.say(py, &type_of_texts))?;
    let counts = done.counts.dict(py, &engine.names)?;
    let array = |given: Option<ArrowArray>| given.map(|array| Bound::new(py, array)).transpose();
    (array(done.bodies)?, array(done.removed)?, array(done.warnings)?, counts).into_pyobject(py)
}

fn column(array: &Bound<'_, PyAny>) -> PyResult<(Column, DataType)> {
    match Column::import(array)? {
        (Some(column), kind) => Ok((column, kind)),
        (None, kind) => {
            let en = format!("a column of {kind} holds no text; cast it to string first");
            let zh = format!("类型为 {kind} 的列不是文字；请先转换成 string");
            Err(error::error(array.py(), &en, &zh))
        }
    }
}

fn text_of(bytes: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(bytes).ok()
}

/// Why a batch cannot be cleaned as a whole.
enum Mistake {
    /// More removed text than one Arrow array of strings holds.
    Record(TooMuch),
    /// More texts than the keys of a dictionary can number.
    Keys,
}

impl Mistake {
    fn say(&self, py: Python<'_>, kind: &DataType) -> PyErr {
        match self {
            Self::Record(TooMuch) => error::error(
                py,
                "more than 2 GiB of text goes from one batch, which one Arrow array cannot hold; use smaller batches",
                "一个批次删掉的文字超过 2 GiB，一个 Arrow 数组放不下；请把批次改小",
            ),
            Self::Keys => error::error(
                py,
                &format!("the cleaned texts are more than {kind} can number; cast the column to string first"),
                &format!("清理后的文章太多，{kind} 编不下号；请先把这一列转换成 string"),
            ),
        }
    }
}

struct Finished {
    bodies: Option<ArrowArray>,
    removed: Option<ArrowArray>,
    warnings: Option<ArrowArray>,
    counts: BatchCounts,
}

/// A column that is being cleaned.
struct ColumnRun<'a> {
    engine: &'a PyEngine,
    texts: &'a Column,
    /// Created at the first text that changes; then it contains all rows before it.
    bodies: Option<crate::column::Writer>,
    removed: Option<RemovedWriter>,
    warnings: Option<WarningWriter>,
    counts: BatchCounts,
}

impl<'a> ColumnRun<'a> {
    fn new(engine: &'a PyEngine, texts: &'a Column, wanted: WantedColumns) -> Self {
        Self {
            engine,
            texts,
            bodies: None,
            removed: wanted.removed.then(RemovedWriter::default),
            warnings: wanted.warnings.then(WarningWriter::default),
            counts: BatchCounts::new(engine.engine.rules().rules.len()),
        }
    }

    fn clean(&mut self, row: usize, host: Option<&str>) -> Result<(), TooMuch> {
        let Some(bytes) = self.texts.get(row) else {
            if let Some(bodies) = &mut self.bodies {
                bodies.push(None::<std::iter::Empty<&[u8]>>);
            }
            self.removed.iter_mut().for_each(RemovedWriter::null);
            self.warnings.iter_mut().for_each(WarningWriter::null);
            return Ok(());
        };
        let text = text_of(bytes);
        let done = text.map_or(Cleaning::Passed(NOT_UNICODE), |text| {
            run(&self.engine.engine, text, TextInfo { host, ..TextInfo::default() })
        });
        let (text, removals) = (done.text(text.unwrap_or_default()), done.removals());
        self.counts.add(bytes.len(), &done);
        if self.bodies.is_none() && done.is_changed() {
            self.bodies = Some(self.texts.copy(row));
        }
        if let Some(bodies) = &mut self.bodies {
            match done.is_changed() {
                false => bodies.push(Some(std::iter::once(bytes))),
                true => bodies.push(Some(kept(text, removals).map(str::as_bytes))),
            }
        }
        if let Some(warnings) = &mut self.warnings {
            warnings.push(done.warning());
        }
        match &mut self.removed {
            Some(removed) => removed.push(self.engine, text, removals),
            None => Ok(()),
        }
    }

    fn finish(self, kind: &DataType) -> Result<Finished, Mistake> {
        let bodies = match self.bodies {
            None => None,
            Some(writer) => Some(ArrowArray { data: writer.finish(kind).ok_or(Mistake::Keys)?, kind: kind.clone() }),
        };
        let own = |array: ListArray| ArrowArray { kind: array.data_type().clone(), data: array.into_data() };
        Ok(Finished {
            bodies,
            removed: self.removed.map(|removed| own(removed.finish())),
            warnings: self.warnings.map(|warnings| own(warnings.finish())),
            counts: self.counts,
        })
    }
}

/// The end offsets of the lists of a column, and which rows are null.
struct ListEnds {
    ends: Vec<i32>,
    valid: NullBufferBuilder,
}

impl Default for ListEnds {
    fn default() -> Self {
        Self { ends: vec![0], valid: NullBufferBuilder::new(0) }
    }
}

impl ListEnds {
    fn push(&mut self, valid: bool, end: usize) {
        // Cannot overflow: each item takes at least one byte of values, and these are limited to 2 GiB.
        self.ends.push(i32::try_from(end).unwrap_or(i32::MAX));
        self.valid.append(valid);
    }

    fn finish(mut self, values: ArrayRef) -> ListArray {
        let item = Arc::new(Field::new("item", values.data_type().clone(), true));
        ListArray::new(item, OffsetBuffer::new(self.ends.into()), values, self.valid.finish())
    }
}

/// The warnings as a column of lists of strings.
#[derive(Default)]
struct WarningWriter {
    texts: StringBuilder,
    lists: ListEnds,
}

impl WarningWriter {
    fn null(&mut self) {
        self.lists.push(false, self.texts.len());
    }

    fn push(&mut self, warning: Option<&str>) {
        if let Some(warning) = warning {
            self.texts.append_value(warning);
        }
        self.lists.push(true, self.texts.len());
    }

    fn finish(mut self) -> ListArray {
        self.lists.finish(Arc::new(self.texts.finish()))
    }
}

/// The removals as a column of lists of structs.
#[derive(Default)]
struct RemovedWriter {
    numbers: [Int64Builder; 4],
    text: StringBuilder,
    kind: StringBuilder,
    rule: StringBuilder,
    category: StringBuilder,
    phrase: StringBuilder,
    rows: usize,
    bytes: usize,
    lists: ListEnds,
}

/// The removals do not fit into one array.
struct TooMuch;

impl RemovedWriter {
    fn null(&mut self) {
        self.lists.push(false, self.rows);
    }

    fn push(&mut self, engine: &PyEngine, text: &str, removals: &[Removal]) -> Result<(), TooMuch> {
        for row in engine.names.rows(engine.engine.rules(), text, removals) {
            // The name of the rule may be longer than the removed text.
            let longest = [Some(row.text), row.rule, row.phrase].into_iter().flatten().map(str::len).max();
            self.bytes += longest.unwrap_or(0).max(8);
            if self.bytes > i32::MAX as usize {
                return Err(TooMuch);
            }
            let numbers = [row.chars[0], row.chars[1], row.bytes[0], row.bytes[1]];
            for (builder, number) in self.numbers.iter_mut().zip(numbers) {
                builder.append_value(number as i64);
            }
            self.text.append_value(row.text);
            self.kind.append_value(row.kind);
            self.rule.append_option(row.rule);
            self.category.append_option(row.category);
            self.phrase.append_option(row.phrase);
            self.rows += 1;
        }
        self.lists.push(true, self.rows);
        Ok(())
    }

    fn finish(mut self) -> ListArray {
        let [start, end, byte_start, byte_end] = self.numbers.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
        let columns: [(&str, ArrayRef); 9] = [
            ("start", start),
            ("end", end),
            ("byte_start", byte_start),
            ("byte_end", byte_end),
            ("text", Arc::new(self.text.finish())),
            ("kind", Arc::new(self.kind.finish())),
            ("rule", Arc::new(self.rule.finish())),
            ("category", Arc::new(self.category.finish())),
            ("phrase", Arc::new(self.phrase.finish())),
        ];
        let fields: Fields =
            columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        self.lists.finish(Arc::new(StructArray::new(fields, arrays, None)))
    }
}

/// The counts of a batch, for statistics.
struct BatchCounts {
    documents: u64,
    changed: u64,
    bytes: u64,
    warnings: HashMap<&'static str, u64>,
    /// The number of removals and their bytes: for each rule, then for the body finder, then for seams.
    causes: Vec<(u64, u64)>,
}

impl BatchCounts {
    fn new(rules: usize) -> Self {
        Self { documents: 0, changed: 0, bytes: 0, warnings: HashMap::new(), causes: vec![(0, 0); rules + 2] }
    }

    fn add(&mut self, bytes: usize, done: &Cleaning) {
        self.documents += 1;
        self.bytes += bytes as u64;
        self.changed += u64::from(!done.removals().is_empty());
        let rules = self.causes.len() - 2;
        for removal in done.removals() {
            let cause = match removal.cause {
                Cause::Rule { rule, .. } => rule.0 as usize,
                Cause::Finder { .. } => rules,
                Cause::Seam => rules + 1,
            };
            let (times, taken) = &mut self.causes[cause];
            *times += 1;
            *taken += removal.span.len() as u64;
        }
        if let Some(warning) = done.warning() {
            *self.warnings.entry(warning).or_default() += 1;
        }
    }

    fn dict<'py>(&self, py: Python<'py>, names: &Names) -> PyResult<Bound<'py, PyDict>> {
        let removals = PyDict::new(py);
        let rules = self.causes.len() - 2;
        for (cause, &counts) in self.causes.iter().enumerate().filter(|(_, (times, _))| *times > 0) {
            let name = match cause.checked_sub(rules) {
                None => names.rule(cause),
                Some(0) => FINDER,
                Some(_) => SEAM,
            };
            removals.set_item(name, counts)?;
        }
        let dict = PyDict::new(py);
        dict.set_item("documents", self.documents)?;
        dict.set_item("changed", self.changed)?;
        dict.set_item("bytes", self.bytes)?;
        dict.set_item("removed_bytes", self.causes.iter().map(|(_, taken)| taken).sum::<u64>())?;
        dict.set_item("warnings", &self.warnings)?;
        dict.set_item("removals", removals)?;
        Ok(dict)
    }
}
