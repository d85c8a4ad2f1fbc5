//! Lists of numbers stored as raw bytes, for `#[serde(with = "packed")]`: read in one go instead of number by number.
//! For formats that lend bytes, such as postcard.

use serde::{Deserialize, Deserializer, Serializer, de};

/// A number with a fixed width.
pub trait Fixed: Copy {
    /// Appends its bytes, little-endian.
    fn put(self, out: &mut Vec<u8>);
    /// Numbers from bytes; `None` when some are left over.
    fn all(bytes: &[u8]) -> Option<Vec<Self>>;
}

macro_rules! fixed {
    ($($number:ty),*) => {$(
        impl Fixed for $number {
            fn put(self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn all(bytes: &[u8]) -> Option<Vec<Self>> {
                let (numbers, rest) = bytes.as_chunks();
                rest.is_empty().then(|| numbers.iter().map(|&number| Self::from_le_bytes(number)).collect())
            }
        }
    )*};
}

fixed!(u8, u16, u32, u64);

/// Stores a list as bytes.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<N: Fixed, S: Serializer>(numbers: &[N], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(size_of_val(numbers));
    for number in numbers {
        number.put(&mut bytes);
    }
    serializer.serialize_bytes(&bytes)
}

/// Reads a list that was stored as bytes.
///
/// # Errors
/// Those of the deserializer, and when the byte length is not a multiple of the number's size.
pub fn deserialize<'de, N: Fixed, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<N>, D::Error> {
    let bytes = <&[u8]>::deserialize(deserializer)?;
    N::all(bytes).ok_or_else(|| de::Error::invalid_length(bytes.len(), &"a whole number of numbers"))
}
