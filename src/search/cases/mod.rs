//! Texts in which the value is found, and texts that only look like it.

use super::tests::engine;
use super::{Engine, Limits, Strength};

mod shells;

const HOST: &str = "http://gpu-03.rack7.acme-labs.com:9000/v1";
const IP: &str = "http://100.71.203.44:8123/v1";
const OTHER_IP: &str = "http://100.113.27.41:11434/v1";
const IPV6: &str = "http://[fd7a:115c:a1e0::2b7e:4060]:8000/v1";
const SHORT_IPV6: &str = "http://[fd7a:115c:a1e0::53]:8000/v1";
const IDN: &str = "https://gp\u{fc}.example-corp.net/v1";

fn is_found(engine: &Engine, text: &[u8]) -> bool {
    engine.scan(text, &Limits::default()).hits.iter().any(|hit| hit.strength == Strength::Strong)
}

fn missed<'a>(cases: &[(&'a str, &'a [u8])]) -> Vec<String> {
    let missed = cases.iter().filter(|(value, text)| !is_found(&engine(&[value]), text));
    missed.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect()
}

#[test]
fn lines_that_touch_a_wrapped_host_do_not_hide_it() {
    let cases: &[(&str, &[u8])] = &[
        (HOST, b"dial host\ngpu-03.rack7\n.acme-labs.co\nm:9000\nfailed\n"),
        (IP, b"to\n100.71\n.203.4\n4\n2026-11-22T10:00:00 INFO x\n"),
        (HOST, b"\xe2\x94\x82 connecting to \xe2\x94\x82\n\xe2\x94\x82 gpu-03.rack7.a \xe2\x94\x82\n\xe2\x94\x82 cme-labs.com \xe2\x94\x82\n\xe2\x94\x82 refused \xe2\x94\x82\n"),
        (IPV6, b"to host\nfd7a:115c:a1e0\n::2b7e:40\n60\nfailed\n"),
        (IP, b"runner[812]:  >- http://1\nrunner[812]: 00.71.203.\nrunner[812]: 44:8123/v1\n"),
        (HOST, b"\xe2\x94\x82 \x1b[36mto\x1b[0m \xe2\x94\x82\n\xe2\x94\x82 \x1b[36mgpu-03.rack7.a\x1b[0m \xe2\x94\x82\n\xe2\x94\x82 \x1b[36mcme-labs.com\x1b[0m \xe2\x94\x82\n\xe2\x94\x82 refused \xe2\x94\x82\n"),
    ];
    assert_eq!(missed(cases), [""; 0]);
}

