//! What a number is counted in, and how people write it and read it: plain, in percent, as money, as a stretch of time.

use super::measure::{LIMIT, PLACES};
use crate::language::{NumberFault, Words};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

named! {
    /// What sort of number it is.
    pub enum Quantity {
        /// A number, perhaps of something.
        Number = "number",
        /// Of a hundred.
        Percent = "percent",
        /// An amount in a currency.
        Money = "money",
        /// A stretch of time, kept in seconds.
        Duration = "duration",
    }
}

/// The most characters of what a plain number is counted in.
pub const NAME: usize = 20;

/// What a number is counted in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// A number of these; may be empty.
    Number(String),
    /// Percent.
    Percent,
    /// Money in this currency.
    Money(Currency),
    /// Seconds, written as hours, minutes and seconds.
    Duration,
}

/// A currency by its ISO 4217 code, three capitals.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Currency(String);

/// The active currencies of ISO 4217.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL \
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN \
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD \
    TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

impl Currency {
    /// The currency of this code; `None` for what is none.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        CURRENCIES.split_whitespace().any(|one| one == code).then_some(Self(code))
    }

    /// Its code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// How it is written before an amount: its sign where that means one currency alone, otherwise its code.
    fn sign(&self) -> String {
        match self.code() {
            "EUR" => "€".to_owned(),
            "GBP" => "£".to_owned(),
            "USD" => "US$".to_owned(),
            "INR" => "₹".to_owned(),
            "JPY" => "¥".to_owned(),
            code => format!("{code}\u{a0}"),
        }
    }
}

/// Why a value can't be read as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is no number.
    Number(NumberFault),
    /// It is no stretch of time.
    Duration,
}

impl Unread {
    /// The sentence for it.
    pub fn sentence(self, t: Words) -> &'static str {
        match self {
            Self::Number(fault) => t.number_fault(fault),
            Self::Duration => t.kr_duration_unreadable(),
        }
    }

    /// Whether nothing was typed at all.
    pub fn is_empty(self) -> bool {
        self == Self::Number(NumberFault::Empty)
    }
}

const MINUTE: Decimal = Decimal::from_parts(60, 0, 0, false, 0);
const HOUR: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);

impl Unit {
    /// As it is stored: its sort and its word. A percent sign by itself means percent, whatever its sort; a word that is
    /// no currency is kept as a word.
    pub fn stored(quantity: Quantity, name: &str) -> Self {
        match (quantity, name) {
            (Quantity::Duration, _) => Self::Duration,
            (Quantity::Percent, _) | (Quantity::Number, "%") => Self::Percent,
            (Quantity::Money, code) => {
                Currency::parse(code).map_or_else(|| Self::Number(code.to_owned()), Self::Money)
            }
            (Quantity::Number, name) => Self::Number(name.to_owned()),
        }
    }

    /// Its sort.
    pub fn quantity(&self) -> Quantity {
        match self {
            Self::Number(_) => Quantity::Number,
            Self::Percent => Quantity::Percent,
            Self::Money(_) => Quantity::Money,
            Self::Duration => Quantity::Duration,
        }
    }

    /// Its word as stored: "cm", "%", "EUR"; empty for a stretch of time and for a bare number.
    pub fn name(&self) -> &str {
        match self {
            Self::Number(name) => name,
            Self::Percent => "%",
            Self::Money(currency) => currency.code(),
            Self::Duration => "",
        }
    }

    /// A value with its unit: "24.1 cm", "97.2%", "€1,200.50", "2 h 30 min".
    pub fn write(&self, t: Words, value: Decimal) -> String {
        match self {
            Self::Number(name) if !name.is_empty() => t.kr_with_unit(t.number(value.normalize()), name),
            Self::Percent => t.kr_percent_unit(t.number(value.normalize())),
            Self::Number(_) | Self::Money(_) | Self::Duration => self.bare(t, value),
        }
    }

    /// A value without its unit, where that is said anyway: "24.1", "97.2", "€1,200.50", "2 h 30 min".
    pub fn bare(&self, t: Words, value: Decimal) -> String {
        match self {
            Self::Number(_) | Self::Percent => t.number(value.normalize()),
            Self::Money(currency) => {
                let mut amount = value.abs().normalize();
                if amount.scale() == 1 {
                    amount.rescale(2);
                }
                let amount = t.kr_money(currency.sign(), t.number(amount));
                if value.is_sign_negative() && !value.is_zero() { t.kr_minus(amount) } else { amount }
            }
            Self::Duration => duration(t, value),
        }
    }

    /// A value as a field shows it, to be typed over.
    pub fn field(&self, t: Words, value: Decimal) -> String {
        match self {
            Self::Duration => duration(t, value),
            Self::Number(_) | Self::Percent | Self::Money(_) => t.number(value.normalize()),
        }
    }

