//! Rows in PostgreSQL's binary COPY format: nothing is escaped and nothing is parsed twice.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A value as COPY takes it: its length in front, -1 for NULL.
pub trait Field {
    /// Appends it.
    fn put(&self, out: &mut Vec<u8>);
}

/// Text of a `jsonb` column.
pub struct Jsonb<'a>(pub &'a str);

/// The rows of one table.
#[derive(Default)]
pub struct Rows {
    bytes: Vec<u8>,
    /// How many there are.
    pub count: u64,
}

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: &[u8] = &[0xff, 0xff];

impl Rows {
    /// Adds a row; the fields stand in the order of the table's list in `staging.rs`.
    pub fn push(&mut self, fields: &[&dyn Field]) {
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice(HEADER);
        }
        let width = i16::try_from(fields.len()).unwrap_or_default();
        self.bytes.extend_from_slice(&width.to_be_bytes());
        for field in fields {
            field.put(&mut self.bytes);
        }
        self.count += 1;
    }

    /// What COPY reads: header, rows, end.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(END);
        self.bytes
    }
}

fn put(bytes: &[u8], out: &mut Vec<u8>) {
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

impl<T: Field> Field for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.put(out),
            None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
}

impl<T: Field + ?Sized> Field for &T {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}

macro_rules! fields {
    ($($type:ty, $value:ident => $bytes:expr;)+) => {
        $(impl Field for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let $value = self;
                put(&$bytes[..], out);
            }
        })+
    };
}

/// 2000-01-01, from which PostgreSQL counts.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const EPOCH_DAYS: i32 = 10_957;

fields! {
    Uuid, id => id.as_bytes();
    str, text => text.as_bytes();
    String, text => text.as_bytes();
    Vec<u8>, bytes => bytes;
    [u8; 32], bytes => bytes;
    bool, value => [u8::from(*value)];
    i16, value => value.to_be_bytes();
    i32, value => value.to_be_bytes();
    i64, value => value.to_be_bytes();
    DateTime<Utc>, at => (at.timestamp_micros() - EPOCH_MICROS).to_be_bytes();
    NaiveDate, day => (day.to_epoch_days() - EPOCH_DAYS).to_be_bytes();
    Jsonb<'_>, json => [&[1], json.0.as_bytes()].concat();
}

/// A `text[]` of no or one word.
pub struct Words<'a>(pub Option<&'a str>);

impl Field for Words<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        const TEXT: i32 = 25;
        let mut array = Vec::new();
        let dimensions = i32::from(self.0.is_some());
        for number in [dimensions, 0, TEXT] {
            array.extend_from_slice(&number.to_be_bytes());
        }
        if let Some(word) = self.0 {
            for number in [1_i32, 1] {
                array.extend_from_slice(&number.to_be_bytes());
            }
            put(word.as_bytes(), &mut array);
        }
        put(&array, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_its_width_and_each_field_with_its_length() {
        let mut rows = Rows::default();
        rows.push(&[&"ñ", &None::<i64>, &true]);
        let bytes = rows.finish();
        let row = &bytes[HEADER.len()..];
        assert_eq!(
            row,
            [
                0, 3, 0, 0, 0, 2, 0xc3, 0xb1, 255, 255, 255, 255, 0, 0, 0, 1, 1, 255, 255
            ]
        );
    }
}
