//! SSH signatures over bytes (PROTOCOL.sshsig of OpenSSH), as `ssh-keygen -Y sign` makes them.

use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

/// What the signatures are for: one made for anything else does not count here.
pub const NAMESPACE: &str = "counterfoil";

/// Why nothing was signed, or a signature does not count.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("the key can't be read: {0}")]
    Key(String),
    #[error("it is a public key: give the private one, mostly the file of the same name without `.pub`")]
    Public,
    #[error("the key is encrypted")]
    Encrypted,
    #[error("the key can't sign: {0}")]
    CannotSign(String),
    #[error("it is no SSH signature: {0}")]
    Malformed(String),
    #[error("it was made for `{0}`, not for `counterfoil`")]
    OtherNamespace(String),
    #[error("keys of its kind ({0}) are not supported: sign with Ed25519, or with ECDSA on P-256 or P-384")]
    Kind(String),
    #[error("it was not made over these bytes by the key that it names")]
    Wrong,
}

/// Signs bytes with an OpenSSH private key. The answer is armoured text.
///
/// # Errors
/// A key that is none, is encrypted, or is of a kind that can't sign here.
pub fn sign(key: &[u8], bytes: &[u8]) -> Result<String, SignatureError> {
    if std::str::from_utf8(key).is_ok_and(|text| PublicKey::from_openssh(text).is_ok()) {
        return Err(SignatureError::Public);
    }
    let key = PrivateKey::from_openssh(key).map_err(|error| SignatureError::Key(error.to_string()))?;
    if key.is_encrypted() {
        return Err(SignatureError::Encrypted);
    }
    is_known(&key.algorithm())?;
    let cannot = |error: ssh_key::Error| SignatureError::CannotSign(error.to_string());
    let signature = key.sign(NAMESPACE, HashAlg::Sha512, bytes).map_err(cannot)?;
    signature.to_pem(LineEnding::LF).map_err(cannot)
}

/// Checks an armoured signature over bytes; the answer is the key that made it. Whether that key may speak
/// is [`super::Signers`]' question.
///
/// # Errors
/// No signature, one for another purpose, or one that does not fit.
pub fn verify(armoured: &[u8], bytes: &[u8]) -> Result<PublicKey, SignatureError> {
    let signature =
        SshSig::from_pem(armoured).map_err(|error| SignatureError::Malformed(error.to_string()))?;
    if signature.namespace() != NAMESPACE {
        return Err(SignatureError::OtherNamespace(signature.namespace().to_owned()));
    }
    let key = PublicKey::from(signature.public_key().clone());
    is_known(&key.algorithm())?;
    key.verify(NAMESPACE, bytes, &signature).map_err(|_| SignatureError::Wrong)?;
    Ok(key)
}

/// Whether signatures of such a key can be checked here.
fn is_known(algorithm: &Algorithm) -> Result<(), SignatureError> {
    match algorithm {
        Algorithm::Dsa | Algorithm::Rsa { .. } | Algorithm::Other(_) => {
            Err(SignatureError::Kind(algorithm.to_string()))
        }
        _ => Ok(()),
    }
}