    /// A computed value as a sentence says it: no finer than anyone reads.
    pub fn rough(&self, value: Decimal) -> Decimal {
        let to = |step: Decimal| {
            (value / step).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero) * step
        };
        match self {
            Self::Duration if value.abs() >= HOUR => to(MINUTE),
            Self::Duration if value.abs() >= MINUTE => to(Decimal::ONE),
            _ => value.round_dp(2).normalize(),
        }
    }

    /// The least value there can be, where there is one: no stretch of time is shorter than none.
    pub fn floor(&self) -> Option<Decimal> {
        (*self == Self::Duration).then_some(Decimal::ZERO)
    }

    /// How far two values are apart, with the unit: percentages are points apart.
    pub fn apart(&self, t: Words, difference: Decimal) -> String {
        if *self == Self::Percent {
            t.kr_points(t.number(difference.normalize()))
        } else {
            self.write(t, difference)
        }
    }

    /// Reads a value as it is typed in this language: a number, perhaps with its sign or unit beside it; a stretch of time
    /// as "2 h 30 min", "2:30" (hours and minutes), "45 s".
    ///
    /// # Errors
    /// [`Unread`].
    pub fn read(&self, t: Words, typed: &str) -> Result<Decimal, Unread> {
        let typed = typed.trim();
        match self {
            Self::Duration => read_duration(t, typed),
            Self::Number(_) => t.parse_number(typed).map_err(Unread::Number),
            Self::Percent => t.parse_number(typed.trim_end_matches('%')).map_err(Unread::Number),
            Self::Money(currency) => {
                let (minus, amount) = signed(typed);
                let sign = currency.sign();
                let bare = [currency.code(), sign.trim()].into_iter().fold(amount, |amount, word| {
                    let amount = amount.strip_prefix(word).unwrap_or(amount);
                    amount.strip_suffix(word).unwrap_or(amount).trim()
                });
                let amount = t.parse_number(bare).map_err(Unread::Number)?;
                Ok(if minus && !amount.is_zero() { -amount } else { amount })
            }
        }
    }
}

/// "2 h 30 min", "45 s", "1.5 s", "0 s"; a minus before what is less than nothing.
fn duration(t: Words, seconds: Decimal) -> String {
    let whole = seconds.abs().normalize();
    let hours = (whole / HOUR).trunc();
    let minutes = ((whole - hours * HOUR) / MINUTE).trunc();
    let rest = (whole - hours * HOUR - minutes * MINUTE).normalize();
    let mut parts = Vec::new();
    if !hours.is_zero() {
        parts.push(t.kr_hours(t.number(hours)));
    }
    if !minutes.is_zero() {
        parts.push(t.kr_minutes(t.number(minutes)));
    }
    if !rest.is_zero() || parts.is_empty() {
        parts.push(t.kr_seconds(t.number(rest)));
    }
    let text = parts.join("\u{a0}");
    if seconds.is_sign_negative() && !seconds.is_zero() { t.kr_minus(text) } else { text }
}

/// Whether a minus stands in front, and what comes after it.
fn signed(typed: &str) -> (bool, &str) {
    match typed.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, typed),
    }
}

fn read_duration(t: Words, typed: &str) -> Result<Decimal, Unread> {
    if typed.is_empty() {
        return Err(Unread::Number(NumberFault::Empty));
    }
    let (minus, text) = signed(typed);
    let seconds = if text.contains(':') { by_clock(t, text) } else { by_words(t, text) }?;
    if seconds > LIMIT {
        return Err(Unread::Number(NumberFault::TooLarge));
    }
    if seconds.normalize().scale() > PLACES {
        return Err(Unread::Number(NumberFault::TooFine));
    }
    Ok(if minus { -seconds } else { seconds })
}

/// Hours and minutes, perhaps seconds: `2:30`, `2:30:15`.
fn by_clock(t: Words, text: &str) -> Result<Decimal, Unread> {
    let mut parts = text.split(':').map(|part| part_of(t, part));
    let (Some(hours), Some(minutes), seconds, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Unread::Duration);
    };
    let (hours, minutes, seconds) = (hours?, minutes?, seconds.unwrap_or(Ok(Decimal::ZERO))?);
    if minutes >= MINUTE || seconds >= MINUTE {
        return Err(Unread::Duration);
    }
    Ok(hours * HOUR + minutes * MINUTE + seconds)
}

/// Numbers, each followed by its unit: `2 h 30 min`, `1,5h`, `340 ms`. Nothing is nothing in every unit.
fn by_words(t: Words, text: &str) -> Result<Decimal, Unread> {
    let mut seconds = Decimal::ZERO;
    let mut rest = text.trim();
    if part_of(t, rest) == Ok(Decimal::ZERO) {
        return Ok(seconds);
    }
    let mut before = None;
    while !rest.is_empty() {
        let end = rest.find(char::is_alphabetic).ok_or(Unread::Duration)?;
        let (number, tail) = rest.split_at(end);
        let end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let unit = match unit.to_lowercase().as_str() {
            "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
            "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
            "s" | "sec" | "secs" | "second" | "seconds" => Decimal::ONE,
            "ms" => Decimal::new(1, 3),
            _ => return Err(Unread::Duration),
        };
        if before.is_some_and(|before| unit >= before) {
            return Err(Unread::Duration);
        }
        before = Some(unit);
        seconds += part_of(t, number)? * unit;
        rest = tail.trim_start_matches([' ', '\u{a0}', '\u{202f}', '.', ',']);
    }
    Ok(seconds)
}

