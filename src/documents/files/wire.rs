//! HTTP to a bucket. The store's own client would bring a second web stack; ours blocks, on a thread for each request,
//! which is what few and large requests want.

use std::{fmt, future::Future, io, pin::Pin, time::Duration};

use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
        HttpResponseBody, HttpService,
    },
};
use ureq::http::{Request, Response};

/// The whole of one request and its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// No answer that we ask for is larger: a sealed paper, or a few lines.
const MOST: u64 = 32 * 1024 * 1024;

/// Makes the client.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // A signature is for one address.
            .max_redirects(0)
            .timeout_connect(Some(Duration::from_secs(2)))
            .timeout_global(Some(PATIENCE))
            .build();
        Ok(HttpClient::new(Wire(config.into())))
    }
}

struct Wire(ureq::Agent);

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

type Answering<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Wire {
    fn call<'own, 'all>(&'own self, asked: HttpRequest) -> Answering<'all>
    where
        'own: 'all,
        Self: 'all,
    {
        let agent = self.0.clone();
        Box::pin(async move {
            let (parts, body) = asked.into_parts();
            let body = HttpResponseBody::new(body).bytes().await?;
            tokio::task::spawn_blocking(move || {
                let answer = agent
                    .run(Request::from_parts(parts, &body[..]))
                    .map_err(failed)?;
                let (parts, body) = answer.into_parts();
                let bytes = body
                    .into_with_config()
                    .limit(MOST)
                    .read_to_vec()
                    .map_err(failed)?;
                Ok(Response::from_parts(parts, HttpResponseBody::from(bytes)))
            })
            .await
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?
        })
    }
}

fn failed(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => HttpErrorKind::Connect,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            HttpErrorKind::Connect
        }
        ureq::Error::Io(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
