//! Guards of entered spans that live over an `.await`: meanwhile other tasks of the thread run inside the span.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

/// A guard, and the first `.await` under it.
pub struct Held {
    /// The guard's variable.
    pub guard: String,
    /// Where it is made.
    pub at: Span,
}

/// The guards of one block of async code that are alive at a later `.await` of the block.
pub fn held(block: &Block) -> Vec<Held> {
    let mut held = Vec::new();
    for (at, statement) in block.stmts.iter().enumerate() {
        let Stmt::Local(local) = statement else { continue };
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        let (Pat::Ident(pattern), Some(init)) = (pattern, &local.init) else { continue };
        let Expr::MethodCall(call) = &*init.expr else { continue };
        let enters = matches!(call.method.to_string().as_str(), "enter" | "entered") && call.args.is_empty();
        if !enters || !is_span(&call.receiver, &block.stmts[..at]) {
            continue;
        }
        let guard = pattern.ident.to_string();
        let mut finder = Finder { guard: &guard, awaits: false, is_dropped: false };
        for later in &block.stmts[at + 1..] {
            finder.visit_stmt(later);
            if finder.awaits || finder.is_dropped {
                break;
            }
        }
        if finder.awaits {
            held.push(Held { guard, at: call.method.span() });
        }
    }
    held
}

/// Whether an expression is a span: a macro that makes one, a variable that holds one, something called so.
pub fn is_span(expression: &Expr, before: &[Stmt]) -> bool {
    match expression {
        Expr::Macro(made) => made.mac.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name == "span" || name.ends_with("_span")
        }),
        Expr::Path(path) => {
            let Some(name) = path.path.get_ident() else { return false };
            let made = before.iter().rev().find_map(|statement| match statement {
                Stmt::Local(syn::Local { pat: Pat::Ident(pattern), init: Some(init), .. })
                    if pattern.ident == *name =>
                {
                    Some(&*init.expr)
                }
                _ => None,
            });
            made.is_some_and(|made| is_span(made, &[])) || ends_in_span(&name.to_string())
        }
        Expr::Field(field) => {
            matches!(&field.member, syn::Member::Named(name) if ends_in_span(&name.to_string()))
        }
        // `Span::current()`, `self.make_span()`.
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.iter().any(|segment| segment.ident == "Span"),
            _ => false,
        },
        Expr::MethodCall(call) => {
            ends_in_span(&call.method.to_string())
                || (call.method == "clone" && is_span(&call.receiver, before))
        }
        Expr::Reference(reference) => is_span(&reference.expr, before),
        Expr::Paren(paren) => is_span(&paren.expr, before),
        _ => false,
    }
}

fn ends_in_span(name: &str) -> bool {
    name == "span" || name.ends_with("_span")
}

/// Looks for what happens first: an `.await`, or the end of the guard.
struct Finder<'g> {
    guard: &'g str,
    awaits: bool,
    is_dropped: bool,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr_await(&mut self, awaited: &'ast syn::ExprAwait) {
        visit::visit_expr_await(self, awaited);
        self.awaits |= !self.is_dropped;
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        // A guard that is handed over ends there.
        let is_guard = call
            .args
            .iter()
            .any(|argument| matches!(argument, Expr::Path(path) if path.path.is_ident(self.guard)));
        if is_guard && !self.awaits {
            self.is_dropped = true;
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let is_own = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(self.guard));
        if is_own && call.method == "exit" && !self.awaits {
            self.is_dropped = true;
        }
        visit::visit_expr_method_call(self, call);
    }

    // What these hold runs elsewhere or at another time.
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        // `select!` and `join!` await what they are given.
        let awaits =
            called.path.segments.last().is_some_and(|last| {
                matches!(last.ident.to_string().as_str(), "select" | "join" | "try_join")
            }) || has_await(called.tokens.clone());
        self.awaits |= awaits && !self.is_dropped;
    }
}

/// Whether `.await` stands among the arguments of a macro.
fn has_await(tokens: proc_macro2::TokenStream) -> bool {
    let mut before_is_dot = false;
    tokens.into_iter().any(|tree| {
        let is_it = match &tree {
            proc_macro2::TokenTree::Ident(word) => before_is_dot && word == "await",
            proc_macro2::TokenTree::Group(group) => has_await(group.stream()),
            _ => false,
        };
        before_is_dot = matches!(&tree, proc_macro2::TokenTree::Punct(mark) if mark.as_char() == '.');
        is_it
    })
}
