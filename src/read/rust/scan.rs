//! Macros among tokens that are no Rust as a whole: `select!`, `json!`, a file with an error of syntax.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::imports::Imports;

/// Finds `name!(…)`, also with a path before the name, in tokens and in the groups within them.
pub fn macros(tokens: &TokenStream, found: &mut impl FnMut(&syn::Macro)) {
    each(tokens, found, &mut |group, found| macros(group, found));
}

/// Finds macros on one level, and hands the other groups on.
pub fn each<F: FnMut(&syn::Macro)>(
    tokens: &TokenStream,
    found: &mut F,
    other: &mut impl FnMut(&TokenStream, &mut F),
) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        match called(&trees[..at], tree) {
            Some(called) => found(&called),
            None => other(&group.stream(), found),
        }
    }
}

/// The macro whose arguments a group is.
fn called(before: &[TokenTree], arguments: &TokenTree) -> Option<syn::Macro> {
    let (bang, path) = before.split_last()?;
    if !matches!(bang, TokenTree::Punct(bang) if bang.as_char() == '!')
        || !matches!(path.last()?, TokenTree::Ident(_))
    {
        return None;
    }
    let is_part = |tree: &&TokenTree| match tree {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(mark) => mark.as_char() == ':',
        _ => false,
    };
    // Two names side by side are no path: what stands before belongs to something else.
    let mut length = path.iter().rev().take_while(is_part).count();
    for at in 1..length {
        let (later, earlier) = (&path[path.len() - at], &path[path.len() - at - 1]);
        if matches!((later, earlier), (TokenTree::Ident(_), TokenTree::Ident(_))) {
            length = at;
            break;
        }
    }
    let path = &path[path.len() - length..];
    let path = path.iter().skip_while(|tree| matches!(tree, TokenTree::Punct(_))).cloned();
    let whole: TokenStream = path.chain([bang.clone(), arguments.clone()]).collect();
    syn::parse2(whole).ok()
}

/// The `use` declarations of a file that does not parse as a whole.
pub fn imports(tokens: TokenStream) -> Imports {
    let mut items = TokenStream::new();
    let mut current: Option<Vec<TokenTree>> = None;
    for tree in tokens {
        match (&mut current, &tree) {
            (None, TokenTree::Ident(word)) if word == "use" => current = Some(vec![tree]),
            (Some(item), TokenTree::Punct(mark)) if mark.as_char() == ';' => {
                item.push(tree);
                let item: TokenStream = current.take().unwrap_or_default().into_iter().collect();
                if syn::parse2::<syn::ItemUse>(item.clone()).is_ok() {
                    items.extend(item);
                }
            }
            (Some(item), TokenTree::Group(group)) if group.delimiter() != Delimiter::Brace => item.clear(),
            (Some(item), _) => item.push(tree),
            _ => {}
        }
    }
    syn::parse2::<syn::File>(items).map(|file| Imports::of(&file)).unwrap_or_default()
}
