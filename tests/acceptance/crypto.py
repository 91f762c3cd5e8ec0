"""Cryptography that others verify: what KMS signs, encrypts and agrees on, and what Cognito issues, held against two other implementations
(OpenSSL, by the package `cryptography`; PyJWT), both ways.

usage: crypto.py --binary PATH
"""
import argparse
import hashlib
import hmac
import json
import os
import pathlib
import sys
import tempfile
import urllib.request

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cloud import Cloud  # noqa: E402

MESSAGE = b"signed here, verified elsewhere"
HASHES = {"1": hashes.SHA1, "256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"ECC_NIST_P256": ec.SECP256R1(), "ECC_NIST_P384": ec.SECP384R1(), "ECC_NIST_P521": ec.SECP521R1(), "ECC_SECG_P256K1": ec.SECP256K1()}
DER, PUBLIC = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo


def made(kms, spec, usage, **more):
    """A key's id and its public half as another implementation reads it."""
    key = kms.create_key(KeySpec=spec, KeyUsage=usage, **more)["KeyMetadata"]["KeyId"]
    return key, serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"]) if "HMAC" not in spec else None


def verify(public, algorithm, signature, message):
    digest = HASHES.get(algorithm.rsplit("_", 1)[-1], hashes.SHA512)()
    if algorithm.startswith("RSASSA_PSS"):
        public.verify(signature, message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    elif algorithm.startswith("RSASSA"):
        public.verify(signature, message, padding.PKCS1v15(), digest)
    elif algorithm.startswith("ECDSA"):
        public.verify(signature, message, ec.ECDSA(digest))
    else:
        public.verify(signature, message)


def signatures(kms):
    """Every algorithm of every key that OpenSSL knows: ours verify there, and a message that was changed does not."""
    tried = 0
    for spec in ("RSA_2048", "RSA_3072", "RSA_4096", *CURVES, "ECC_NIST_EDWARDS25519"):
        key, public = made(kms, spec, "SIGN_VERIFY")
        for algorithm in kms.get_public_key(KeyId=key)["SigningAlgorithms"]:
            if algorithm == "ED25519_PH_SHA_512":
                continue  # refused here by name
            signature = kms.sign(KeyId=key, Message=MESSAGE, MessageType="RAW", SigningAlgorithm=algorithm)["Signature"]
            verify(public, algorithm, signature, MESSAGE)
            try:
                verify(public, algorithm, signature, MESSAGE + b"!")
            except InvalidSignature:
                tried += 1
                continue
            raise AssertionError(f"{spec} {algorithm}: a changed message verifies")
    digest = hashlib.sha256(MESSAGE).digest()
    key, public = made(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    signature = kms.sign(KeyId=key, Message=digest, MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    public.verify(signature, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    return tried + 1


def imported(kms, spec, usage, material, algorithm="RSA_AES_KEY_WRAP_SHA_256"):
    """A key of ours with material of theirs, wrapped by them."""
    key = kms.create_key(KeySpec=spec, KeyUsage=usage, Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    given = kms.get_parameters_for_import(KeyId=key, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_4096")
    wrapper, digest = serialization.load_der_public_key(given["PublicKey"]), hashes.SHA256()
    oaep = padding.OAEP(padding.MGF1(digest), digest, None)
    if algorithm.startswith("RSAES"):
        wrapped = wrapper.encrypt(material, oaep)
    else:
        aes = os.urandom(32)
        wrapped = wrapper.encrypt(aes, oaep) + keywrap.aes_key_wrap_with_padding(aes, material)
    kms.import_key_material(KeyId=key, EncryptedKeyMaterial=wrapped, ImportToken=given["ImportToken"], ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")
    return key


def pkcs8(private):
    return private.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def encryption(kms):
    """RSAES-OAEP both ways: they encrypt for us, and we for a key of theirs."""
    theirs = rsa.generate_private_key(65537, 2048)
    key, tried = imported(kms, "RSA_2048", "ENCRYPT_DECRYPT", pkcs8(theirs)), 0
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    assert public.public_numbers() == theirs.public_key().public_numbers(), "the key is not the one that was imported"
    for name in ("1", "256"):
        digest, algorithm = HASHES[name](), f"RSAES_OAEP_SHA_{name}"
        oaep = padding.OAEP(padding.MGF1(digest), digest, None)
        ours = kms.encrypt(KeyId=key, Plaintext=MESSAGE, EncryptionAlgorithm=algorithm)["CiphertextBlob"]
        assert theirs.decrypt(ours, oaep) == MESSAGE
        back = kms.decrypt(KeyId=key, CiphertextBlob=public.encrypt(MESSAGE, oaep), EncryptionAlgorithm=algorithm)
        assert back["Plaintext"] == MESSAGE
        tried += 2
    return tried


def agreement(kms):
    """ECDH: both sides come to the same secret."""
    for spec in ("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"):
        key, public = made(kms, spec, "KEY_AGREEMENT")
        theirs = ec.generate_private_key(CURVES[spec])
        given = {"KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": theirs.public_key().public_bytes(DER, PUBLIC)}
        assert kms.derive_shared_secret(**given)["SharedSecret"] == theirs.exchange(ec.ECDH(), public), spec
    return 3


def macs(kms):
    """HMAC with material of theirs."""
    for bits, name in ((256, "sha256"), (384, "sha384"), (512, "sha512")):
        material = os.urandom(bits // 8)
        key = imported(kms, f"HMAC_{bits}", "GENERATE_VERIFY_MAC", material, "RSAES_OAEP_SHA_256")
        ours = kms.generate_mac(KeyId=key, Message=MESSAGE, MacAlgorithm=f"HMAC_SHA_{bits}")["Mac"]
        assert ours == hmac.new(material, MESSAGE, name).digest(), name
    return 3


def pairs(kms):
    """Data key pairs: the private half is the public half's."""
    symmetric = kms.create_key()["KeyMetadata"]["KeyId"]
    for spec in ("RSA_2048", *CURVES):
        pair = kms.generate_data_key_pair(KeyId=symmetric, KeyPairSpec=spec)
        private = serialization.load_der_private_key(pair["PrivateKeyPlaintext"], None)
        assert private.public_key().public_bytes(DER, PUBLIC) == pair["PublicKey"], spec
        sealed = kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"]
        assert sealed == pair["PrivateKeyPlaintext"], spec
    return 1 + len(CURVES)


def tokens(cloud):
    """The tokens of a user pool, by its published keys; none that was changed, and none by another pool's keys."""
    users = cloud.client("cognito-idp")

    def pool(name):
        pool = users.create_user_pool(PoolName=name)["UserPool"]["Id"]
        client = users.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        return pool, client["UserPoolClient"]["ClientId"]

    (mine, client), (other, _) = pool("mine"), pool("other")
    users.admin_create_user(UserPoolId=mine, Username="ada", MessageAction="SUPPRESS")
    users.admin_set_user_password(UserPoolId=mine, Username="ada", Password="Passw0rd!x", Permanent=True)
    given = {"USERNAME": "ada", "PASSWORD": "Passw0rd!x"}
    result = users.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)["AuthenticationResult"]
    published = lambda pool: json.load(urllib.request.urlopen(f"{cloud.endpoint}/{pool}/.well-known/openid-configuration"))
    keys = lambda pool: jwt.PyJWKClient(f"{cloud.endpoint}/{pool}/.well-known/jwks.json")
    issuer = published(mine)["issuer"]
    read = lambda token, pool, **more: jwt.decode(token, keys(pool).get_signing_key_from_jwt(token).key, algorithms=["RS256"], issuer=issuer, **more)
    claims = read(result["IdToken"], mine, audience=client)
    assert claims["cognito:username"] == "ada" and claims["token_use"] == "id", claims
    claims = read(result["AccessToken"], mine)
    assert claims["client_id"] == client and claims["token_use"] == "access", claims
    head, body, signature = result["IdToken"].split(".")
    changed = ".".join([head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature])
    for token, pool, what in ((changed, mine, "a changed token"), (result["IdToken"], other, "a token of another pool")):
        try:
            read(token, pool, audience=client)
        except jwt.PyJWTError:
            continue
        raise AssertionError(f"{what} verifies")
    return 4


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--binary", required=True)
    flags = flags.parse_args()
    with tempfile.TemporaryDirectory() as data:
        cloud = Cloud(flags.binary, data, "--log", "error").start()
        try:
            kms = cloud.client("kms")
            counts = {run.__name__: run(kms) for run in (signatures, encryption, agreement, macs, pairs)}
            counts["tokens"] = tokens(cloud)
        finally:
            cloud.end()
    print("others verify it: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
