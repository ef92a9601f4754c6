//! The short name of a customer: twelve letters and digits that people and one of the older interfaces use.

const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 12;

/// A new one: 71 random bits. `fill` fills its argument with random bytes.
pub fn short_id<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<String, E> {
    let mut id = String::with_capacity(LENGTH);
    while id.len() < LENGTH {
        let mut bytes = [0; 16];
        fill(&mut bytes)?;
        // 248 is four times 62: a byte above it would make some signs more likely than others.
        let even = bytes.iter().filter(|byte| **byte < 248);
        for byte in even.take(LENGTH - id.len()) {
            id.push(char::from(SIGNS[usize::from(byte % 62)]));
        }
    }
    Ok(id)
}

/// Whether a text is written as one is.
pub fn is_one(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|sign| SIGNS.contains(&sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_signs_and_no_byte_is_favoured() {
        let mut next = 240_u8;
        let id = short_id(|bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
            Ok::<_, std::convert::Infallible>(())
        });
        // 240 to 247 are the last eight signs; 248 to 255 are passed over; then it begins anew.
        assert_eq!(id, Ok("stuvwxyz0123".to_owned()));
    }
}
