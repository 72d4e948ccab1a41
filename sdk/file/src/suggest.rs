//! "Did you mean ...?"

/// A sentence that proposes the name most like `wrong`, or lists the names where there are few.
pub(crate) fn proposal<'n>(
    wrong: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let nearest = names
        .iter()
        .map(|name| (distance(&plain(wrong), &plain(name)), *name))
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((distance, name)) if distance <= (name.chars().count() / 3).max(1) => {
            Some(format!("did you mean `{name}`?"))
        }
        _ if (1..=12).contains(&names.len()) => Some(format!("there is {}", list(&names))),
        _ => None,
    }
}

/// Names as prose: `a`, `b` and `c`.
pub(crate) fn list(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", first.join(", "))
        }
    }
}

fn plain(name: &str) -> Vec<char> {
    name.to_lowercase().chars().map(|c| if c == '_' || c == ' ' { '-' } else { c }).collect()
}

/// How many characters must be put in, taken out, changed or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = vec![];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        let names = ["weight", "systolic", "diastolic"];
        for wrong in ["wieght", "weigth", "weght", "Weight", "weights"] {
            assert_eq!(
                proposal(wrong, names).as_deref(),
                Some("did you mean `weight`?"),
                "{wrong}"
            );
        }
        assert_eq!(
            proposal("glucose", names).as_deref(),
            Some("there is `weight`, `systolic` and `diastolic`")
        );
        assert_eq!(proposal("x", []), None);
    }
}
