//! The cryptography under `jsonwebtoken`: Ed25519 and nothing else.
//!
//! That crate asks one provider, chosen for the whole process, to sign and verify. Ours keeps no state and no key: all
//! relays of a process share it, each with keys of its own. Any other algorithm is refused here already, before the
//! token's own validation would refuse it.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey, pkcs8::DecodePrivateKey as _};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result, new_error},
    signature::{Error, Signer, Verifier},
};

static ED25519: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// What stands before the seed in PKCS #8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// Makes a pair of keys, in the forms that every provider of `jsonwebtoken` reads (PKCS #8; raw 32 bytes).
pub(super) fn keys(seed: &[u8; 32]) -> (EncodingKey, DecodingKey) {
    // Only the first call of a process changes anything. Were another provider there before, it would read the same
    // keys and make the same tokens.
    let _ = ED25519.install_default();
    let signing = SigningKey::from_bytes(seed);
    let der = zeroize::Zeroizing::new([&PKCS8[..], seed].concat());
    (EncodingKey::from_ed_der(&der), DecodingKey::from_ed_der(signing.verifying_key().as_bytes()))
}

struct Signs(SigningKey);
struct Verifies(VerifyingKey);

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if (*algorithm, key.family()) != (Algorithm::EdDSA, AlgorithmFamily::Ed) {
        return Err(new_error(ErrorKind::InvalidAlgorithm));
    }
    let key =
        SigningKey::from_pkcs8_der(key.as_bytes()).map_err(|_| new_error(ErrorKind::InvalidEddsaKey))?;
    Ok(Box::new(Signs(key)))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if (*algorithm, key.family()) != (Algorithm::EdDSA, AlgorithmFamily::Ed) {
        return Err(new_error(ErrorKind::InvalidAlgorithm));
    }
    let bytes =
        <&[u8; 32]>::try_from(key.try_get_as_bytes()?).map_err(|_| new_error(ErrorKind::InvalidEddsaKey))?;
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| new_error(ErrorKind::InvalidEddsaKey))?;
    Ok(Box::new(Verifies(key)))
}

impl Signer<Vec<u8>> for Signs {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.0.sign(message).to_bytes().to_vec())
    }
}

impl JwtSigner for Signs {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

impl Verifier<Vec<u8>> for Verifies {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let signature = Signature::from_slice(signature).map_err(|_| Error::new())?;
        self.0.verify_strict(message, &signature).map_err(|_| Error::new())
    }
}

impl JwtVerifier for Verifies {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
