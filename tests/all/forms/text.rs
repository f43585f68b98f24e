//! Renderings that are text: what clients, loggers, shells and templates make of the value.

use super::codec::{self, each_byte, percent, punctuation, reserved};
use super::target::{Dice, Target};
use super::{Renderings, text};

/// `plain`: any strong part as it is.
pub fn plain(t: &Target) -> Renderings {
    let (url, origin, authority, host) = (t.url(), t.origin(), t.authority(), t.host);
    let shown = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let mut all = vec![
        url.clone(),
        format!("{url}/"),
        origin.clone(),
        format!("{origin}/"),
        authority.clone(),
        host.to_owned(),
        format!("\"{url}\""),
        format!("<{url}>"),
        format!("({url})."),
        format!("[the model]({url}/chat/completions)"),
        format!("{url}/models?limit=1&after=x"),
        format!("//{authority}/v1"),
        format!("ws://{authority}/socket"),
        format!("http://me:pass@{authority}/"),
        format!("POST {}/chat/completions HTTP/1.1\r\nHost: {authority}\r\n", t.path),
        format!("base_url={url}"),
        format!("--base-url={url}"),
        format!("dial tcp {authority}: connect: connection refused"),
        format!("me@{shown}:/srv/models"),
        format!("Connecting to {host}... failed"),
        format!("<a href='{url}'>here</a>"),
        format!("key={host},other=1;host2={host}|"),
    ];
    if t.is_name() {
        let mut labels = host.split('.');
        let short = labels.next().expect("a label");
        all.push(format!("http://{short}:{}", t.port));
        all.push(format!("MagicDNS suffix {}.ts.net", labels.next().expect("a tailnet")));
        all.push(format!("CNAME {host}."));
    }
    text(all)
}

/// `case`: other letter case, a dot at the end.
pub fn case(t: &Target) -> Renderings {
    let (upper, host) = (t.url().to_uppercase(), t.host);
    let mut mixed = String::new();
    for (at, character) in t.url().chars().enumerate() {
        mixed.push(if at % 2 == 0 { character.to_ascii_uppercase() } else { character });
    }
    let mut all = vec![upper, mixed, t.authority().to_uppercase(), host.to_uppercase()];
    if t.is_name() {
        all.push(format!("{}://{host}.:{}{}", t.scheme, t.port, t.path));
        all.push(format!("{}.", host.to_uppercase()));
    }
    text(all)
}

/// `split-fields`: host and port told apart.
pub fn split_fields(t: &Target) -> Renderings {
    let (h, p, path) = (t.host, t.port, t.path);
    text(vec![
        format!(
            "HTTPConnectionPool(host='{h}', port={p}): Max retries exceeded with url: {path}/models (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f1>: [Errno 111] Connection refused'))"
        ),
        format!("* connect to {h} port {p} from 10.1.1.1 port 51432 failed: Connection refused"),
        format!("curl: (7) Failed to connect to {h} port {p} after 0 ms: Couldn't connect to server"),
        format!("{{ errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: '{h}', port: {p} }}"),
        format!("Cannot connect to host {h}:{p} ssl:default [Connect call failed ('{h}', {p})]"),
        format!("{{\"peer_address\":\"{h}\",\"peer_port\":{p}}}"),
        format!("[\"{h}\",{p}]"),
        format!("server:\n  host: {h}\n  port: {p}\n"),
        format!("HOST={h}\nPORT={p}\n"),
        format!("host={h};port={p}"),
        format!(
            "connect(3, {{sa_family=AF_INET, sin_port=htons({p}), sin_addr=inet_addr(\"{h}\")}}, 16) = -1"
        ),
        format!("getaddrinfo(\"{h}\", \"{p}\")"),
        format!("ESTAB 0      0            10.1.1.1:51432      {h}:{p}   users:((\"case\",pid=7,fd=3))"),
        format!("<server><host>{h}</host><port>{p}</port></server>"),
        format!("upstream model {{ server {h}:{p}; }}"),
        format!("java.net.ConnectException: Connection refused: {h}/{h}:{p}"),
        format!("Trying {h}...\nConnected to {h} ({h}) port {p} (#0)"),
        format!("kex: {h}\t{p}"),
    ])
}

/// `json-escape`, to depth three.
pub fn json_escape(t: &Target) -> Renderings {
    let url = t.url();
    let unicode = |upper: bool| {
        move |byte: u8| if upper { format!("\\u{byte:04X}") } else { format!("\\u{byte:04x}") }
    };
    let slashes = url.replace('/', "\\/");
    let mut all = vec![
        slashes.clone(),
        each_byte(&url, punctuation, unicode(false)),
        each_byte(&url, punctuation, unicode(true)),
        each_byte(&url, |_| true, unicode(false)),
        each_byte(&url, |c| c == '/', unicode(false)),
        each_byte(&url, |c| c == ':', unicode(true)),
        each_byte(t.host, |c| c == '.' || c == ':', unicode(false)),
        each_byte(t.host, |_| true, unicode(true)),
    ];
    let mut nested = format!("{{\"u\":\"{slashes}\"}}");
    for _ in 0..3 {
        nested = format!("{{\"body\":{}}}", codec::json(&nested));
        all.push(nested.clone());
    }
    all.push(codec::json(&codec::json(&each_byte(&url, punctuation, unicode(false)))));
    text(all)
}