#[test]
fn archives_in_digits_and_escapes_are_opened() {
    let cases: &[(&str, &[u8])] = &[
        (IP, b"v=1f8b08000000000002032b2d4e55c8282929b0d2d7373430d03337d4333230d63331b1b2303432d62f335448cc4b51c8cd2f4a55c84f53c82c010004f92f5c2f000000"),
        (IP, b"VALUES (1,0x1F8B08000000000002032B2D4E55C8282929B0D2D7373430D03337D4333230D63331B1B2303432D62F335448CC4B51C8CD2F4A55C84F53C82C010004F92F5C2F000000)"),
        (IP, b"E'\\\\x1f8b08000000000002032b2d4e55c8282929b0d2d7373430d03337d4333230d63331b1b2303432d62f335448cc4b51c8cd2f4a55c84f53c82c010004f92f5c2f000000'"),
        (IP, b"\\x1f8b08000000000002032b2d4e55c8282929b0d2d7373430d03337d4333230d63331b1b2303432d62f335448cc4b51c8cd2f4a55c84f53c82c010004f92f5c2f000000"),
        (IP, b"(0x64584e6c49476830644841364c7938784d4441754e7a45754d6a417a4c6a51304f6a67784d6a4d76646a45675957356b49473176636d5567623259676158513d)"),
        (IP, b"b'x\\x9c+-NU\\xc8())\\xb0\\xd2\\xd7740\\xd037\\xd4320\\xd631\\xb1\\xb2042\\xd6/3TH\\xccKQ\\xc8\\xcd/JU\\xc8OS\\xc8,\\x01\\x007\\x1c\\r<'"),
        (IP, b"b\"x\\x9c+-NU\\xc8())\\xb0\\xd2\\xd7740\\xd037\\xd4320\\xd631\\xb1\\xb2042\\xd6/3TH\\xccKQ\\xc8\\xcd/JU\\xc8OS\\xc8,\\x01\\x007\\x1c\\x0d<\""),
        (IP, b"q=%78%9c%2b%2d%4e%55%c8%28%29%29%b0%d2%d7%37%34%30%d0%33%37%d4%33%32%30%d6%33%31%b1%b2%30%34%32%d6%2f%33%54%48%cc%4b%51%c8%cd%2f%4a%55%c8%4f%53%c8%2c%01%00%37%1c%0d%3c"),
        (IP, b"\"x\\u009c+-NU\\u00c8())\\u00b0\\u00d2\\u00d7740\\u00d037\\u00d4320\\u00d631\\u00b1\\u00b2042\\u00d6/3TH\\u00ccKQ\\u00c8\\u00cd/JU\\u00c8OS\\u00c8,\\u0001\\u00007\\u001c\\r<\""),
        (IP, b"\"\\u001f\\u008b\\b\\u0000\\u0000\\u0000\\u0000\\u0000\\u0002\\u0003+-NU\\u00c8())\\u00b0\\u00d2\\u00d7740\\u00d037\\u00d4320\\u00d631\\u00b1\\u00b2042\\u00d6/3TH\\u00ccKQ\\u00c8\\u00cd/JU\\u00c8OS\\u00c8,\\u0001\\u0000\\u0004\\u00f9/\\\\/\\u0000\\u0000\\u0000\""),
        (IP, b"{\"z\": \"H4sIAAAAAAAA\\/ystylHILFbIKCkpsNLXNzQw0DM31DMyMNYzMbGyMDQy1i8zVCjJT0msBABWaqWSKQAAAA==\"}"),
        (IP, b"z=H4sIAAAAAAAA%2FystylHILFbIKCkpsNLXNzQw0DM31DMyMNYzMbGyMDQy1i8zVCjJT0msBABWaqWSKQAAAA%3D%3D&x=1"),
        (IP, b"{\"z\": \"KLUv\\/QRoSQEAdXJsIGlzIGh0dHA6Ly8xMDAuNzEuMjAzLjQ0OjgxMjMvdjEgdG9kYXmYptJk\"}"),
        (IP, b"z=KLUv%2FQRoSQEAdXJsIGlzIGh0dHA6Ly8xMDAuNzEuMjAzLjQ0OjgxMjMvdjEgdG9kYXmYptJk&x=1"),
        (IP, b"{\"z\": \"\\/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAodXJsIGlzIGh0dHA6Ly8xMDAuNzEuMjAzLjQ0OjgxMjMvdjEgdG9kYXkAAAAAl9Pt\\/7ckdl0AAUEpA1NWix+2830BAAAAAARZWg==\"}"),
        (IP, b"z=%2FTd6WFoAAATm1rRGAgAhARYAAAB0L%2BWjAQAodXJsIGlzIGh0dHA6Ly8xMDAuNzEuMjAzLjQ0OjgxMjMvdjEgdG9kYXkAAAAAl9Pt%2F7ckdl0AAUEpA1NWix%2B2830BAAAAAARZWg%3D%3D&x=1"),
    ];
    assert_eq!(missed(cases), [""; 0]);
}

