//! What may be handed to the methods of `Words`.
//!
//! Templates hand on fields as references and loop variables as references to references; these two
//! traits spare every template its `*`.

/// A `T`, or a reference to one.
pub trait Given<T> {
    /// The value itself.
    fn value(self) -> T;
}

impl<T: Copy> Given<T> for T {
    fn value(self) -> T {
        self
    }
}

impl<T: Copy> Given<T> for &T {
    fn value(self) -> T {
        *self
    }
}

impl<T: Copy> Given<T> for &&T {
    fn value(self) -> T {
        **self
    }
}

/// A count of things, that a plural chooses by: any integer, or a reference to one.
pub trait Whole {
    /// The count; one that no `i64` can hold is the largest that it can.
    fn whole(self) -> i64;
}

macro_rules! whole {
    ($($integer:ty),*) => {$(
        impl Whole for $integer {
            fn whole(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
    )*};
}

whole!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<T: Whole + Copy> Whole for &T {
    fn whole(self) -> i64 {
        (*self).whole()
    }
}

#[cfg(test)]
mod tests {
    use crate::language::{Locale, Words};
    use askama::Template;
    use rust_decimal::Decimal;

    #[derive(Template)]
    #[template(
        ext = "html",
        source = "{{ t.number(value) }}{% for v in all %} {{ t.number(v) }}{% endfor %} {{ t.language_days(all.len()) }} {{ t.language_days(days) }} {{ t.language_days(3) }} {{ t.list(names) }}"
    )]
    struct Page<'a> {
        t: Words,
        value: Decimal,
        all: &'a [Decimal],
        days: i64,
        names: Vec<&'a str>,
    }

    #[test]
    fn a_template_hands_on_what_it_has() {
        let page = Page {
            t: Words::of(Locale::English),
            value: Decimal::new(59, 1),
            all: &[Decimal::ONE, Decimal::TEN],
            days: 2,
            names: vec!["Inês", "<Tama>"],
        };
        assert_eq!(page.render().unwrap(), "5.9 1 10 2 days 2 days 3 days Inês and &#60;Tama&#62;");
    }
}
