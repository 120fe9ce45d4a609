//! A customer's worker that waits for a piece of a body once, and gives up as a time-out would. What is left it sends on, or reads.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tollgate::{Body, Request, Response, Result, fetch};

tollgate::serve!(answer);

async fn answer(request: Request<Body>) -> Result<Response<Body>> {
    let mut response = fetch(Request::get("http://origin.test/").body(())?).await?;
    give_up(response.body_mut()).await;
    match request.uri().path() {
        "/read" => Ok(Response::new(response.into_body().text().await?.into())),
        _ => Ok(response),
    }
}

async fn give_up(body: &mut Body) {
    let mut piece = pin!(body.chunk());
    let waits = poll_fn(|context| Poll::Ready(piece.as_mut().poll(context).is_pending())).await;
    assert!(waits, "the body was there at once");
}
