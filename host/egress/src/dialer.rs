//! The seam at which connections are made: the system's sockets, or somebody in their place. A test scripts an origin there;
//! all that this crate does with a request before and after is the same.

use std::future::Future;
use std::io;
use std::pin::Pin;

use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};

/// Bytes both ways.
pub trait Duplex: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Duplex for T {}

/// A connection, or why there is none.
pub type Dialled = io::Result<Box<dyn Duplex>>;

/// Makes connections in the place of the system.
pub trait Dialer: Send + Sync {
    /// A connection to the origin of a URL. Of an https URL, too, bytes as they are: there is nothing between the two ends
    /// that TLS would keep out. `NotFound` says that there is no such name.
    fn dial(&self, url: Uri) -> Pin<Box<dyn Future<Output = Dialled> + Send>>;
}
