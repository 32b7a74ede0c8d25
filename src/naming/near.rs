//! Names that were meant: the nearest of those that are known.

/// The word most like `word`, where one is near enough to be a slip of the pen.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|near| (strsim::damerau_levenshtein(&word.to_lowercase(), &near.to_lowercase()), near))
        .filter(|(distance, near)| *distance <= 1 + near.len() / 4)
        .min()
        .map(|(_, near)| near)
}