/// `percent`, also of everything, and of itself.
pub fn percent_encoded(t: &Target) -> Renderings {
    let url = t.url();
    let once = percent(&url, reserved, true);
    let twice = percent(&once, reserved, true);
    text(vec![
        once.clone(),
        percent(&url, reserved, false),
        percent(&url, |_| true, true),
        percent(&url, |_| true, false),
        percent(t.host, punctuation, true),
        percent(t.host, |_| true, false),
        percent(&url, |c| c == ':', false),
        twice.clone(),
        percent(&twice, reserved, true),
        format!("GET /proxy?target={once}&x=1 HTTP/1.1"),
        format!("/redirect?next=%2Flogin%3Fu%3D{twice}"),
    ])
}

/// `entity`: as HTML and XML may write a character.
pub fn entity(t: &Target) -> Renderings {
    let url = t.url();
    let named = |byte: u8| match byte {
        b':' => "&colon;".to_owned(),
        b'/' => "&sol;".to_owned(),
        b'.' => "&period;".to_owned(),
        b'[' => "&lsqb;".to_owned(),
        b']' => "&rsqb;".to_owned(),
        other => format!("&#{other};"),
    };
    let all = vec![
        each_byte(&url, punctuation, |byte| format!("&#{byte};")),
        each_byte(&url, punctuation, |byte| format!("&#x{byte:x};")),
        each_byte(&url, punctuation, |byte| format!("&#X{byte:02X};")),
        each_byte(&url, |_| true, |byte| format!("&#{byte};")),
        each_byte(&url, |_| true, |byte| format!("&#x{byte:X};")),
        each_byte(&url, |c| c == '/', |_| "&#x2F;".to_owned()),
        each_byte(&url, punctuation, named),
        each_byte(t.host, |_| true, |byte| format!("&#{byte:04};")),
        each_byte(t.host, punctuation, named),
        each_byte(&url, punctuation, |byte| format!("&amp;#{byte};")),
    ];
    text(all)
}

/// `backslash`: shells, regular expressions, Markdown.
pub fn backslash(t: &Target) -> Renderings {
    let url = t.url();
    let one = |byte: u8| format!("\\{}", char::from(byte));
    text(vec![
        each_byte(&url, punctuation, one),
        each_byte(&url, |c| c == '.' || c == ':' || c == '/', one),
        each_byte(t.host, |c| ".:".contains(c), one),
        each_byte(t.host, |c| ".:".contains(c), |byte| format!("\\\\{}", char::from(byte))),
        format!("sed 's/{}/X/'", each_byte(&url, |c| ".:/[]".contains(c), one)),
        format!("grep -E '{}:{}'", each_byte(t.host, |c| ".:".contains(c), one), t.port),
        format!("echo {}", each_byte(&url, |c| "[]:".contains(c), one)),
        each_byte(&url, |c| ".:/".contains(c), |byte| format!("\\\\\\{}", char::from(byte))),
    ])
}

/// `python-repr`, and the escapes of C and JavaScript.
pub fn python_repr(t: &Target) -> Renderings {
    let url = t.url();
    let hex = |byte: u8| format!("\\x{byte:02x}");
    text(vec![
        format!("b'{url}'"),
        format!("['case', '--base-url', '{url}', '--json']"),
        format!("\"b'{url}'\""),
        format!("b'{}'", each_byte(&url, punctuation, hex)),
        each_byte(&url, |_| true, hex),
        each_byte(t.host, |_| true, |byte| format!("\\x{byte:02X}")),
        each_byte(&url, punctuation, |byte| format!("\\{byte:03o}")),
        each_byte(t.host, |_| true, |byte| format!("\\{byte:03o}")),
        each_byte(&url, punctuation, |byte| format!("\\u{{{byte:x}}}")),
        format!("'b\\'{}\\''", each_byte(&url, punctuation, |byte| format!("\\\\x{byte:02x}"))),
        format!("CompletedProcess(args=['curl', '{url}'], returncode=7, stdout=b'', stderr=b'')"),
    ])
}

