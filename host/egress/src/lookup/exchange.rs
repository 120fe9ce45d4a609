//! Asks name servers over UDP, and over TCP where an answer does not fit (RFC 7766).

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::message::{Found, Kind, Reply, question, reply};
use crate::fault::ConnectError;

/// How long one server is waited for, in each round: each is asked three times at most.
const ROUNDS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// The largest answer over UDP to a question that offers no more (RFC 1035, 4.2.1), and room for servers that send more.
const UDP_BYTES: usize = 4_096;
/// The largest answer over TCP: some hundred addresses, of which a few are used.
const TCP_BYTES: usize = 16_384;

/// Asks one server after the other until one of them can tell.
pub(super) async fn ask(servers: &[SocketAddr], name: &str, kind: Kind) -> Result<Found, ConnectError> {
    let mut failure = ConnectError::Dns;
    for wait in ROUNDS {
        for server in servers {
            failure = match timeout(wait, exchange(*server, name, kind)).await {
                Ok(Ok(Reply::Found(found))) => return Ok(found),
                Ok(Ok(Reply::Failed | Reply::Truncated)) => ConnectError::Dns,
                Ok(Err(error)) => {
                    tracing::debug!(%server, %error, "a name server was not reached");
                    ConnectError::Dns
                }
                Err(_late) => ConnectError::DnsTimeout,
            };
        }
        if failure == ConnectError::Dns {
            break;
        }
    }
    Err(failure)
}

async fn exchange(server: SocketAddr, name: &str, kind: Kind) -> io::Result<Reply> {
    let mut id = [0; 2];
    getrandom::fill(&mut id).map_err(|error| io::Error::other(error.to_string()))?;
    let id = u16::from_ne_bytes(id);
    let question = question(id, name, kind).ok_or(io::ErrorKind::InvalidInput)?;
    match by_udp(server, &question, |bytes| reply(bytes, id, name, kind)).await? {
        Reply::Truncated => {
            let answer = by_tcp(server, &question).await?;
            reply(&answer, id, name, kind).ok_or_else(|| io::ErrorKind::InvalidData.into())
        }
        whole => Ok(whole),
    }
}

/// A socket for one question: its port is as hard to guess as the question's number. Anything that does not answer the question is passed over.
async fn by_udp(server: SocketAddr, question: &[u8], read: impl Fn(&[u8]) -> Option<Reply>) -> io::Result<Reply> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(question).await?;
    let mut bytes = vec![0; UDP_BYTES];
    loop {
        let length = socket.recv(&mut bytes).await?;
        if let Some(reply) = bytes.get(..length).and_then(&read) {
            return Ok(reply);
        }
    }
}

async fn by_tcp(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(question.len()).map_err(|_long| io::ErrorKind::InvalidInput)?;
    stream.write_all(&[&length.to_be_bytes(), question].concat()).await?;
    let length: usize = stream.read_u16().await?.into();
    let mut answer = vec![0; Some(length).filter(|length| *length <= TCP_BYTES).ok_or(io::ErrorKind::InvalidData)?];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}
