//! Token buckets. They fill when looked at; `$n` is always the shared clock, never the server's.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Takes a token from a bucket that holds `burst` and gains one each `pace` seconds. `false` when there is none, and then
/// nothing is written. One statement, so that any number of nodes may take at once.
pub(in crate::account) async fn take_token(
    conn: &mut PgConnection,
    bucket: &str,
    burst: f64,
    pace: f64,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = sqlx::query!(
        "insert into rate_limit as r (bucket, tokens, refilled_at) values ($1, $2::float8 - 1, $4)
         on conflict (bucket) do update
            set tokens = least($2, r.tokens + greatest(0, extract(epoch from $4 - r.refilled_at)::float8) / $3::float8) - 1,
                refilled_at = greatest(r.refilled_at, $4)
          where least($2, r.tokens + greatest(0, extract(epoch from $4 - r.refilled_at)::float8) / $3) >= 1",
        bucket,
        burst,
        pace,
        now,
    )
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Seconds until a bucket has a token; 0 when it has one.
pub(in crate::account) async fn wait_for_token(
    conn: &mut PgConnection,
    bucket: &str,
    pace: f64,
    now: DateTime<Utc>,
) -> sqlx::Result<f64> {
    let wait = sqlx::query_scalar!(
        r#"select greatest(0, (1 - tokens) * $2::float8 - greatest(0, extract(epoch from $3 - refilled_at)::float8)) as "wait!"
             from rate_limit where bucket = $1"#,
        bucket,
        pace,
        now,
    );
    Ok(wait.fetch_optional(conn).await?.unwrap_or(0.0))
}

/// Puts a token back.
pub(in crate::account) async fn return_token(
    conn: &mut PgConnection,
    bucket: &str,
    burst: f64,
) -> sqlx::Result<()> {
    sqlx::query!("update rate_limit set tokens = least($2, tokens + 1) where bucket = $1", bucket, burst)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets buckets nobody took from since `before`, by when all are full again.
pub(in crate::account) async fn forget_full_buckets(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let gone = sqlx::query!("delete from rate_limit where refilled_at < $1", before).execute(conn).await?;
    Ok(gone.rows_affected())
}
