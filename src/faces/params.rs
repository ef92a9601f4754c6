//! A machine's query: read by hand, so that each fault is named, with its parameters said once for whoever reads the
//! document.

use crate::{
    error::Result,
    web::{
        described::{Described, Parameter},
        input::{FromInput, Input, Query},
    },
};

/// A query that knows its parameters.
pub trait Parameters: Sized + 'static {
    /// Every parameter that it reads.
    fn all() -> Vec<Parameter>;
    /// Reads it; each fault is named.
    fn read(pairs: Vec<(String, String)>) -> Result<Self>;
}

/// The query of a request.
pub struct Params<T>(pub T);

impl<T: Parameters> FromInput for Params<T> {
    fn from_input(input: &Input) -> Result<Self> {
        let Query(pairs) = Query::from_input(input)?;
        T::read(pairs).map(Self)
    }

    fn describe(described: &mut Described<'_>) {
        described.parameters.extend(T::all());
    }
}