/// A number that is not below nothing.
fn part_of(t: Words, text: &str) -> Result<Decimal, Unread> {
    let number = t.parse_number(text).map_err(|fault| match fault {
        NumberFault::Empty | NumberFault::NotANumber => Unread::Duration,
        fault => Unread::Number(fault),
    })?;
    if number.is_sign_negative() && !number.is_zero() { Err(Unread::Duration) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Locale;
    use proptest::prelude::*;

    const T: Words = Words::of(Locale::English);

    fn euros() -> Unit {
        Unit::Money(Currency::parse("eur").unwrap())
    }

    #[test]
    fn values_are_written_with_their_unit() {
        for (unit, value, written, bare) in [
            (Unit::Number("cm".to_owned()), dec!(24.10), "24.1 cm", "24.1"),
            (Unit::Number(String::new()), dec!(1200), "1,200", "1,200"),
            (Unit::Percent, dec!(97.2), "97.2%", "97.2"),
            (euros(), dec!(1200), "€1,200", "€1,200"),
            (euros(), dec!(5.9), "€5.90", "€5.90"),
            (euros(), dec!(-5), "-€5", "-€5"),
            (Unit::Money(Currency::parse("CHF").unwrap()), dec!(3.25), "CHF\u{a0}3.25", "CHF\u{a0}3.25"),
            (Unit::Duration, dec!(9000), "2\u{a0}h\u{a0}30\u{a0}min", "2\u{a0}h\u{a0}30\u{a0}min"),
            (Unit::Duration, dec!(0), "0\u{a0}s", "0\u{a0}s"),
            (Unit::Duration, dec!(-61.5), "-1\u{a0}min\u{a0}1.5\u{a0}s", "-1\u{a0}min\u{a0}1.5\u{a0}s"),
        ] {
            assert_eq!(unit.write(T, value), written);
            assert_eq!(unit.bare(T, value), bare);
        }
    }

    #[test]
    fn stretches_of_time_are_read_as_people_type_them() {
        for (typed, seconds) in [
            ("2 h 30 min", dec!(9000)),
            ("2h30m", dec!(9000)),
            ("2:30", dec!(9000)),
            ("2:30:15", dec!(9015)),
            ("150 min", dec!(9000)),
            ("2,5 h", dec!(9000)),
            ("2.5 hours", dec!(9000)),
            ("45 s", dec!(45)),
            ("340 ms", dec!(0.34)),
            ("0", dec!(0)),
            ("-90 s", dec!(-90)),
            ("1 h, 5 s", dec!(3605)),
        ] {
            assert_eq!(Unit::Duration.read(T, typed), Ok(seconds), "{typed}");
        }
        for typed in [
            "90",
            "2 h 30",
            "h",
            "2 fortnights",
            "30 min 2 h",
            "1 h 1 h",
            "2:75",
            "2:3:4:5",
            ":30",
            "1 h -5 s",
        ] {
            assert_eq!(Unit::Duration.read(T, typed), Err(Unread::Duration), "{typed}");
        }
        assert!(Unit::Duration.read(T, "  ").unwrap_err().is_empty());
        assert_eq!(
            Unit::Duration.read(T, "0.0001 ms"),
            Err(Unread::Number(NumberFault::TooFine)),
            "nothing finer than a millionth is kept"
        );
    }

    #[test]
    fn money_and_percent_may_be_typed_with_their_sign() {
        for typed in ["1200,5", "€1200.50", "1,200.50 EUR", "EUR 1200.5", " 1.200,50 € "] {
            assert_eq!(euros().read(T, typed), Ok(dec!(1200.50)), "{typed}");
        }
        assert_eq!(Unit::Percent.read(T, "97,2 %"), Ok(dec!(97.2)));
        assert!(euros().read(T, "$5").is_err(), "a dollar is no euro");
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for unit in [Unit::Number("towns".to_owned()), Unit::Percent, euros(), Unit::Duration] {
            assert_eq!(Unit::stored(unit.quantity(), unit.name()), unit);
        }
        assert_eq!(Unit::stored(Quantity::Number, "%"), Unit::Percent);
        assert_eq!(Currency::parse("XYZ"), None);
    }

    proptest! {
        #[test]
        fn what_a_field_shows_is_read_back(digits in -999_999_999_i64..999_999_999, scale in 0_u32..=6) {
            let value = Decimal::new(digits, scale).normalize();
            for unit in [Unit::Number("cm".to_owned()), Unit::Percent, euros(), Unit::Duration] {
                prop_assert_eq!(unit.read(T, &unit.field(T, value)), Ok(value));
                if unit != Unit::Number("cm".to_owned()) {
                    prop_assert_eq!(unit.read(T, &unit.write(T, value)), Ok(value));
                }
            }
        }

        #[test]
        fn no_text_breaks_a_stretch_of_time(text in "[0-9hms:., -]{0,20}") {
            let _ = Unit::Duration.read(T, &text);
        }
    }
}
