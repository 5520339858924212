//! [`nearest`]: the name that was probably meant by a mistyped one.

/// The name with the smallest Damerau-Levenshtein distance to `word`, if that is at most `most(name)`. Of equally
/// near names the first is returned.
pub fn nearest<N: AsRef<str>>(
    word: &str,
    names: impl IntoIterator<Item = N>,
    most: impl Fn(&str) -> usize,
) -> Option<N> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(word, name.as_ref()), name))
        .filter(|(distance, name)| *distance <= most(name.as_ref()))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_near_enough_or_none() {
        let names = ["body", "article", "archive"];
        assert_eq!(nearest("artcile", names, |_| 2), Some("article"));
        assert_eq!(nearest("boby", names, |_| 2), Some("body"));
        assert_eq!(nearest("page", names, |_| 2), None);
        assert_eq!(nearest("ax", ["ab", "ac"], |_| 1), Some("ab"), "the first of equal ones");
    }
}