#[test]
fn numbers_are_read_in_any_case_and_padding() {
    let cases: &[(&str, &[u8])] = &[
        (HOST, b"47 50 55 2d 30 33 2e 52 41 43 4b 37 2e 41 43 4d 45 2d 4c 41 42 53 2e 43 4f 4d"),
        (HOST, b"0x47, 0x50, 0x55, 0x2d, 0x30, 0x33, 0x2e, 0x52, 0x41, 0x43, 0x4b, 0x37, 0x2e, 0x41, 0x43, 0x4d, 0x45, 0x2d, 0x4c, 0x41, 0x42, 0x53, 0x2e, 0x43, 0x4f, 0x4d"),
        (HOST, b"[71 80 85 45 48 51 46 82 65 67 75 55 46 65 67 77 69 45 76 65 66 83 46 67 79 77]"),
        (HOST, b"4750552d30332e5241434b372e41434d452d4c4142532e434f4d2e"),
        (HOST, b"i5ifkljqgmxfeqkdjm3s4qkdjvcs2tcbijjs4q2pju======"),
        (IP, b" 104 116 116 112  58  47  47  49  48  48  46  55  49  46  50  48\n  51  46  52  52  58  56  49  50  51  47 118  49"),
        (IP, b"0x7ffe0000:\t0x68\t0x74\t0x74\t0x70\t0x3a\t0x2f\t0x2f\t0x31\n0x7ffe0008:\t0x30\t0x30\t0x2e\t0x37\t0x31\t0x2e\t0x32\t0x30\n0x7ffe0010:\t0x33\t0x2e\t0x34\t0x34\t0x3a\t0x38\t0x31\t0x32\n0x7ffe0018:\t0x33\t0x2f\t0x76\t0x31"),
        (IP, b"{\"0\":104,\"1\":116,\"2\":116,\"3\":112,\"4\":58,\"5\":47,\"6\":47,\"7\":49,\"8\":48,\"9\":48,\"10\":46,\"11\":55,\"12\":49,\"13\":46,\"14\":50,\"15\":48,\"16\":51,\"17\":46,\"18\":52,\"19\":52,\"20\":58,\"21\":56,\"22\":49,\"23\":50,\"24\":51,\"25\":47,\"26\":118,\"27\":49}"),
        (IP, b"{\n  \"type\": \"Buffer\",\n  \"data\": [\n    49,\n    48,\n    48,\n    46,\n    55,\n    49,\n    46,\n    50,\n    48,\n    51,\n    46,\n    52,\n    52\n  ]\n}"),
        (HOST, b"0000   68 74 74 70 3a 2f 2f 67 70 75 2d 30 33 2e 72 61\n0010   63 6b 37 2e 61 63 6d 65 2d 6c 61 62 73 2e 63 6f\n0020   6d 3a 39 30 30 30 2f 76 31"),
    ];
    assert_eq!(missed(cases), [""; 0]);
}

