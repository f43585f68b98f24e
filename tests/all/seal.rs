//! `seal` and `verify`, through the binary, on a copy of a fixture run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use super::program::counterfoil;

const RUN: &str = "20260604T091200Z-r1-string-slugify-310552";

struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week").join(RUN);
        copy(&from, &dir.path().join(RUN));
        let bench = Self { dir };
        bench.write_key("key", 7, "signer@example.com");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A key pair made from a seed: a signature must be checkable, not secret, here.
    fn write_key(&self, name: &str, seed: u8, principal: &str) {
        let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32]));
        let key = PrivateKey::new(pair, principal).expect("a key");
        let private = key.to_openssh(LineEnding::LF).expect("written");
        std::fs::write(self.path(name), private.as_bytes()).expect("written");
        let public = key.public_key().to_openssh().expect("written");
        std::fs::write(self.path(&format!("{name}.signers")), format!("{principal} {public}\n"))
            .expect("written");
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let value = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/endpoint.txt");
        let output = counterfoil(arguments)
            .arg("--endpoint-file")
            .arg(value)
            .current_dir(self.dir.path())
            .output()
            .expect("started");
        (output.status.code().expect("ended by itself"), text(&output))
    }

    fn seal(&self) {
        let (code, said) = self.run(&["seal", RUN, "--key", "key"]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("proven"), "{said}");
    }

    fn verify(&self) -> (i32, String) {
        self.run(&["verify", RUN, "--allowed-signers", "key.signers"])
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("listed") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn a_sealed_run_verifies() {
    let bench = Bench::new();
    bench.seal();
    let (code, said) = bench.verify();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("signed by signer@example.com") && said.contains("proven, as sealed"), "{said}");
}

#[test]
fn what_can_not_be_used_is_told_with_its_cure() {
    let bench = Bench::new();
    let (code, said) = bench.verify();
    assert!(code == 1 && said.contains("it has no seal: run `counterfoil seal`"), "{said}");
    let signers = std::fs::read_to_string(bench.path("key.signers")).expect("written");
    let (_, public) = signers.split_once(' ').expect("a name and a key");
    std::fs::write(bench.path("key.pub"), public).expect("written");
    for (key, says) in [("key.pub", "it is a public key"), ("nope", "`--key` names")] {
        let (code, said) = bench.run(&["seal", RUN, "--key", key]);
        assert!(code == 2 && said.contains(says), "{key}: {said}");
    }
}

#[test]
fn openssh_reads_the_signature() {
    let bench = Bench::new();
    bench.seal();
    if Command::new("ssh-keygen").arg("-?").output().is_err() {
        eprintln!("ssh-keygen is not installed: that it reads our signatures was not tried here");
        return;
    }
    let statement = std::fs::File::open(bench.path(&format!("{RUN}.seal.json"))).expect("sealed");
    let output = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-n", "counterfoil", "-I", "signer@example.com", "-f", "key.signers", "-s"])
        .arg(format!("{RUN}.seal.json.sig"))
        .current_dir(bench.dir.path())
        .stdin(statement)
        .output()
        .expect("started");
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn every_change_of_the_run_is_told() {
    let file = |bench: &Bench, name: &str| bench.path(RUN).join(name);
    let changes: [(&str, fn(&Path)); 3] = [
        ("tests.log", |path| std::fs::write(path, "all of them passed\n").expect("written")),
        ("added.txt", |path| std::fs::write(path, "").expect("written")),
        ("task.md", |path| std::fs::remove_file(path).expect("removed")),
    ];
    for (name, change) in changes {
        let bench = Bench::new();
        bench.seal();
        change(&file(&bench, name));
        let (code, said) = bench.verify();
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(name), "{name}: {said}");
    }
}

/// A file whose own name is the spelling of another's does not stand in for it.
#[test]
fn two_names_that_would_be_spelled_alike_are_two_files() {
    let bench = Bench::new();
    let (odd, spelled) = ("backend/n\nx.log", "backend/n\\u{a}x.log");
    std::fs::remove_file(bench.path(RUN).join("manifest.json")).expect("removed");
    std::fs::write(bench.path(RUN).join(odd), "raw\n").expect("written");
    let (code, said) = bench.run(&["seal", RUN, "--key", "key"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(bench.verify().0, 0);
    std::fs::copy(bench.path(RUN).join(odd), bench.path(RUN).join(spelled)).expect("copied");
    std::fs::write(bench.path(RUN).join(odd), "forged\n").expect("written");
    let (code, said) = bench.verify();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("n\\u{a}x.log is not the file that was sealed"), "{said}");
    assert!(said.contains("n\\u{5c}u{a}x.log was not there"), "{said}");
}

/// Without the value a proven run is unproven, which says nothing against the seal; a refuted one says all.
#[test]
fn without_the_value_only_what_it_leaves_open_is_forgiven() {
    let bench = Bench::new();
    bench.seal();
    let verify = || {
        let output = counterfoil(&["verify", RUN, "--allowed-signers", "key.signers"])
            .current_dir(bench.dir.path())
            .output()
            .expect("started");
        (output.status.code(), text(&output))
    };
    let (code, said) = verify();
    assert!(code == Some(0) && said.contains("? sealed as proven"), "{said}");
    std::fs::remove_file(bench.path(RUN).join("tests.json")).expect("removed");
    let (code, said) = verify();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("✗ sealed as proven, but the evidence shows refuted"), "{said}");
}

