//! A customer's worker: says what it got when it fetched a page.

use wstd::http::{Body, Client, Request, Response, Result};

#[wstd::http_server]
async fn main(_request: Request<Body>) -> Result<Response<Body>> {
    let request = Request::get("https://example.com").body(Body::empty())?;
    let mut response = Client::new().send(request).await?;
    let text = response.body_mut().str_contents().await?;
    Ok(Response::new(format!("user worker got {text:?} from fetch").into()))
}