#[test]
fn pieces_come_together_whatever_stands_between_them() {
    let cases: &[(&str, &[u8])] = &[
        (HOST, b"^[[36mgpu-03^[[0m.^[[1mrack7^[[0m.acme^[[33m-labs.com"),
        (IP, b"<span>100</span><span>.</span><span>71</span><span>.</span><span>203</span><span>.</span><span>44</span>"),
        (IP, b"100.71.<b>203</b>.44"),
        (IP, b"100.71<wbr>.203<wbr>.44"),
        (IP, b"key: \"  x = \"http://100.\" + \"71.203\" + \".44:8123\""),
        (HOST, b"{\"content\": \"const url = \\\"http://gpu-\\\" + \\\"03.rack7.\\\" + \\\"acme-labs\\\" + \\\".com:9000\\\";\"}"),
        (IPV6, b"cache/fd7a_115c_a1e0__2b7e_4060/x"),
        (IPV6, b"fd7a-115c-a1e0-0000-0000-0000-2b7e-4060.ipv6-literal.net"),
        (IDN, b"log-gp\xc3\xbc_example-corp_net.txt"),
        (IDN, b"gp\xc3\xbc-example-corp-net"),
        (IDN, b"at GP\xc3\x9c.EXAMPLE-CORP.NET"),
        (IDN, b"at gp\xc3\xbc.exam\nple-corp.net"),
        (IP, b"ChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='Try ', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='http', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='://1', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='00.7', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='1.20', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='3.44', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content=':812', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content='3/v1', role=None), index=0)])\nChatCompletionChunk(id='c-1', choices=[Choice(delta=ChoiceDelta(content=' now', role=None), index=0)])\n"),
        (IP, b"[\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"Try \"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"http\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"://1\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"00.7\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"1.20\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"3.44\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \":812\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \"3/v1\"\n  ]\n },\n {\n  \"output_type\": \"stream\",\n  \"text\": [\n   \" now\"\n  ]\n }\n]"),
        (IP, b"{\n  \"events\": [\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"Try \"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"http\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"://1\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"00.7\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"1.20\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"3.44\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \":812\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \"3/v1\"\n      }\n    },\n    {\n      \"name\": \"text_delta\",\n      \"args\": {\n        \"delta\": \" now\"\n      }\n    }\n  ]\n}"),
        (IP, b"[{\"delta\": {\"text\": \"Try \"}}, {\"delta\": {\"text\": \"http\"}}, {\"delta\": {\"text\": \"://1\"}}, {\"delta\": {\"text\": \"00.7\"}}, {\"delta\": {\"text\": \"1.20\"}}, {\"delta\": {\"text\": \"3.44\"}}, {\"delta\": {\"text\": \":812\"}}, {\"delta\": {\"text\": \"3/v1\"}}, {\"delta\": {\"text\": \" now\"}}]"),
        (IP, b"{\n  \"tokens\": [\n    {\n      \"token\": \"Try \",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \"http\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \"://1\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \"00.7\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \"1.20\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \"3.44\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \":812\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \"3/v1\",\n      \"logprob\": -1\n    },\n    {\n      \"token\": \" now\",\n      \"logprob\": -1\n    }\n  ]\n}"),
        (IP, b"1,\"data: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"Tr\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"y \"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"ht\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"tp\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\":/\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"/1\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"00\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\".7\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"1.\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"20\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"3.\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"44\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\":8\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"12\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"3/\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"v1\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\" n\"\"}}]}\n\ndata: {\"\"choices\"\": [{\"\"delta\"\": {\"\"content\"\": \"\"ow\"\"}}]}\n\n\",x\n"),
        (IP, b"10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"Tr\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"y \"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"ht\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"tp\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \":/\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"/1\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"00\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \".7\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"1.\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"20\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"3.\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"44\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \":8\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"12\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"3/\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"v1\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \" n\"}}]}\n10:00 DEBUG sse data: {\"choices\": [{\"delta\": {\"content\": \"ow\"}}]}\n"),
        (IP, b"DEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"Tr\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"y \"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"ht\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"tp\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \":/\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"/1\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"00\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \".7\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"1.\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"20\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"3.\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"44\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \":8\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"12\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"3/\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"v1\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \" n\"}}]}'\nDEBUG got b'data: {\"choices\": [{\"delta\": {\"content\": \"ow\"}}]}'\n"),
        (IP, b"{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"Tr\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"y \\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"ht\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"tp\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\":/\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"/1\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"00\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\".7\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"1.\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"20\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"3.\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"44\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\":8\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"12\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"3/\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"v1\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\" n\\\"}}]}\"}\n{\"ts\": 1, \"line\": \"data: {\\\"choices\\\": [{\\\"delta\\\": {\\\"content\\\": \\\"ow\\\"}}]}\"}\n"),
    ];
    assert_eq!(missed(cases), [""; 0]);
}

#[test]
fn what_only_looks_like_the_value_is_silent() {
    let cases: &[(&str, &[u8])] = &[
        (SHORT_IPV6, b"Tailscale uses 100.64.0.0/10 and fd7a:115c:a1e0::/48."),
        (SHORT_IPV6, b"peer fd7a:115c:a1e0::5 ok"),
        (SHORT_IPV6, b"x fd7a:115c:a1e0::53:1 y"),
        (SHORT_IPV6, b"routes fd7a:115c:a1e0:\xe2\x80\xa6"),
        (SHORT_IPV6, b"a_fd7a_115c_a1e0__53b_c"),
        (IPV6, b"http://[fd7a:115c:a1e0::2b7e:406]:8000/v1"),
        (OTHER_IP, b"oid 1\\.3\\.100\\.113\\.27\\.41\\.9"),
        (OTHER_IP, b"100&#46;113&#46;27&#46;41&#46;9"),
        (OTHER_IP, b"YQBiACAAMQAwADAALgAxADEAMwAuADIANwAuADQAMQA0ACAAYgA="),
        (OTHER_IP, b"1\x001\x000\x000\x00.\x001\x001\x003\x00.\x002\x007\x00.\x004\x001\x00"),
        (IP, b"<td>100.71.203.4</td><td>4</td>"),
        (IP, b"<b>100.71.203.4</b><b>45</b>"),
    ];
    for (value, text) in cases {
        let hits = engine(&[value]).scan(text, &Limits::default()).hits;
        assert_eq!(hits, [], "{value} in {}", String::from_utf8_lossy(text));
    }
}

