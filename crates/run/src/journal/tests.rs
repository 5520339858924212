use super::*;

fn started(locked: Locked, asked: &BTreeMap<String, String>) -> Journal {
    let mut journal = locked.start().unwrap();
    journal.begin(asked.clone()).unwrap();
    journal
}

fn resumed(locked: Locked, asked: &BTreeMap<String, String>) -> Journal {
    let mut journal = locked.resume().unwrap();
    journal.begin(asked.clone()).unwrap();
    journal
}

#[test]
fn a_run_that_was_stopped_is_found_with_what_it_finished() {
    let out = std::env::temp_dir().join(format!("dehusk-journal-{}", std::process::id()));
    let _ = fs::remove_dir_all(&out);
    let asked = BTreeMap::from([("rules".to_owned(), "1".to_owned())]);
    let entry = |shard: &str| JournalEntry {
        shard: shard.into(),
        stamp: "s".into(),
        summary: Summary::default(),
        results: None,
    };

    let (found, locked) = lock(&out).unwrap().unwrap();
    assert!(matches!(found, Found::Nothing));
    let mut journal = started(locked, &asked);
    journal.finish(&entry("a")).unwrap();
    assert!(lock(&out).unwrap().is_none(), "two at once");
    drop(journal);
    fs::OpenOptions::new().append(true).open(out.join(FOLDER).join("journal")).unwrap().write_all(b"{\"sha").unwrap();

    let (found, locked) = lock(&out).unwrap().unwrap();
    assert!(matches!(found, Found::Unfinished(run) if run.asked == asked));
    let mut journal = resumed(locked, &asked);
    assert!(journal.done("a", "s").is_some());
    assert!(journal.done("a", "other").is_none(), "its input was changed");
    journal.finish(&entry("b")).unwrap();
    drop(journal);

    let (_, locked) = lock(&out).unwrap().unwrap();
    let journal = resumed(locked, &asked);
    assert!(journal.done("a", "s").is_some() && journal.done("b", "s").is_some(), "the torn line is passed over");
    journal.end(asked, true).unwrap();
    assert!(matches!(lock(&out).unwrap().unwrap().0, Found::Finished(_)));
    fs::remove_dir_all(out).unwrap();
}

fn entry(shard: &str, documents: u64) -> JournalEntry {
    let summary = Summary { documents, ..Summary::default() };
    JournalEntry { shard: shard.into(), stamp: "s".into(), summary, results: None }
}

/// A journal in a new folder, with the shards a and b.
fn two_shards() -> (tempfile::TempDir, Journal) {
    let out = tempfile::tempdir().unwrap();
    let mut journal = started(lock(out.path()).unwrap().unwrap().1, &BTreeMap::new());
    journal.finish(&entry("a", 1)).unwrap();
    journal.finish(&entry("b", 2)).unwrap();
    (out, journal)
}

#[test]
fn a_result_is_whole_as_long_as_its_bytes_are_there() {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("a b.txt");
    fs::write(&path, "body").unwrap();
    let stamp = Stamp::of(&path).unwrap();
    let result =
        ResultFile { name: "a b.txt".into(), size: 4, changed: stamp.changed as u64, checksum: checksum(b"body") };
    assert!(result.is_whole(out.path()) && result.is_same(out.path()));
    let cut_off = ResultFile { size: 5, ..result.clone() };
    assert!(!cut_off.is_whole(out.path()), "its time says that it was not touched, its size that it was");
    // Its content is read only where its time says that it may be another.
    let other = ResultFile { checksum: checksum(b"text"), ..result.clone() };
    assert!(other.is_whole(out.path()) && !other.is_same(out.path()));
    let touched = ResultFile { changed: result.changed - 1, ..result.clone() };
    assert!(touched.is_whole(out.path()));
    fs::write(&path, "BODY").unwrap();
    assert!(!touched.is_whole(out.path()) && !result.is_same(out.path()));
    let longer = ResultFile { size: 5, checksum: checksum(b"BODY"), ..result.clone() };
    assert!(!longer.is_whole(out.path()) && !longer.is_same(out.path()));
    fs::remove_file(&path).unwrap();
    assert!(!result.is_whole(out.path()) && !result.is_same(out.path()));
}

#[test]
fn a_stamp_is_another_for_another_name_size_or_time() {
    let stamp = |name, size, changed| stamp_of([(name, Stamp { size, changed })]);
    let all = [stamp("a", 1, 2), stamp("b", 1, 2), stamp("a", 2, 2), stamp("a", 1, 3), stamp_of([])];
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
    assert_eq!(stamp("a", 1, 2), all[0]);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "abc").unwrap();
    let stamp = Stamp::of(file.path()).unwrap();
    assert_eq!(stamp, Stamp::of_meta(&fs::metadata(file.path()).unwrap()));
    assert!(stamp.size == 3 && stamp.changed > 1_000_000_000_000_000_000);
}

