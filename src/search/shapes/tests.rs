use super::*;

fn shapes() -> Shapes {
    Shapes::new(&[]).expect("sound")
}

fn kinds(text: &str) -> Vec<(&'static str, String)> {
    let hits = shapes().scan(text.as_bytes());
    hits.iter()
        .map(|hit| {
            let (start, end) =
                (usize::try_from(hit.span.start).unwrap(), usize::try_from(hit.span.end).unwrap());
            (hit.kind.as_str(), text[start..end].to_owned())
        })
        .collect()
}

#[test]
fn each_shape_is_found_with_its_kind() {
    for (text, kind, shown) in [
        ("connect to 100.101.102.103 port 8000", "shared-address", "100.101.102.103"),
        ("http://100.64.0.1:8000/v1", "shared-address", "100.64.0.1"),
        ("(100.127.255.254)", "shared-address", "100.127.255.254"),
        ("see 100.101.102.103.", "shared-address", "100.101.102.103"),
        ("addr=100.101.102.103/32", "shared-address", "100.101.102.103"),
        ("Host: Spark9.Tail4f2a.TS.net:8000", "tailnet-name", "Spark9.Tail4f2a.TS.net"),
        ("ssh spark9.tail4f2a.ts.net.", "tailnet-name", "spark9.tail4f2a.ts.net"),
        ("[fd7a:115c:a1e0:ab12::1]:80", "tailnet-address", "fd7a:115c:a1e0:ab12::1"),
        ("inet6 FD7A:115C:A1E0::53/128 scope", "tailnet-address", "FD7A:115C:A1E0::53"),
        ("curl http://10.1.2.3/v1", "private-address", "10.1.2.3"),
        ("dial tcp 192.168.7.9:8000: refused", "private-address", "192.168.7.9"),
        ("http://me:secret@172.20.1.1/", "private-address", "172.20.1.1"),
        ("http://[fd00:1::7]/v1", "unique-local-address", "fd00:1::7"),
        ("http://gpubox/ and http://gpubox.lan/", "local-name", "gpubox.lan"),
        ("ping spark-9.local", "local-name", "spark-9.local"),
        ("the host gpubox.internal.", "local-name", "gpubox.internal"),
        ("\\033[36m100.71.203.44\\033[0m", "shared-address", "100.71.203.44"),
        ("\u{1b}[36m100.71.203.44\u{1b}[0m", "shared-address", "100.71.203.44"),
        (r#"{"m":"a\n100.71.203.44\n"}"#, "shared-address", "100.71.203.44"),
        ("u=http%3A%2F%2F100.71.203.44%3A8000", "shared-address", "100.71.203.44"),
        (r"http:\u002f\u002f100.71.203.44", "shared-address", "100.71.203.44"),
        ("q=%3D100.71.203.44", "shared-address", "100.71.203.44"),
        (r"a\nfd7a:115c:a1e0::53", "tailnet-address", "fd7a:115c:a1e0::53"),
        (r"a\nspark9.tail4f2a.ts.net", "tailnet-name", "spark9.tail4f2a.ts.net"),
        ("\u{1b}[1;36mspark9.tail4f2a.ts.net", "tailnet-name", "spark9.tail4f2a.ts.net"),
        (r"a\nspark-9.local\n", "local-name", "spark-9.local"),
        ("u=http%3A%2F%2F10.1.2.3%2Fv1", "private-address", "10.1.2.3"),
        (r"http:\/\/10.1.2.3\/v1", "private-address", "10.1.2.3"),
        ("10.1.2.3%3A8000", "private-address", "10.1.2.3"),
        ("ip-10-0-0-1.ec2.internal:22", "local-name", "ip-10-0-0-1.ec2.internal"),
    ] {
        assert_eq!(kinds(text), [(kind, shown.to_owned())], "{text}");
    }
}

#[test]
fn what_is_nobodys_secret_is_silent() {
    for text in [
        "100.64.0.0/10 and fd7a:115c:a1e0::/48 are ranges",
        "nameserver 100.100.100.100",
        "http://127.0.0.1:8000 http://0.0.0.0:80 http://localhost:1",
        "http://192.0.2.1:80 http://198.51.100.7:80 http://203.0.113.9:80 http://[2001:db8::1]:80",
        "release 10.0.0.1 of 192.168.1.1, 172.16.0.1",
        "100.63.255.255 100.128.0.1 100.65.1 100.65.1.256 1100.101.102.103 100.101.102.1034",
        "%31100.101.102.103 \\x31100.101.102.103 n100.101.102.103 36m100.101.102.103",
        "v100.101.102.103 and 3.100.101.102.103 and 100.101.102.103.4",
        "*.ts.net NAME.TAILNET.ts.net example.ts.net host.your-tailnet.ts.net a.ts.network ts.net",
        "10.1.2.3.4:80 http://10.1.2.3x/",
        "self.local = 1; this.internal(x); settings.local, .env.local foo.local.yml a.internal.B",
        "fd00:1::7 without a port; fdab:zz; deadfd12:34; fc12:30:59",
        "10:30 172.5.1.1:80 http://172.32.0.1:80",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn the_profile_allows_hosts_suffixes_and_networks() {
    let words = ["100.101.102.103", "10.0.0.0/8", "*.tail4f2a.ts.net", "Gpubox.lan", "fd00::/16"];
    let shapes = Shapes::new(&words.map(str::to_owned)).expect("sound");
    let text = "100.101.102.103 100.101.102.104 http://10.1.1.1 spark9.tail4f2a.ts.net x.tail9.ts.net \
                http://gpubox.lan http://[fd00::1]";
    let hits = shapes.scan(text.as_bytes());
    assert_eq!(hits.len(), 2, "{hits:?}");
    for wrong in ["10.0.0.0/33", "two words", "", "1.2.3/8"] {
        assert_eq!(Allowed::new(&[wrong.to_owned()]).err(), Some(judge::NotAllowable(wrong.to_owned())));
    }
}

#[test]
fn a_stream_gives_the_same_hits_whatever_its_reads() {
    struct Reads<'a>(&'a [u8], usize);
    impl Read for Reads<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(out.len()).min(self.0.len());
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let mut text = String::new();
    for n in 0..3000 {
        use std::fmt::Write;
        let pad = "word ".repeat(n % 7);
        writeln!(
            text,
            "{n} {pad}http://100.101.102.{}:8000/v1 spark{n}.tail4f2a.ts.net 10.0.0.1:80",
            n % 256
        )
        .expect("written");
    }
    text.push_str(&"x".repeat(5000));
    text.push_str(" 100.101.102.103");
    let whole = shapes().scan(text.as_bytes());
    assert_eq!(whole.len(), 9001);
    assert_eq!(whole[3].line, 2);
    assert_eq!(whole[3].line_start, text.find('\n').map(|at| at as u64 + 1).expect("a line"));
    for size in [1, 7, 511, 4096, 1 << 20] {
        let streamed = shapes().scan_reader(&mut Reads(text.as_bytes(), size)).expect("read");
        assert!(streamed == whole, "reads of {size}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(proptest::sample::select(
        b"10.64fd7ac:[]/@ .tsnetlocalintrx%\n-_\xff".to_vec()), 0..200))
    {
        let whole = shapes().scan(&bytes);
        let streamed = shapes().scan_reader(&mut bytes.as_slice()).expect("read");
        proptest::prop_assert_eq!(whole, streamed);
    }
}

#[test]
fn the_ending_of_a_name_hides_no_host() {
    for (name, count) in [
        ("100.71.203.44.log", 1),
        ("spark1.tail12ab3.ts.net.md", 1),
        ("runs/100.71.203.44.log.gz", 1),
        ("at 100.71.203.44", 1),
        (".claude/settings.local.json", 0),
        ("v100.1.2.3.tar.gz", 0),
        ("100.md", 0),
    ] {
        assert_eq!(shapes().scan_name(name.as_bytes()).len(), count, "{name}");
    }
}