/// `zipfile.ZipFile(…, compression=ZIP_LZMA)` of Python: its entry is not opened here.
const SEALED_ZIP: &str = "504b03043f0002000e00000021001722bd5f1e0000000a0000000100000061090405005d0000800000399bc9f2e750ca83c76ae2323ebdffff85a20000504b01023f033f0002000e00000021001722bd5f1e0000000a00000001000000000000000000000080010000000061504b050600000000010001002f0000003d0000000000";

#[test]
fn an_archive_that_cannot_be_read_is_a_gap_in_escapes_too() {
    let engine = engine(&[IP]);
    let pairs: Vec<String> =
        SEALED_ZIP.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
    for escape in ["%", "\\x"] {
        let text = format!("q={escape}{}", pairs.join(escape));
        let gaps = engine.scan(text.as_bytes(), &Limits::default()).gaps;
        assert!(gaps.iter().any(|gap| gap.contains("zip")), "{text}: {gaps:?}");
    }
    let cut = r"'PK\x03\x04 and no archive at all'";
    assert_eq!(engine.scan(cut.as_bytes(), &Limits::default()).gaps, [""; 0]);
}

/// The value, encoded so often by the encoder of this name.
fn encoded(name: &str, times: usize) -> Vec<u8> {
    let encoder = super::chains::ENCODERS.iter().find(|(known, _)| *known == name).expect("an encoder").1;
    let mut dice = super::chains::Dice::new(7);
    (0..times).fold(format!("at {IP} now").into_bytes(), |bytes, _| encoder(&bytes, &mut dice))
}

#[test]
fn five_encodings_are_seen_through_and_more_are_a_gap() {
    let engine = engine(&[IP]);
    for name in ["base64", "base64-folded", "hex", "data-uri", "xxd", "decimal", "percent-all"] {
        assert!(is_found(&engine, &encoded(name, 5)), "{name}");
        let more = engine.scan(&encoded(name, 7), &Limits::default());
        assert!(!more.hits.is_empty() || !more.gaps.is_empty(), "{name}");
    }
}

/// A box, a wrap or a log's prefix within a string, a string of a string, entities or a query.
#[test]
fn what_was_wrapped_before_it_was_written_into_a_string_is_found() {
    const V4: &str = "http://100.87.214.19:8431/v1";
    let boxed = "{\"out\":\"| http://100.87    |\\n| .214.19:8431/v1  |\\n\"}";
    let nested = serde_json::to_string(&serde_json::json!({ "a": boxed })).expect("JSON");
    let wrapped = "{\"a\": \"{\\\"b\\\": \\\"see http://100.87\\\\n.214.19:8431/v1 now\\\"}\"}";
    let thrice = serde_json::to_string(wrapped).expect("JSON");
    let entities = "| http://100.87 |&#10;| .214.19:8431/v1 |";
    let query = "q=at+http://100.87%0A.214.19:8431/v1";
    let soft = "{\"body\":\"see http://100.87=\\n.214.19:8431/v1\"}";
    for text in [boxed, &nested, wrapped, &thrice, entities, query, soft] {
        assert!(is_found(&engine(&[V4]), text.as_bytes()), "{text}");
    }
    for cut in 1..11 {
        let (before, behind) = "100.87.214.19".split_at(cut);
        let text = format!("{{\"out\":\"│ http://{before} │\\n│ {behind}:8431/v1 │\\n\"}}");
        assert!(is_found(&engine(&[V4]), text.as_bytes()), "{text}");
    }
}

#[test]
fn a_header_that_was_folded_is_one_text() {
    let text = "Subject: =?utf-8?q?it_is_at_http=3A//gpu-03=2Erack7=2Eacme-?=\n =?utf-8?q?labs=2Ecom?=\n";
    assert!(is_found(&engine(&[HOST]), text.as_bytes()));
}

