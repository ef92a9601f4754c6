//! A browser as a server sees one: cookies, the headers that say where a request comes from, no automatic redirects.

use std::{collections::BTreeMap, net::SocketAddr};

use scraper::{Html, Selector};

/// A browser.
pub struct Browser {
    agent: ureq::Agent,
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

/// An answer.
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers, lower-case.
    pub headers: Vec<(String, String)>,
    /// The body as text; what is no text is not to be read here.
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Browser {
    /// One that has been nowhere.
    pub fn new(address: SocketAddr) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_response_header_size(1024 * 1024)
            .http_status_as_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(30)))
            .build();
        Self {
            agent: config.into(),
            address,
            cookies: BTreeMap::new(),
        }
    }

    /// Plants a cookie.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Another window of the same browser.
    pub fn window(&self) -> Self {
        Self {
            agent: self.agent.clone(),
            address: self.address,
            cookies: self.cookies.clone(),
        }
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Response {
        self.request("GET", path, &[], None)
    }

    /// Asks for a fragment, as htmx does.
    pub fn fragment(&mut self, path: &str, target: &str) -> Response {
        self.request(
            "GET",
            path,
            &[("hx-request", "true"), ("hx-target", target)],
            None,
        )
    }

    /// Sends a form of a page of ours.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_with(path, fields, &[])
    }

    /// The same with more headers.
    pub fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Response {
        let body = serde_html_form::to_string(fields).expect("a form");
        let mut all = vec![
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        all.extend_from_slice(headers);
        self.request("POST", path, &all, Some(body))
    }

    /// Sends a form with a file, as browsers do.
    pub fn post_file(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        file: &[u8],
    ) -> Response {
        const BOUNDARY: &str = "----vouchTestBoundary7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", &kind)];
        self.send("POST", path, &headers, body)
    }

    /// Follows a 303 to the page it names.
    pub fn follow(&mut self, response: &Response) -> Response {
        assert_eq!(
            response.status,
            303,
            "expected a redirect, got {}: {}",
            response.status,
            response.text()
        );
        let location = response.header("location").expect("a location").to_owned();
        self.get(&location)
    }

    /// Any request, with just these headers and the cookies.
    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Response {
        self.send(method, path, headers, body.unwrap_or_default().into_bytes())
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Response {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={}", encode(value)))
                .collect();
            request = request.header("cookie", cookies.join("; "));
        }
        let request = request.body(body).expect("a request");
        let mut answer = self
            .agent
            .run(request)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        for set in answer.headers().get_all("set-cookie") {
            let parsed = actix_web::cookie::Cookie::parse_encoded(
                set.to_str().expect("a cookie").to_owned(),
            )
            .expect("a cookie");
            if parsed
                .max_age()
                .is_some_and(actix_web::cookie::time::Duration::is_zero)
            {
                self.cookies.remove(parsed.name());
            } else {
                self.cookies
                    .insert(parsed.name().to_owned(), parsed.value().to_owned());
            }
        }
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let status = answer.status().as_u16();
        let bytes = answer
            .body_mut()
            .with_config()
            .limit(64 * 1024 * 1024)
            .read_to_vec()
            .unwrap_or_else(|error| panic!("{method} {path} ended before its body did: {error}"));
        Response {
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
}

fn encode(value: &str) -> String {
    actix_web::cookie::Cookie::new("c", value.to_owned())
        .encoded()
        .to_string()
        .trim_start_matches("c=")
        .to_owned()
}

impl Response {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The parsed page.
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// All text of the page, spaces folded.
    pub fn text(&self) -> String {
        fold(self.html().root_element().text())
    }

    /// The texts of what a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        self.html()
            .select(&selector)
            .map(|element| fold(element.text()))
            .collect()
    }

    /// An attribute of what a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        self.html()
            .select(&selector)
            .filter_map(|element| element.attr(name).map(str::to_owned))
            .collect()
    }

    /// The fields of the form with this action, with the values that stand in them.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let html = self.html();
        let forms = Selector::parse("form").expect("a selector");
        let form = html
            .select(&forms)
            .find(|form| form.attr("action") == Some(action))
            .unwrap_or_else(|| panic!("no form to {action} in {}", self.text()));
        let inputs = Selector::parse("input, textarea, select").expect("a selector");
        let selected = Selector::parse("option[selected]").expect("a selector");
        form.select(&inputs)
            .filter_map(|input| {
                let name = input.attr("name")?.to_owned();
                let value = match input.value().name() {
                    "textarea" => input.text().collect(),
                    "select" => input
                        .select(&selected)
                        .next()
                        .and_then(|option| option.attr("value"))
                        .unwrap_or_default()
                        .to_owned(),
                    _ if matches!(input.attr("type"), Some("checkbox" | "radio"))
                        && input.attr("checked").is_none() =>
                    {
                        return None;
                    }
                    _ => input.attr("value").unwrap_or_default().to_owned(),
                };
                Some((name, value))
            })
            .collect()
    }
}

fn fold<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts
        .collect::<Vec<_>>()
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
