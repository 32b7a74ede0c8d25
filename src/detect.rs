//! What a value looks like: shapes of identifiers that have no bound, secrets and personal data.
//!
//! Only values and names are looked at here. What matters where is for the rules to say; a value itself leaves this
//! module never.

pub mod card;
pub mod checks;
pub mod engine;
pub mod escape;
mod literals;
pub mod mask;
pub mod names;
pub mod processor;
mod runs;
pub mod shapes;

pub use card::Card;
pub use engine::{Engine, Hit};
pub use literals::Literals;
pub use mask::{Hidden, credentials_of_url, lowered, masked, masked_with, printable};
pub use names::Names;
pub use runs::has_long_number;
pub use shapes::{Shape, shape_of};
