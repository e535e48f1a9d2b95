//! Everyone on one day curve, each place at its own hour: the sun stands highest at noon. Pure.
//!
//! Text on the drawing never scales, so labels are placed for a width at which nearly every screen shows it, and those
//! that would run into another on a phone are marked to be left out there.

use std::f64::consts::PI;

use chrono::{NaiveTime, Timelike as _};

/// A place on the curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What its clocks read.
    pub time: NaiveTime,
    /// The reader is there.
    pub mine: bool,
    /// Somebody is at work there.
    pub at_work: bool,
}

/// A place as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    /// Its name.
    pub name: String,
    /// What its clocks read: "09:24".
    pub clock: String,
    /// Its colour: the reader's, at work, or neither.
    pub class: &'static str,
    /// Where it stands, in percent.
    pub x: String,
    /// How high, in percent from the top.
    pub y: String,
    /// Its words, where there is room for them.
    pub label: Option<Label>,
}

/// Where a dot's words stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// How far beside the dot, in pixels.
    pub dx: i32,
    /// How far below the dot, in pixels.
    pub dy: i32,
    /// Which end of the words stands there, as `text-anchor` has it.
    pub anchor: &'static str,
    /// It would run into another on a phone.
    pub wide_only: bool,
}

/// A screen the labels are placed for: width and height of the drawing in pixels.
type Screen = (f64, f64);
const WIDE: Screen = (1_000.0, 216.0);
const NARROW: Screen = (340.0, 160.0);

/// About how wide a letter of the labels is, and how high they are, in pixels.
const LETTER: f64 = 6.6;
const LINE: f64 = 14.0;

/// The places in the order of their clocks, the reader's first to be given words.
pub fn draw(mut places: Vec<Place>) -> Vec<Dot> {
    places.sort_by(|a, b| (a.time, &a.name).cmp(&(b.time, &b.name)));
    let mut taken: [Vec<Rectangle>; 2] = [dots(&places, WIDE), dots(&places, NARROW)];
    let mut labels = vec![None; places.len()];
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|at| places.get(*at).is_some_and(|place| !place.mine));
    for at in order {
        if let (Some(place), Some(label)) = (places.get(at), labels.get_mut(at)) {
            *label = place_label(place, &mut taken);
        }
    }
    places.into_iter().zip(labels).map(|(place, label)| dot(place, label)).collect()
}

fn dot(place: Place, label: Option<Label>) -> Dot {
    let (x, y) = on_curve(place.time);
    Dot {
        clock: clock(place.time),
        class: match (place.mine, place.at_work) {
            (true, _) => "you",
            (false, true) => "work",
            (false, false) => "",
        },
        x: format!("{x:.2}%"),
        y: format!("{y:.2}%"),
        name: place.name,
        label,
    }
}

/// Where a wall time stands on the curve, in percent: noon at the top.
fn on_curve(time: NaiveTime) -> (f64, f64) {
    let hour = f64::from(time.num_seconds_from_midnight()) / 3_600.0;
    (hour / 24.0 * 100.0, 50.0 + 38.0 * (2.0 * PI * hour / 24.0).cos())
}

fn clock(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// What something covers, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rectangle {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Rectangle {
    fn meets(&self, other: &Rectangle) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether it stays on the drawing and clear of what is there.
    fn is_free(&self, (width, _): Screen, taken: &[Rectangle]) -> bool {
        0.0 <= self.left && self.right <= width && !taken.iter().any(|other| self.meets(other))
    }
}

fn dots(places: &[Place], (width, height): Screen) -> Vec<Rectangle> {
    places
        .iter()
        .map(|place| on_curve(place.time))
        .map(|(x, y)| (x / 100.0 * width, y / 100.0 * height))
        .map(|(x, y)| Rectangle { left: x - 6.0, right: x + 6.0, top: y - 6.0, bottom: y + 6.0 })
        .collect()
}

/// The first way of standing by the dot that is free on a wide screen; on a phone too, if there is such a one.
fn place_label(place: &Place, taken: &mut [Vec<Rectangle>; 2]) -> Option<Label> {
    let [wide, narrow] = taken;
    let covered = |label: &Label, screen| covers(place, label, screen);
    let ways = ways(place.time);
    let free_wide = |label: &&Label| covered(label, WIDE).is_free(WIDE, wide);
    let everywhere =
        ways.iter().filter(free_wide).find(|label| covered(label, NARROW).is_free(NARROW, narrow)).copied();
    let label = everywhere
        .or_else(|| ways.iter().find(free_wide).map(|label| Label { wide_only: true, ..*label }))?;
    wide.push(covered(&label, WIDE));
    if !label.wide_only {
        narrow.push(covered(&label, NARROW));
    }
    Some(label)
}

