//! The server's own figures, in Prometheus' text format: how often each route was asked, how it answered and how long
//! that took; how busy the pool, the permits and the hashing threads are. A route is named as it is registered, so that
//! no label ever holds an id, a person or anything that a stranger typed.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::web::exposition::Page;

/// Upper bounds of the histogram, in microseconds; the label in seconds beside each. A page's deadline is at 2 s, a
/// sign-in's at 20.
const BOUNDS: [(u64, &str); 11] = [
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_000_000, "2"),
    (5_000_000, "5"),
    (20_000_000, "20"),
];
/// What has a label of its own; any other method a stranger may invent counts as "other".
const METHODS: [&str; 3] = ["GET", "POST", "other"];
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Where what no route takes is counted.
const NOWHERE: &str = "(none)";

#[derive(Debug, Default)]
struct Cell {
    classes: [AtomicU64; CLASSES.len()],
    /// Not cumulative here; the last counts what took longer than every bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// Counts of every route.
#[derive(Debug)]
pub struct Metrics {
    routes: BTreeMap<String, [Cell; METHODS.len()]>,
}

impl Metrics {
    /// For these routes, by their patterns.
    pub fn new(patterns: impl IntoIterator<Item = String>) -> Self {
        Self {
            routes: patterns
                .into_iter()
                .chain([NOWHERE.to_owned()])
                .map(|pattern| (pattern, Default::default()))
                .collect(),
        }
    }

    /// Counts one answer. A pattern that is not among ours is counted as nowhere.
    pub fn answered(&self, pattern: Option<&str>, method: &str, status: u16, took: Duration) {
        let cells = pattern
            .and_then(|pattern| self.routes.get(pattern))
            .or_else(|| self.routes.get(NOWHERE));
        let method = METHODS.iter().position(|known| *known == method);
        let Some(cell) = cells.and_then(|cells| cells.get(method.unwrap_or(METHODS.len() - 1)))
        else {
            return;
        };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|(bound, _)| *bound < micros);
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        cell.classes[class].fetch_add(1, Relaxed);
        cell.buckets[bucket].fetch_add(1, Relaxed);
        cell.micros.fetch_add(micros, Relaxed);
    }

    /// Every route that was asked, as text.
    pub fn write(&self, page: &mut Page) {
        page.family(
            "vouch_requests_total",
            "counter",
            "Requests answered, by route and class of status.",
        );
        for (route, method, cell) in self.asked() {
            for (class, count) in CLASSES.iter().zip(&cell.classes) {
                let count = count.load(Relaxed);
                if count > 0 {
                    let labels = [("route", route), ("method", method), ("status", class)];
                    page.sample("vouch_requests_total", &labels, count);
                }
            }
        }
        page.family(
            "vouch_request_seconds",
            "histogram",
            "Time from a request's head to its answer's, by route.",
        );
        for (route, method, cell) in self.asked() {
            let mut sum = 0;
            let bounds = BOUNDS.iter().map(|(_, label)| *label).chain(["+Inf"]);
            for (bound, bucket) in bounds.zip(&cell.buckets) {
                sum += bucket.load(Relaxed);
                let labels = [("route", route), ("method", method), ("le", bound)];
                page.sample("vouch_request_seconds_bucket", &labels, sum);
            }
            let labels = [("route", route), ("method", method)];
            let seconds = Duration::from_micros(cell.micros.load(Relaxed)).as_secs_f64();
            page.sample("vouch_request_seconds_sum", &labels, seconds);
            page.sample("vouch_request_seconds_count", &labels, sum);
        }
    }

    fn asked(&self) -> impl Iterator<Item = (&str, &'static str, &Cell)> {
        self.routes.iter().flat_map(|(route, cells)| {
            METHODS
                .into_iter()
                .zip(cells)
                .filter(|(_, cell)| cell.classes.iter().any(|class| class.load(Relaxed) > 0))
                .map(move |(method, cell)| (route.as_str(), method, cell))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_and_strangers_addresses_never_become_labels() {
        let metrics = Metrics::new(["/customers/{id}".to_owned()]);
        let ms = Duration::from_millis;
        metrics.answered(Some("/customers/{id}"), "GET", 200, ms(7));
        metrics.answered(Some("/customers/{id}"), "GET", 503, ms(2_000));
        metrics.answered(None, "BREW", 404, ms(1));
        metrics.answered(Some("/ana@example.org"), "GET", 404, ms(30_000));
        let mut page = Page::default();
        metrics.write(&mut page);
        let page = page.to_string();
        for line in [
            r#"vouch_requests_total{route="/customers/{id}",method="GET",status="2xx"} 1"#,
            r#"vouch_requests_total{route="/customers/{id}",method="GET",status="5xx"} 1"#,
            r#"vouch_requests_total{route="(none)",method="GET",status="4xx"} 1"#,
            r#"vouch_requests_total{route="(none)",method="other",status="4xx"} 1"#,
            r#"vouch_request_seconds_bucket{route="/customers/{id}",method="GET",le="0.005"} 0"#,
            r#"vouch_request_seconds_bucket{route="/customers/{id}",method="GET",le="0.01"} 1"#,
            r#"vouch_request_seconds_bucket{route="/customers/{id}",method="GET",le="2"} 2"#,
            r#"vouch_request_seconds_bucket{route="(none)",method="GET",le="20"} 0"#,
            r#"vouch_request_seconds_bucket{route="(none)",method="GET",le="+Inf"} 1"#,
            r#"vouch_request_seconds_sum{route="/customers/{id}",method="GET"} 2.007"#,
            r#"vouch_request_seconds_count{route="/customers/{id}",method="GET"} 2"#,
        ] {
            assert!(page.lines().any(|found| found == line), "{line} in {page}");
        }
        assert!(!page.contains("ana@") && !page.contains("BREW"), "{page}");
    }
}
