"""Signed SAML documents for the tests, made by another's implementation of XML signatures (pip install signxml).

    python3 make.py

writes metadata.xml, assertion.xml (the assertion is signed, SHA-256) and response.xml (the whole response is signed, SHA-1, as older
providers do) with a new key, which is thrown away. The transcript saml.md holds them too, the responses in base64.
"""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner

HERE = pathlib.Path(__file__).parent
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256)
SHA1 = (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA1)

METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"\
 entityID="https://idp.example.com/saml"><md:IDPSSODescriptor\
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>\
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService\
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/></md:IDPSSODescriptor>\
</md:EntityDescriptor>"""

RESPONSE = """<saml2p:Response xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema"\
 Destination="https://signin.aws.amazon.com/saml" ID="_response" IssueInstant="2026-01-01T00:00:00Z" Version="2.0">{response}\
<saml2p:Status><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status>
<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" IssueInstant="2025-12-31T23:59:50.500Z"\
 Version="2.0"><saml2:Issuer>https://idp.example.com/saml</saml2:Issuer>{assertion}<saml2:Subject><saml2:NameID\
 Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann &amp; co</saml2:NameID><saml2:SubjectConfirmation\
 Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotOnOrAfter="2026-01-01T00:05:00Z"\
 Recipient="https://signin.aws.amazon.com/saml"/></saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions\
 NotBefore="2025-12-31T23:55:00Z" NotOnOrAfter="2026-01-01T00:05:00Z"><saml2:AudienceRestriction><saml2:Audience>\
urn:amazon:webservices</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AuthnStatement\
 AuthnInstant="2026-01-01T00:00:00Z" SessionNotOnOrAfter="2026-01-01T08:00:00Z"><saml2:AuthnContext><saml2:AuthnContextClassRef>\
urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext>\
</saml2:AuthnStatement>
  <saml2:AttributeStatement>
    <saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><saml2:AttributeValue\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">arn:aws:iam::000000000000:role/Saml,\
arn:aws:iam::000000000000:saml-provider/Idp</saml2:AttributeValue></saml2:Attribute>
    <saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><saml2:AttributeValue>ann@example.com\
</saml2:AttributeValue></saml2:Attribute>
    <saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration"><saml2:AttributeValue>1800\
</saml2:AttributeValue></saml2:Attribute>
    <saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/PrincipalTag:Project"><saml2:AttributeValue>Marketing\
</saml2:AttributeValue></saml2:Attribute>
    <saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/TransitiveTagKeys"><saml2:AttributeValue>Project\
</saml2:AttributeValue></saml2:Attribute>
    <saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/SourceIdentity"><saml2:AttributeValue>ann\
</saml2:AttributeValue></saml2:Attribute>
    <saml2:Attribute Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.1"><saml2:AttributeValue>staff</saml2:AttributeValue>\
<saml2:AttributeValue>faculty</saml2:AttributeValue></saml2:Attribute>
  </saml2:AttributeStatement></saml2:Assertion></saml2p:Response>"""

PLACE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>'


class Signer(XMLSigner):
    def check_deprecated_methods(self):
        """SHA-1 is what is wanted of one of them."""


def main():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    # It has long expired, which AWS does not mind.
    builder = builder.not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2021, 1, 1))
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    import base64

    (HERE / "metadata.xml").write_text(METADATA.format(certificate=base64.b64encode(certificate).decode()))
    for what, (method, digest) in {"assertion": SHA256, "response": SHA1}.items():
        places = {"response": "", "assertion": ""} | {what: PLACE}
        root = etree.fromstring(RESPONSE.format(**places))
        signer = Signer(signature_algorithm=method, digest_algorithm=digest, c14n_algorithm=EXCLUSIVE)
        signed = signer.sign(root, key=pem, cert=None, reference_uri=f"_{what}")
        (HERE / f"{what}.xml").write_bytes(etree.tostring(signed, encoding="UTF-8", xml_declaration=True))


main()