/// How words may stand by a dot, the best first: over the top of the curve, outside its slopes, below its feet.
fn ways(time: NaiveTime) -> Vec<Label> {
    let way = |dx, dy, anchor| Label { dx, dy, anchor, wide_only: false };
    let (above, below) = (way(0, -13, "middle"), way(0, 22, "middle"));
    let (right, left) = (way(12, 3, "start"), way(-12, 3, "end"));
    let (right_below, left_below) = (way(6, 19, "start"), way(-6, 19, "end"));
    let (right_above, left_above) = (way(6, -11, "start"), way(-6, -11, "end"));
    match time.hour() {
        10..14 => vec![above, right, left, below],
        5..10 => vec![left, left_above, right_below, right, below],
        14..19 => vec![right, right_above, left_below, left, below],
        0..5 => vec![right_below, below, right, above, left],
        _ => vec![left_below, below, left, above, right],
    }
}

fn covers(place: &Place, label: &Label, (width, height): Screen) -> Rectangle {
    let (x, y) = on_curve(place.time);
    let (x, y) = (x / 100.0 * width + f64::from(label.dx), y / 100.0 * height + f64::from(label.dy));
    let letters = place.name.chars().count() + " 00:00".len();
    let length = f64::from(u32::try_from(letters).unwrap_or(u32::MAX)) * LETTER;
    let left = match label.anchor {
        "start" => x,
        "end" => x - length,
        _ => x - length / 2.0,
    };
    Rectangle { left, right: left + length, top: y - LINE * 0.8, bottom: y + LINE * 0.2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(name: &str, time: &str) -> Place {
        Place { name: name.into(), time: format!("{time}:00").parse().unwrap(), mine: false, at_work: false }
    }

    #[test]
    fn noon_is_at_the_top_and_six_on_the_horizon() {
        let at = |time: &str| on_curve(place("", time).time);
        let near =
            |(x, y): (f64, f64), (to_x, to_y): (f64, f64)| (x - to_x).abs() < 0.01 && (y - to_y).abs() < 0.01;
        assert!(near(at("12:00"), (50.0, 12.0)));
        assert!(near(at("06:00"), (25.0, 50.0)));
        assert!(near(at("18:00"), (75.0, 50.0)));
        assert!(near(at("00:00"), (0.0, 88.0)));
    }

    #[test]
    fn five_cities_have_room_for_their_names() {
        let lisbon = Place { mine: true, at_work: true, ..place("Lisbon", "09:24") };
        let nairobi = Place { at_work: true, ..place("Nairobi", "12:24") };
        let dots = draw(vec![
            place("Auckland", "22:24"),
            lisbon,
            nairobi,
            place("Kolkata", "14:54"),
            place("Vancouver", "01:24"),
        ]);
        let told: Vec<_> = dots
            .iter()
            .map(|dot| (dot.name.as_str(), dot.clock.as_str(), dot.class, dot.x.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("Vancouver", "01:24", "", "5.83%"),
                ("Lisbon", "09:24", "you", "39.17%"),
                ("Nairobi", "12:24", "work", "51.67%"),
                ("Kolkata", "14:54", "", "62.08%"),
                ("Auckland", "22:24", "", "93.33%"),
            ]
        );
        assert!(dots.iter().all(|dot| dot.label.is_some()), "{dots:?}");
    }

    #[test]
    fn the_reader_is_named_before_all_others() {
        let mut places: Vec<_> = (0..40).map(|n| place(&format!("Place number {n}"), "12:00")).collect();
        places.push(Place { mine: true, ..place("Zaragoza", "12:00") });
        let dots = draw(places);
        let named: Vec<_> = dots.iter().filter(|dot| dot.label.is_some()).collect();
        assert!(named.iter().any(|dot| dot.class == "you"));
        assert!(named.len() < 6, "the rest can't be told apart here");
    }

    proptest! {
        #[test]
        fn no_two_labels_meet(minutes in prop::collection::vec(0u32..1440, 0..30)) {
            let places: Vec<_> = minutes
                .iter()
                .map(|at| place("Somewhere", &format!("{:02}:{:02}", at / 60, at % 60)))
                .collect();
            let dots = draw(places.clone());
            prop_assert_eq!(dots.len(), places.len());
            for (screen, on_phone) in [(WIDE, false), (NARROW, true)] {
                let covered: Vec<_> = dots
                    .iter()
                    .filter_map(|dot| Some((place(&dot.name, &dot.clock), dot.label?)))
                    .filter(|(_, label)| !(on_phone && label.wide_only))
                    .map(|(place, label)| covers(&place, &label, screen))
                    .collect();
                for (at, one) in covered.iter().enumerate() {
                    prop_assert!(covered.iter().skip(at + 1).all(|other| !one.meets(other)));
                    prop_assert!(0.0 <= one.left && one.right <= screen.0);
                }
            }
        }
    }
}
