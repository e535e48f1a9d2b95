//! stub for local compile
pub struct Open { pub id: crate::ids::InvitationId, pub email: String, pub inviter: String, pub expires_at: chrono::DateTime<chrono::Utc> }
pub async fn open(_tx: &mut crate::db::OrgTx, _t: crate::ids::TeamId, _n: chrono::DateTime<chrono::Utc>) -> sqlx::Result<Vec<Open>> { Ok(vec![]) }