/// `slug`: labels with something else between them.
pub fn slug(t: &Target) -> Renderings {
    if t.v6().is_some() {
        return Renderings::new();
    }
    let joined = |by: &str| t.host.split('.').collect::<Vec<_>>().join(by);
    let mut all: Vec<String> =
        ["-", "_", "[.]", "(.)", "[dot]", "(dot)", " . ", "__", "\\.", "{.}", "/"].map(joined).into();
    all.push(format!("{}-{}", joined("-"), t.port));
    all.push(format!("http_{}_{}_v1", joined("_"), t.port));
    all.push(format!("logs/http---{}-{}-v1/out.log", joined("-"), t.port));
    all.push(format!("hxxp://{}:{}/v1", joined("[.]"), t.port));
    all.push(format!("container_{}_1", joined("_")));
    // Four short numbers in a row are everywhere.
    if t.host.len() > 11 {
        all.extend([joined(", "), format!("[{}]", joined(","))]);
    }
    all.push(format!("model@{}", joined("-").to_uppercase()));
    text(all)
}

/// `concatenated`: pieces of a value in the strings of a program, or in the records of a stream.
pub fn concatenated(t: &Target) -> Renderings {
    let url = t.url();
    let mut dice = Dice::new(11);
    let (scheme, rest) = (format!("{}://", t.scheme), format!(":{}{}", t.port, t.path));
    let middle = if t.v6().is_some() { format!("[{}]", t.host) } else { t.host.to_owned() };
    let (left, right) = t.host.split_at(t.host.len() / 2);
    let mut all = vec![
        format!("const u = \"{scheme}\" + \"{middle}\" + \"{rest}\";"),
        format!("u = '{scheme}' '{middle}' '{rest}'"),
        format!("h = \"{left}\" + \"{right}\""),
        format!("h = '{left}' . '{right}';"),
        format!("h = \"{left}\" .. \"{right}\""),
        format!("h=\"{left}\"'{right}'"),
        format!("u := \"{scheme}\" +\n\t\"{left}\" +\n\t\"{right}\" + \"{rest}\""),
        format!("printf(\"{left}\" \"{right}\");"),
    ];
    for _ in 0..3 {
        let pieces = pieces(&mut dice, &format!("The server is {url} as far as I know."));
        all.push(records(&pieces, |piece| {
            format!("{{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{piece}}}}}]}}")
        }));
        all.push(records(&pieces, |piece| format!("data: {{\"id\":\"x\",\"choices\":[{{\"delta\":{{\"content\":{piece}}},\"finish_reason\":null}}]}}\n")));
        all.push(records(&pieces, |piece| format!("{{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":{piece}}}}}")));
        all.push(records(&pieces, |piece| format!("[1.25, \"o\", {piece}]")));
        all.push(records(&pieces, |piece| {
            format!("{{\"ts\":\"2026-06-01T02:25:35Z\",\"event\":\"token\",\"text\":{piece}}}")
        }));
    }
    text(all)
}

/// A text in pieces of one to five characters, as a model streams it.
fn pieces(dice: &mut Dice, text: &str) -> Vec<String> {
    let mut rest: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    while !rest.is_empty() {
        let count = (1 + dice.below(5)).min(rest.len());
        all.push(rest.drain(..count).collect());
    }
    all
}

fn records(pieces: &[String], write: impl Fn(&str) -> String) -> String {
    pieces.iter().map(|piece| write(&codec::json(piece)) + "\n").collect()
}

/// `truncated`: a beginning that tells enough.
pub fn truncated(t: &Target) -> Renderings {
    let url = t.url();
    let before = url.find(t.host).expect("the host") + t.host.len().div_ceil(2);
    let shortest = before.max(16);
    let mut all = Vec::new();
    for length in shortest..url.len() {
        let cut = &url[..length];
        all.extend([format!("{cut}..."), format!("{cut}…")]);
        // Without a mark, what is left of an address can be another one.
        let rest = cut.rsplit('/').next().expect("a part");
        if rest.parse::<std::net::Ipv4Addr>().is_err() {
            all.push(format!("url: {cut}"));
        }
    }
    text(all)
}

/// P2: `reversed`, `full-width`, `zero-width`, `word-diff`, `dns-wire`.
pub fn odd(t: &Target) -> Renderings {
    let url = t.url();
    let wide = |c: char| char::from_u32(u32::from(c) - 0x21 + 0xFF01).expect("a wide one");
    let mut all = vec![
        url.chars().rev().collect::<String>(),
        url.chars().map(wide).collect(),
        t.host.replace('.', "\u{3002}"),
        url.chars().flat_map(|c| [c, '\u{200B}']).collect(),
        url.replace('.', "\u{2060}.").replace(':', ":\u{AD}"),
        url.replace(t.host, &format!("[-{}-]{{+{}+}}", "old.example", t.host)),
    ];
    if t.is_name() {
        let wire =
            t.host.split('.').map(|l| format!("{}{l}", char::from(u8::try_from(l.len()).expect("short"))));
        all.push(wire.collect::<String>() + "\0");
    }
    text(all)
}
