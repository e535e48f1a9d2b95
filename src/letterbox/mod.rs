//! The letterbox: answers to our mail, where the operator has them brought here (`MERIDIAN_REPLY_DOMAIN`).
//!
//! A mail server hands each mail for that domain to `POST /hooks/mail` as it is. The address it was for says which of our mails
//! is answered, and so who may answer and what an answer can do: to notices it is a reply to the one thing they told of, or
//! the answer to a question; to a daily digest or the reminder of an update it is the update of the day, to the reminder of a
//! check-in it is words below its key result. It is done as if its writer had done it on the page, with the same permissions,
//! and the same mail twice is one deed.
//!
//! What can't be done goes back to its writer with a sentence, at most a few times an hour. Who only says that they are
//! somebody, and what programs write, gets no answer at all.
//!
//! `received` reads a mail, `said` finds its writer's own words (both pure), `deed` does what they ask, `returned` writes back.

mod deed;
mod hook;
mod received;
mod returned;
mod said;

pub use hook::routes;
