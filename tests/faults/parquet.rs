use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dehusk::Fields;
use dehusk::io::FormatError;
use dehusk::io::parquet::ParquetFile;

use super::{assert_code, command};
use crate::runs::said;

/// Files of `fuzz/corpus/parquet` (all but the last and `empty-row-groups` made by `fuzz/parquet-cases.py`), and what is said of each.
const CASES: [(&str, &str); 17] = [
    ("lzo", "The codec type LZO is not supported yet"),
    ("lzo-without-rows", "The codec type LZO is not supported yet"),
    ("a-page-of-2-gib", "a page of the Parquet file needs 2047 MiB of memory, at most 256 MiB are allowed"),
    ("a-page-of-2-gib-in-zstd", "a page of the Parquet file needs 2047 MiB of memory"),
    ("a-brotli-page-longer-than-it-says", "a page has more bytes than its header says"),
    ("a-dictionary-of-2-billion-values", "a page of the Parquet file needs 64 GiB of memory"),
    ("2-billion-lengths", "a page promises values that it does not have"),
    ("2-billion-lengths-behind-shared-beginnings", "a page promises values that it does not have"),
    ("an-encoding-that-is-not-named", "a page has an encoding that its column does not name"),
    ("a-header-that-goes-on-behind-the-end", "a damaged"),
    ("rows-that-are-not-there", "a column has fewer rows than its row group"),
    ("a-schema-of-2-billion-columns", "a damaged footer"),
    ("a-schema-of-300-levels", "a damaged footer"),
    ("2-billion-row-groups", "a damaged footer"),
    ("an-index-of-2-gib", "a page index ends behind the end of the file"),
    ("a-column-behind-the-end", "a column ends behind the end of the file"),
    ("a-dictionary-behind-its-values", "the dictionary of a column stands behind its values"),
];

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/parquet").join(name)
}

/// Runs the program with 2 GB of address space: a larger allocation would abort it.
fn run_in_2_gb(folder: &Path, args: &[&str]) -> Output {
    let inner = command(folder, args);
    if !cfg!(target_os = "linux") {
        return command(folder, args).output().unwrap();
    }
    let mut outer = Command::new("sh");
    outer.args(["-c", "ulimit -v 2000000 && exec \"$@\"", "sh"]).arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer.current_dir(folder).output().unwrap()
}

#[test]
fn parquet_files_that_promise_more_than_they_have_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("in")).unwrap();
    let good = ["a-good-file", "texts-in-an-encoding-of-numbers", "empty-row-groups"];
    for name in CASES.iter().map(|(name, _)| *name).chain(good) {
        fs::copy(case(name), path.join(format!("in/{name}.parquet"))).unwrap();
    }
    let args = ["--out", "out", "--removed", "rows.jsonl", "in"];
    let output = run_in_2_gb(path, &args);
    assert_code(&output, 1);
    for (name, expected) in CASES {
        let place = format!("in/{name}.parquet: error: ");
        let line = said(&output).lines().find(|line| line.contains(&place)).map(str::to_owned);
        assert!(line.is_some_and(|line| line.contains(expected)), "{name}: {}", said(&output));
        assert!(!path.join(format!("out/{name}.parquet")).exists(), "{name}");
    }
    // The others are done; pyarrow gives the columns of an empty row group a dictionary and no place for values.
    for name in good {
        assert!(path.join(format!("out/{name}.parquet")).exists(), "{name}");
    }
    // Those beyond a limit also fail where rows are left out and all columns are read.
    for (name, expected) in &CASES[..10] {
        let output = run_in_2_gb(path, &["--sample", "100%", "--out", "some", &format!("in/{name}.parquet")]);
        assert_code(&output, 1);
        assert!(said(&output).contains(expected), "{name}: {}", said(&output));
    }
}

/// 200 million rows with a text of a million bytes each, in 168 bytes.
#[test]
fn a_parquet_file_of_rows_without_end_is_given_up() {
    let file = ParquetFile::open(&case("rows-without-end"), &Fields::default()).unwrap();
    let mut batches = file.batches().unwrap();
    let mut bytes = 0;
    let error = loop {
        match batches.next_batch(1 << 20) {
            Ok(Some(batch)) => {
                // A batch has a row more than it needs, not as many as were read from one page.
                assert!(batch.rows().len() <= 2, "{} rows", batch.rows().len());
                bytes += batch.rows().iter().map(|row| row.text().unwrap().unwrap().len()).sum::<usize>();
            }
            Ok(None) => panic!("it has an end"),
            Err(error) => break error,
        }
    };
    assert_eq!(FormatError::of(&error), Some(&FormatError::TooManyRows { ratio: 1000 }));
    assert!((1 << 30..1 << 31).contains(&bytes), "{bytes}");
}