#[test]
fn names_with_dashes_are_cut_at_every_mark() {
    const TAILNET: &str = "http://spark7.pango-lin.ts.net:8000/v1";
    const NAMED: &str = "http://llm.acme-labs.dev:8443/v1";
    let cases: &[(&str, &[u8])] = &[
        (TAILNET, b"run_spark7_pango_lin_ts_net_8000"),
        (TAILNET, b"GPU_BOX_PANGO_LIN=1"),
        (NAMED, b"llm_acme_labs_dev_8443"),
        (NAMED, b"cache/llm/acme/labs/dev/x"),
    ];
    assert_eq!(missed(cases), [""; 0]);
    assert!(!is_found(&engine(&[NAMED]), b"llm labs of acme dev, acme_labs"));
}

#[test]
fn a_host_of_one_label_is_told_by_its_port_however_it_is_written() {
    const LABEL: &str = "http://gpubox:8000/v1";
    const NAME: &str = "http://spark7.tail9c3d1.ts.net:8443/v1";
    let cases: &[(&str, &[u8])] = &[
        (LABEL, b"at gpubox.:8000 now"),
        (LABEL, b"[gpubox]:8000 ssh-ed25519"),
        (LABEL, b"host: Some(Domain(\"gpubox\")), port: Some(8000)"),
        (LABEL, b"connect to gpubox/10.1.2.3:8000 failed"),
        (LABEL, b"* Connected to gpubox (127.0.0.1) port 8000 (#0)"),
        (LABEL, b"{\"port\":8000,\"address\":\"gpubox\"}"),
        (NAME, b"curl: (7) Failed to connect to spark7 port 8443 after 2 ms"),
        (NAME, b"HTTPConnectionPool(host='spark7', port=8443)"),
    ];
    assert_eq!(missed(cases), [""; 0]);
    for text in [
        "gpubox (127.0.0.1) port 80001",
        "gpubox has 8000 tokens",
        "port 8000 of another box, and gpubox",
        "{\"port\":80001,\"address\":\"gpubox\"}",
        "{\"port\":8000,\"tokens\":12,\"address\":\"gpubox\"}",
        "{\"took\":8000,\"address\":\"gpubox\"}",
    ] {
        assert!(!is_found(&engine(&[LABEL]), text.as_bytes()), "{text}");
    }
}

#[test]
fn the_digits_of_a_short_label_are_everywhere() {
    for value in ["http://gpu:8080/v1", "http://gpubox:8080/v1"] {
        for text in ["sha256=X3iU6NivDqSqv-lVenfI5IfirhavAnEfJS", "x=475055 y=I5IFKQSPLA", "475055424F58"] {
            assert!(!is_found(&engine(&[value]), text.as_bytes()), "{value} {text}");
        }
    }
}

