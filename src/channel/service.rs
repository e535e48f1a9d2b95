//! The chats a digest can be posted into.

crate::stored_word! {
    /// Whose form a bulletin takes, and how much of it there may be.
    pub enum Service {
        /// Slack, by an incoming webhook.
        Slack = "slack",
        /// Mattermost, by an incoming webhook.
        Mattermost = "mattermost",
        /// Microsoft Teams, by a webhook of its Workflows.
        Teams = "teams",
        /// Discord, by a webhook of a channel.
        Discord = "discord",
        /// Matrix, by hookshot's generic webhook.
        Matrix = "matrix",
    }
}

impl Service {
    /// Its name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Service::Slack => "Slack",
            Service::Mattermost => "Mattermost",
            Service::Teams => "Microsoft Teams",
            Service::Discord => "Discord",
            Service::Matrix => "Matrix",
        }
    }
}
