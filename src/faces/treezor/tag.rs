//! `accessTag`: the vendor's own way of naming a request, so that it is done once.

use serde_json::json;

use super::wire::fault;
use crate::{error::Result, faces::params::Parameters, web::described::Parameter};

/// The longest accessTag, in characters.
const LONGEST_TAG: usize = 250;

/// The query: the caller's own name of the request.
pub(super) struct Tagged(pub Option<String>);

impl Parameters for Tagged {
    fn all() -> Vec<Parameter> {
        vec![Parameter {
            name: "accessTag".to_owned(),
            about: "A name of the caller's own for this request. The same name with the same request is answered the same, and done once, for 24 hours.".to_owned(),
            schema: json!({"type": "string", "maxLength": LONGEST_TAG}),
        }]
    }

    fn read(pairs: Vec<(String, String)>) -> Result<Self> {
        let mut tags = pairs.into_iter().filter(|(name, _)| name == "accessTag");
        let tag = tags.next().map(|(_, tag)| tag);
        if tags.next().is_some() {
            return Err(fault("accessTag", "send it once").into());
        }
        let long = tag
            .as_ref()
            .is_some_and(|tag| tag.chars().count() > LONGEST_TAG);
        if long {
            return Err(fault("accessTag", "at most 250 characters").into());
        }
        Ok(Self(tag.filter(|tag| !tag.is_empty())))
    }
}