#[test]
fn a_changed_statement_or_a_strangers_key_does_not_count() {
    let bench = Bench::new();
    bench.seal();
    let path = bench.path(&format!("{RUN}.seal.json"));
    let statement = std::fs::read_to_string(&path).expect("sealed");
    std::fs::write(&path, statement.replace("proven", "refuted")).expect("written");
    let (code, said) = bench.verify();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("does not count"), "{said}");

    bench.write_key("stranger", 9, "stranger@example.com");
    assert_eq!(bench.run(&["seal", RUN, "--key", "stranger"]).0, 0);
    let (code, said) = bench.verify();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("none of the allowed signers"), "{said}");
}

#[test]
fn a_run_that_holds_the_value_is_not_sealed() {
    let bench = Bench::new();
    let value =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/endpoint.txt"));
    let value = value.expect("the fixture's value");
    std::fs::write(bench.path(RUN).join("notes.txt"), &value).expect("written");
    let (code, said) = bench.run(&["seal", RUN, "--key", "key"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("not sealed") && !said.contains(value.trim()), "{said}");
    assert!(!bench.path(&format!("{RUN}.seal.json")).exists());
}

#[test]
fn seals_go_to_a_folder_of_their_own_that_need_not_exist() {
    let bench = Bench::new();
    let (code, said) = bench.run(&["seal", RUN, "--key", "key", "--output", "signed/seals"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) =
        bench.run(&["verify", RUN, "--allowed-signers", "key.signers", "--seals", "signed/seals"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn no_seal_lies_in_a_run_that_is_sealed() {
    let bench = Bench::new();
    let inner = format!("{RUN}/inner/{}", RUN.replace("r1", "r2"));
    copy(&bench.path(RUN), &bench.path("copy"));
    copy(&bench.path("copy"), &bench.path(&inner));
    std::os::unix::fs::symlink(bench.path(RUN), bench.path("link")).expect("linked");
    for folder in [RUN, &format!("{RUN}/a/b"), "link", "link/seals", &format!("x/../{RUN}")] {
        let (code, said) = bench.run(&["seal", RUN, "--key", "key", "--output", folder]);
        assert!(code == 2 && said.contains("seal::within"), "{folder}: {code} {said}");
    }
    let (code, said) = bench.run(&["seal", RUN, &inner, "--key", "key"]);
    assert!(code == 2 && said.contains("seal::within"), "{code} {said}");
    assert!(!bench.path(&format!("{RUN}/a")).exists());
    assert_eq!(bench.run(&["seal", &inner, "--key", "key"]).0, 0, "the outer run is not sealed with it");
}

/// What can't sign here leaves it to OpenSSH, which finds the statement.
#[test]
fn without_a_key_the_statement_is_there_to_be_signed() {
    let bench = Bench::new();
    let (code, said) = bench.run(&["seal", RUN]);
    assert!(code == 0 && said.contains("ssh-keygen -Y sign -n counterfoil -f KEY /"), "{said}");
    assert_eq!(bench.verify().0, 1, "nobody has signed it");
    // OpenSSH uses no key that others may read.
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(bench.path("key"), own).expect("set");
    let signed = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-n", "counterfoil", "-f", "key", &format!("{RUN}.seal.json")])
        .current_dir(bench.dir.path())
        .output();
    let Ok(signed) = signed else {
        eprintln!("ssh-keygen is not installed: that its signature counts was not tried here");
        return;
    };
    assert!(signed.status.success(), "{}", text(&signed));
    let (code, said) = bench.verify();
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_seal_is_named_by_the_run_however_that_was_named() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("far")).expect("made");
    std::fs::rename(bench.path(RUN), bench.path("far").join(RUN)).expect("moved");
    let run = format!("far/{RUN}");
    std::os::unix::fs::symlink(&run, bench.path("latest")).expect("linked");
    for (sealed, checked) in
        [("latest", run.as_str()), (run.as_str(), "latest/"), ("latest/backend/..", "latest")]
    {
        let (code, said) = bench.run(&["seal", sealed, "--key", "key"]);
        assert_eq!(code, 0, "{sealed}: {said}");
        let (code, said) = bench.run(&["verify", checked, "--allowed-signers", "key.signers"]);
        assert_eq!(code, 0, "{checked}: {said}");
        for ending in ["", ".sig"] {
            let file = bench.path("far").join(format!("{RUN}.seal.json{ending}"));
            std::fs::remove_file(file).expect("beside the run");
        }
    }
}

#[test]
fn what_is_no_run_is_a_slip_of_the_hand() {
    let bench = Bench::new();
    bench.seal();
    std::fs::create_dir(bench.path("folder")).expect("made");
    for (wrong, why) in [("gone", "there is nothing at"), ("folder", "is no run directory")] {
        for rest in [["verify", "--allowed-signers", "key.signers"], ["seal", "--key", "key"]] {
            let [command, option, file] = rest;
            let (code, said) = bench.run(&[command, RUN, wrong, option, file]);
            assert!(code == 2 && said.contains(why), "{command}: {code} {said}");
        }
    }
}

#[test]
fn what_was_sealed_before_an_error_is_told() {
    let bench = Bench::new();
    let second = RUN.replace("r1", "r2");
    copy(&bench.path(RUN), &bench.path(&second));
    // A seal that can't be written, since a folder has its name.
    std::fs::create_dir(bench.path(&format!("{second}.seal.json"))).expect("made");
    let (code, said) = bench.run(&["seal", RUN, &second, "--key", "key"]);
    assert!(code == 2 && said.contains("output::unwritable"), "{said}");
    assert!(said.contains(&format!("{RUN}: proven, 17 files sealed in ")), "{said}");
    assert_eq!(bench.verify().0, 0);
}

#[test]
fn a_run_that_is_judged_by_another_profile_is_not_as_it_was_sealed() {
    let bench = Bench::new();
    bench.seal();
    let profile =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/profile/hermes-case.toml"));
    let other = profile.expect("readable").replacen("name = \"hermes-case\"", "name = \"other\"", 1);
    std::fs::write(bench.path("other.toml"), other).expect("written");
    let with =
        |profile| bench.run(&["verify", RUN, "--allowed-signers", "key.signers", "--profile", profile]);
    let (code, said) = with("other.toml");
    assert!(
        code == 1 && said.contains("✗ sealed under the profile hermes-case, and judged under other"),
        "{said}"
    );
    assert_eq!(with("hermes-case").0, 0);
}

/// The digest of a file that may hold the value tells as much as one that does.
#[test]
fn what_may_be_the_value_is_not_sealed_without_it() {
    let bench = Bench::new();
    std::fs::write(bench.path(RUN).join("backend.log"), "at 100.80.1.2:8000\n").expect("written");
    let output = counterfoil(&["seal", RUN]).current_dir(bench.dir.path()).output().expect("started");
    let said = text(&output);
    assert!(
        output.status.code() == Some(1) && said.contains("not sealed: something in it looks like"),
        "{said}"
    );
    assert!(!bench.path(&format!("{RUN}.seal.json")).exists());
    // Who has the value knows that this is another.
    let (code, said) = bench.run(&["seal", RUN]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let bench = Bench::new();
    let quiet = |arguments: &[&str]| bench.run(&[arguments, &["--quiet"]].concat());
    assert_eq!(quiet(&["seal", RUN, "--key", "key"]), (0, String::new()));
    let verify = ["verify", RUN, "--allowed-signers", "key.signers"];
    assert_eq!(quiet(&verify), (0, String::new()));
    std::fs::write(bench.path(RUN).join("more.txt"), "more\n").expect("written");
    let (code, said) = quiet(&verify);
    let lines: Vec<&str> = said.lines().collect();
    assert!(code == 1 && lines[0] == RUN && lines.len() > 1, "{said}");
    assert!(lines[1..].iter().all(|line| line.starts_with("  ✗ ")), "{said}");
    assert_eq!(quiet(&["init"]), (0, String::new()));
    assert!(bench.path("counterfoil.toml").exists());
}

#[test]
fn a_signer_whose_time_is_over_is_told_as_one() {
    let bench = Bench::new();
    bench.seal();
    let signers = std::fs::read_to_string(bench.path("key.signers")).expect("written");
    let (who, key) = signers.split_once(' ').expect("a name and a key");
    for (option, why) in [
        ("valid-before=\"20200101Z\"", "whose time is over"),
        ("namespaces=\"git\"", "for other namespaces alone"),
    ] {
        std::fs::write(bench.path("key.signers"), format!("{who} {option} {key}")).expect("written");
        let (code, said) = bench.verify();
        assert!(code == 1 && said.contains(why) && !said.contains("none of the allowed"), "{said}");
    }
}