#[test]
fn octets_may_be_indented() {
    let indented = |text: &str| text.replace(' ', &format!("\n{}", "\t".repeat(7)));
    let text = indented(r#""host": ["100", "71", "203", "44"]"#);
    assert!(is_found(&engine(&[IP]), text.as_bytes()), "{text}");
}

#[test]
fn secrets_of_a_value_are_found_as_they_are_meant() {
    const VALUE: &str = "http://svc:p%40ss-w0rd@llm.acme-labs.dev:8443/v1";
    let cases: &[(&str, &[u8])] = &[
        (VALUE, b"auth=('svc', 'p@ss-w0rd')"),
        (VALUE, b"Authorization: Basic c3ZjOnBAc3MtdzByZA=="),
        (VALUE, b"p%40ss-w0rd"),
    ];
    assert_eq!(missed(cases), [""; 0]);
}

#[test]
fn numbers_with_zeros_left_out_are_addresses_where_they_stand_as_one() {
    const ZEROS: &str = "http://10.0.0.4:8080/v1";
    let cases: &[(&str, &[u8])] = &[
        (ZEROS, b"http://10.4/v1"),
        (ZEROS, b"10.4:8080"),
        (ZEROS, b"me@10.0.4"),
        ("http://100.87.214.19:8431", b"at 100.5756435"),
    ];
    assert_eq!(missed(cases), [""; 0]);
    for text in [
        "10+0+0+4",
        "(10|0|0|4)",
        "took 10.4 ms",
        "macOS 10.4",
        "{\"v\":10.4}",
        "$10.4",
        "10.0.4",
        "10.4.x",
        "10.4:80801",
    ] {
        assert!(!is_found(&engine(&[ZEROS]), text.as_bytes()), "{text}");
    }
}

#[test]
fn an_ipv6_address_and_its_port_are_found_without_brackets() {
    for value in ["https://[fd00::1]:443/v1", "https://[fd00::1]/v1", "http://[fd00::1]:443"] {
        let engine = engine(&[value]);
        for found in [
            "peer fd00::1:443 up",
            "fd00::1:443/v1",
            "FD00::1:443",
            "fd00:0:0:0:0:0:0:1:443",
            "fd00::1:8443",
        ] {
            assert!(is_found(&engine, found.as_bytes()), "{value}: {found}");
        }
        for silent in [
            "fd00::1:444",
            "fd00::1:443:1",
            "fd00::1:4430:1",
            "fd00::1:443a",
            "at 2001:fd00::1:443",
            "xfd00::2:443",
        ] {
            assert!(!is_found(&engine, silent.as_bytes()), "{value}: {silent}");
        }
    }
}

#[test]
fn an_ipv6_address_is_a_number_and_bytes_too() {
    let ip: std::net::Ipv6Addr = "fd7a:115c:a1e0::2b7e:4060".parse().expect("an address");
    let number = format!("addr={}", u128::from(ip));
    let bytes = [b"\0\x10", &ip.octets()[..], b"\x30\x82"].concat();
    assert!(is_found(&engine(&[IPV6]), number.as_bytes()));
    assert!(is_found(&engine(&[IPV6]), &bytes));
}

#[test]
fn a_word_may_be_another_endpoint_and_several_urls_are_several() {
    for (value, known) in [("changeme", false), ("2026", false), ("gpubox:8000", true), ("10.0.0.5", true)]
    {
        assert_eq!(engine(&[value]).value_gap().is_none(), known, "{value}");
    }
    let both = engine(&[
        "[\"http://node3.tail0003ab.ts.net:8000/v1\", \"http://node4.tail0004ab.ts.net:8000/v1\"]",
    ]);
    assert!(both.value_gap().is_none());
    for text in ["node3.tail0003ab.ts.net", "see http://node4.tail0004ab.ts.net:8000/v1"] {
        assert!(is_found(&both, text.as_bytes()), "{text}");
    }
    let query = engine(&["http://h.corp.example:8000/?next=http://other.example/"]);
    assert!(!is_found(&query, b"http://other.example/"));
}

#[test]
fn the_value_is_found_as_pointers_dumps_and_daemons_write_it() {
    const NAME: &str = "http://llm-node-03.corp-lan.internal:9000/v1";
    let cases: &[(&str, &[u8])] = &[
        (IP, b"/manifest/http:~1~1100.71.203.44:8123~1v1"),
        (NAME, b"/manifest/http:~1~1llm-node-03.corp-lan.internal:9000~1v1"),
        (IPV6, b"/places/~1fd7a:115c:a1e0::2b7e:4060"),
        (IP, b"02:25:35.123456 IP 192.0.2.2.51234 > 100.71.203.44.8123: Flags [S], seq 1"),
        (IP, b"tcp4  0  0  192.0.2.2.51234    100.71.203.44.8123    ESTABLISHED"),
        (IPV6, b"IP6 fe80::1.51234 > fd7a:115c:a1e0::2b7e:4060.8000: Flags [S]"),
        (IPV6, b"fd7a[:]115c[:]a1e0[:][:]2b7e[:]4060"),
        (IPV6, b"fd7a 115c a1e0 0 0 0 2b7e 4060"),
        (NAME, b"kernel: #033[0mllm-node-03.corp-lan.internal#033[0m refused"),
    ];
    assert_eq!(missed(cases), [""; 0]);
    for text in ["100.71.203.44.81234:", "100.71.203.44.8123.1", "9.100.71.203.44.8123", "100.71.203.44.9"]
    {
        assert!(!is_found(&engine(&[IP]), text.as_bytes()), "{text}");
    }
}

#[test]
fn numbers_in_calls_are_a_list_whatever_joins_them() {
    for value in ["http://llm-node-03.infra-east.corp-lan.internal:9000/openai/v1", IP] {
        for (before, between, after) in
            [("chr(", ") || chr(", ")"), ("CHR(", ")||CHR(", ")"), ("chr(", ") + chr(", ")")]
        {
            let numbers: Vec<String> = value.bytes().map(|b| b.to_string()).collect();
            let text = format!("select {before}{}{after} from dual", numbers.join(between));
            assert!(is_found(&engine(&[value]), text.as_bytes()), "{text}");
        }
    }
}

#[test]
fn cells_of_characters_need_no_offset() {
    let cells = |text: &str, offset: &dyn Fn(usize) -> String| -> String {
        let row = |(at, row): (usize, &[u8])| {
            let cells: String = row.iter().flat_map(|b| [' ', ' ', ' ', char::from(*b)]).collect();
            format!("{}{cells}\n", offset(16 * at))
        };
        text.as_bytes().chunks(16).enumerate().map(row).collect()
    };
    let text = "connect 100.71.203.44 now, please";
    for (name, offset) in [
        ("-An", &(|_| String::new()) as &dyn Fn(usize) -> String),
        ("-Ax", &|at| format!("{at:06x}")),
        ("-Ao", &|at| format!("{at:07o}")),
    ] {
        let dump = cells(text, offset);
        assert!(is_found(&engine(&[IP]), dump.as_bytes()), "{name}: {dump}");
        let near = cells("connect 100.71.203.45 now, please", offset);
        assert!(!is_found(&engine(&[IP]), near.as_bytes()), "{name}: {near}");
    }
}

#[test]
fn a_password_may_have_dashes_beside_it_and_a_word_may_not() {
    const SECRET: &str = "https://svc-eval:Qz8-fR2pLx@100.99.12.7:8000/v1";
    let cases: &[(&str, &[u8])] = &[
        (SECRET, b"https-svc-eval-Qz8-fR2pLx-host.log"),
        (SECRET, b"svc-eval-Qz8-fR2pLx"),
        (SECRET, b"password-Qz8-fR2pLx-x"),
    ];
    assert_eq!(missed(cases), [""; 0]);
    for (value, text) in
        [(SECRET, "xQz8-fR2pLx"), (SECRET, "Qz8-fR2pLx9"), ("http://runner@h.example/", "ci-runner-2")]
    {
        assert!(!is_found(&engine(&[value]), text.as_bytes()), "{text}");
    }
}

#[test]
fn a_host_is_encoded_as_it_was_given_too() {
    const GIVEN: &str = "http://QWEN-HOST.Tail77AbCd.TS.NET:1234/v1";
    let cases: &[(&str, &[u8])] = &[
        (GIVEN, b"AQCavyBRV0VOLUhPU1QuVGFpbDc3QWJDZC5UUy5ORVQg//4A"),
        // MD5 of the host, and SHA-256 of it and its port.
        (GIVEN, b"74b65aa075ca0dd01f2f14cbc45523cb"),
        (GIVEN, b"e6d6c543c85dc0ecbd66e1702044ef93f02f4e43de3833596d452e1ae2e5bde5"),
        (GIVEN, b"qwen-host.tail77abcd.ts.net"),
        (GIVEN, b"Tail77AbCd"),
    ];
    assert_eq!(missed(cases), [""; 0]);
}

#[test]
fn the_name_of_the_host_is_not_shown_in_another_ones() {
    let engine = engine(&["http://llm.acme-labs.dev:8443/v1"]);
    let shown = engine.redact("x-llm.acme-labs.dev.log").expect("something to hide").text;
    assert_eq!(shown, "x-‹endpoint:host›.log");
    assert!(!is_found(&engine, b"x-llm.acme-labs.dev.log"));
    assert!(engine.redact("llm-acme.labs.dev").is_none());
}
