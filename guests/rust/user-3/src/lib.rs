//! A customer's worker: says what it got when it fetched a page.

use tollgate::{Body, Request, Response, Result, fetch};

tollgate::serve!(answer);

async fn answer(_request: Request<Body>) -> Result<Response<Body>> {
    let response = fetch(Request::get("https://example.com").body(())?).await?;
    let text = response.into_body().text().await?;
    Ok(Response::new(format!("user worker got {text:?} from fetch").into()))
}