#[test]
fn a_journal_is_read_while_nobody_holds_it() {
    let none = tempfile::tempdir().unwrap();
    assert!(entries(none.path()).unwrap().is_none());
    let (out, mut journal) = two_shards();
    journal.finish(&entry("a", 3)).unwrap();
    let (run, all) = entries(out.path()).unwrap().unwrap();
    assert!(!run.finished);
    assert_eq!(all, [entry("a", 3), entry("b", 2)], "the later line counts");
    let asked = BTreeMap::from([("x".to_owned(), "y".to_owned())]);
    journal.end(asked.clone(), true).unwrap();
    let (run, _) = entries(out.path()).unwrap().unwrap();
    assert_eq!(run, RunFile { finished: true, asked });
    let text = fs::read_to_string(out.path().join(FOLDER).join("run.json")).unwrap();
    assert!(text.ends_with("}\n"));
    let run = out.path().join(FOLDER).join("run.json");
    fs::write(&run, "{").unwrap();
    assert!(entries(out.path()).is_err());
    let error = lock(out.path()).unwrap_err().to_string();
    assert!(error.contains("run.json") && error.contains("is damaged"), "{error}");
    // What cannot be read is something else than what is not there.
    fs::remove_file(&run).unwrap();
    fs::create_dir(&run).unwrap();
    assert!(entries(out.path()).is_err());
}

#[test]
fn a_run_without_a_journal_goes_on_from_nothing() {
    let out = tempfile::tempdir().unwrap();
    let (_, locked) = lock(out.path()).unwrap().unwrap();
    let journal = resumed(locked, &BTreeMap::new());
    assert!(journal.done("a", "s").is_none());
}

#[test]
fn what_was_found_done_is_counted() {
    let (out, journal) = two_shards();
    assert_eq!((journal.found(), journal.entries().count()), (0, 0), "nothing was there at its start");
    drop(journal);
    let journal = resumed(lock(out.path()).unwrap().unwrap().1, &BTreeMap::new()).synced(true);
    assert_eq!((journal.found(), journal.entries().count(), journal.sync), (2, 2, true));
    assert!(journal.done("c", "s").is_none());
    // A line that is whole needs no other line end.
    drop(journal);
    let text = fs::read_to_string(out.path().join(FOLDER).join("journal")).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.ends_with("}\n"));
}

#[test]
fn parts_are_kept_until_all_is_done() {
    let (out, journal) = two_shards();
    let part = journal.part("a");
    assert_ne!(part, journal.part("b"));
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, "rows").unwrap();
    journal.end(BTreeMap::new(), false).unwrap();
    assert!(part.exists());
    let journal = resumed(lock(out.path()).unwrap().unwrap().1, &BTreeMap::new());
    assert!(part.exists(), "a run that goes on needs them");
    journal.end(BTreeMap::new(), true).unwrap();
    assert!(!part.exists());
    // A run from the beginning has none, and an end without any is no failure.
    fs::create_dir_all(&part).unwrap();
    let journal = started(lock(out.path()).unwrap().unwrap().1, &BTreeMap::new());
    assert!(!part.exists());
    journal.end(BTreeMap::new(), true).unwrap();
    // What cannot be deleted is told of.
    let journal = started(lock(out.path()).unwrap().unwrap().1, &BTreeMap::new());
    fs::write(part.parent().unwrap(), "a file").unwrap();
    assert!(journal.end(BTreeMap::new(), true).is_err());
}

#[cfg(unix)]
#[test]
fn a_folder_with_a_link_is_not_locked() {
    for name in ["lock", "run.json", "run.json.new", "journal", "parts"] {
        let (out, target) = (tempfile::tempdir().unwrap(), tempfile::NamedTempFile::new().unwrap());
        fs::create_dir(out.path().join(FOLDER)).unwrap();
        std::os::unix::fs::symlink(target.path(), out.path().join(FOLDER).join(name)).unwrap();
        assert!(lock(out.path()).unwrap_err().to_string().contains(name), "{name}");
    }
    let (out, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(target.path(), out.path().join(FOLDER)).unwrap();
    assert!(lock(out.path()).is_err());
}

#[test]
fn a_shard_whose_results_were_written_anew_by_another_holds_no_more() {
    let result = |name: &str| ResultFile { name: name.into(), size: 1, changed: 1, checksum: "c".into() };
    let entry = |shard: &str, names: &[&str]| JournalEntry {
        results: Some(names.iter().map(|name| result(name)).collect()),
        ..entry(shard, 1)
    };
    // A text came before the three of the first run; then the run was done with one of two others.
    let all = current(vec![
        entry("3 1", &["1", "2", "3"]),
        entry("a", &[]),
        entry("4 0", &["0", "1", "2", "3"]),
        entry("2 x", &["x", "y"]),
        entry("1 y", &["y"]),
    ]);
    let names: Vec<_> = all.iter().map(|entry| (entry.shard.as_str(), entry.stamp.as_str())).collect();
    assert_eq!(names, [("1 y", "s"), ("2 x", ""), ("4 0", "s"), ("a", "s")]);
    let left: Vec<_> = all[1].results.iter().flatten().map(|result| result.name.as_str()).collect();
    assert_eq!(left, ["x"], "it is there still, and not finished as the shard it was");
}

#[test]
fn nothing_changes_before_a_run_begins() {
    let (out, journal) = two_shards();
    journal.end(BTreeMap::new(), true).unwrap();
    let files = || ["run.json", "journal"].map(|name| fs::read(out.path().join(FOLDER).join(name)).unwrap());
    let before = files();
    drop(lock(out.path()).unwrap().unwrap().1.start().unwrap());
    assert_eq!(files(), before);
    drop(lock(out.path()).unwrap().unwrap().1.resume().unwrap());
    assert_eq!(files(), before);
    drop(started(lock(out.path()).unwrap().unwrap().1, &BTreeMap::new()));
    assert_ne!(files(), before);
}
