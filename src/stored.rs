//! How the house's own types are stored: small words and zones as text, weekday sets as a bit mask.

use crate::calendar::{CycleState, WeekdaySet, Zone};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
use sqlx::{Decode, Encode, Type};

/// Lets a type with `as_str` and `parse` be read from and written to a text column.
#[macro_export]
macro_rules! stored_as_text {
    ($($type:ty),* $(,)?) => {$(
        impl sqlx::Type<sqlx::Postgres> for $type {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }
            fn compatible(info: &sqlx::postgres::PgTypeInfo) -> bool {
                <str as sqlx::Type<sqlx::Postgres>>::compatible(info)
            }
        }
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $type {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                <$type>::parse(word).ok_or_else(|| format!("unknown word in the database: {word}").into())
            }
        }
        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $type {
            fn encode_by_ref(&self, buffer: &mut sqlx::postgres::PgArgumentBuffer) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <&str as sqlx::Encode<sqlx::Postgres>>::encode(self.as_str(), buffer)
            }
        }
    )*};
}

/// An enum whose variants are words in a text column.
#[macro_export]
macro_rules! stored_word {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The word as stored and as it travels in forms.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The variant a word stands for.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }
        }

        $crate::stored_as_text!($name);
    };
}

stored_as_text!(CycleState);

impl Type<Postgres> for Zone {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }
    fn compatible(info: &PgTypeInfo) -> bool {
        <str as Type<Postgres>>::compatible(info)
    }
}

impl<'r> Decode<'r, Postgres> for Zone {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Zone::parse(<&str as Decode<Postgres>>::decode(value)?)?)
    }
}

impl<'q> Encode<'q, Postgres> for Zone {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&str as Encode<Postgres>>::encode(self.name(), buffer)
    }
}

impl Type<Postgres> for WeekdaySet {
    fn type_info() -> PgTypeInfo {
        <i16 as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for WeekdaySet {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let bits = <i16 as Decode<Postgres>>::decode(value)?;
        WeekdaySet::from_bits(bits).ok_or_else(|| format!("not a set of weekdays: {bits}").into())
    }
}

impl<'q> Encode<'q, Postgres> for WeekdaySet {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <i16 as Encode<Postgres>>::encode(self.bits(), buffer)
    }
}
