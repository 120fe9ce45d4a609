//! An outbound worker with ten rules, for the scenarios that are run in every way there is. With the variable `FAULT`, a
//! number from 1 to 10, it breaks that rule and no other: a mutant, which exactly one scenario must find.
//!
//! 1. It adds the operator's credential to what goes to the API.
//! 2. It says for which customer a request is.
//! 3. It takes away the customer's cookies.
//! 4. It blocks what is forbidden, and the origin sees nothing of it.
//! 5. It passes on the method.
//! 6. It passes on the body.
//! 7. It passes back the origin's status.
//! 8. It takes away what the origin says of its software.
//! 9. It sends old paths to new ones.
//! 10. It answers by itself what customers ask about their plan.
//!
//! Two more faults are for the contract of an outbound worker alone: with 11 it sends without TLS, with 12 to the scheme's own
//! port. With 13 it blocks what is forbidden, and tells somebody elsewhere of it: rule 4 in a way that no known origin sees.
//! The contract's again are 14, which waits for all of a request's body, 15, for all of a response's, 16, which drops a
//! request's trailers, and 17, which joins a header that comes twice. With 33 it
//! signs URLs, and what is told of that has no signature in it.

use support_3::http::{ErrorCode, Fields, Method, Request, Response};
use support_3::{Inbound, respond, send};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let rules = Rules(support_3::variable("FAULT").parse().unwrap_or_default());
        let path = request.get_path_with_query().unwrap_or_default();
        match path.as_str() {
            "/forbidden" if rules.hold(4) => {
                if !rules.hold(13) {
                    let told = support_3::request(&Method::Get, "http://elsewhere.test/forbidden", Fields::new());
                    let _nobody = send(told).await;
                }
                return Ok(respond(403, "blocked"));
            }
            "/plan" => return Ok(respond(200, &rules.plan())),
            _ => {}
        }
        let mut inbound = Inbound::of(request);
        rules.change(&mut inbound, &path);
        rules.mar(&mut inbound).await;
        let request = inbound.request().ok_or(ErrorCode::HttpRequestUriInvalid)?;
        let request = if rules.hold(6) { request } else { bodiless(request) };
        rules.returned(send(request).await?).await
    }
}

/// The rules, and the one that is broken.
struct Rules(u8);

impl Rules {
    fn hold(&self, rule: u8) -> bool {
        self.0 != rule
    }

    fn plan(&self) -> String {
        if self.hold(10) { support_3::parameter("plan") } else { "\"none\"".to_owned() }
    }

    fn change(&self, inbound: &mut Inbound, path: &str) {
        let set = |name: &str, value: String| inbound.headers.set(name, &[value.into_bytes()]);
        if self.hold(1) && path.starts_with("/api/") {
            let _ = set("authorization", format!("Bearer {}", support_3::variable("API_KEY")));
        }
        if self.hold(2) {
            let _ = set("x-customer", support_3::parameter("customer_name"));
        }
        if self.hold(3) {
            let _ = inbound.headers.delete("cookie");
        }
        if !self.hold(5) {
            inbound.method = Method::Put;
        }
        if self.hold(9) {
            inbound.url = inbound.url.replace("/v1/", "/v2/");
        }
    }

    /// What only the contract forbids.
    async fn mar(&self, inbound: &mut Inbound) {
        if !self.hold(11) {
            inbound.url = inbound.url.replace("https://", "http://");
        }
        if !self.hold(12) {
            inbound.url = inbound.url.replace(":8080/", "/").replace(":8443/", "/");
        }
        if !self.hold(14) {
            inbound.hold_body().await;
        }
        if !self.hold(16) {
            inbound.drop_trailers();
        }
        let twice = inbound.headers.get("x-twice");
        if !self.hold(17) && !twice.is_empty() {
            let _ = inbound.headers.set("x-twice", &[twice.join(&b", "[..])]);
        }
        if !self.hold(33) {
            inbound.url.push_str("&sig=s1gn3d");
        }
    }

    async fn returned(&self, response: Response) -> Result<Response, ErrorCode> {
        let status = response.get_status_code();
        let headers = response.get_headers().clone();
        if self.hold(8) {
            let _ = headers.delete("server");
        }
        let (body, trailers) = Response::consume_body(response, support_3::empty());
        let body = if self.hold(15) { body } else { support_3::bytes_body(support_3::read(body).await) };
        let (response, _sent) = Response::new(headers, Some(body), trailers);
        let kept = self.hold(7) || status == 200;
        response.set_status_code(if kept { status } else { 200 }).map_err(|()| ErrorCode::HttpProtocolError)?;
        Ok(response)
    }
}

/// The request without its body.
fn bodiless(request: Request) -> Request {
    let headers: Vec<_> =
        request.get_headers().copy_all().into_iter().filter(|(name, _)| name != "content-length").collect();
    let headers = Fields::from_list(&headers).unwrap_or_else(|_refused| Fields::new());
    support_3::request(&request.get_method(), &support_3::url(&request), headers)
}

support_3::export!(Worker with_types_in support_3);
