"""Turns a service of a Smithy JSON AST into botocore's service-2 form, so that one loader reads both.

The form is that of models/botocore, with these additions, which real AWS models in service-2 form cannot say:
  shape   sparse, uniqueItems, mediaType, intEnum, types byte and short, default
  member  default
  output  locationName and xmlNamespace (the root element of a REST XML response)
  operation  unwrappedXmlOutput (S3's GetBucketLocation)
A constraint on a member (Smithy lets it override its target's) becomes a shape of its own, Target__Struct_member.
A flattened list ignores the name of its list's member, so it points at a copy of the list, List__flattened.
"""

PROTOCOLS = {
    "aws.protocols#awsJson1_0": ("awsJson1_0", "json"),
    "aws.protocols#awsJson1_1": ("awsJson1_1", "json"),
    "aws.protocols#awsQuery": ("awsQuery", "query"),
    "aws.protocols#ec2Query": ("ec2Query", "ec2"),
    "aws.protocols#restJson1": ("restJson1", "rest-json"),
    "aws.protocols#restXml": ("restXml", "rest-xml"),
    "smithy.protocols#rpcv2Cbor": ("rpcv2Cbor", "smithy-rpc-v2-cbor"),
}
TIMESTAMPS = {"date-time": "iso8601", "http-date": "rfc822", "epoch-seconds": "unixTimestamp"}
CONSTRAINTS = ("smithy.api#length", "smithy.api#range", "smithy.api#pattern")
SIMPLE = "blob boolean byte double float integer long short string timestamp".split()
# smithy.api#Boolean and the like stand in no AST. Primitive* are their IDL 1 forms.
PRELUDE = {t.capitalize(): t for t in SIMPLE} | {"BigInteger": "biginteger", "BigDecimal": "bigdecimal"}


def local(shape_id):
    """The name without its namespace."""
    return shape_id.split("#")[1].split("$")[0]


def protocol_of(service):
    """The (Smithy, botocore) names of the protocol of a service shape."""
    (found,) = [PROTOCOLS[t] for t in service["traits"] if t in PROTOCOLS]
    return found


class Converter:
    """Converts one service. `sections()` gives the file's content."""

    def __init__(self, ast, service_id, operations=None):
        self.ast = ast
        self.service_id = service_id
        self.service = ast[service_id]
        self.smithy_protocol, self.protocol = protocol_of(self.service)
        self.operations = operations or [o["target"] for o in self.service.get("operations", [])]
        self.rest = self.protocol.startswith("rest-")
        self.xml = self.protocol in ("rest-xml", "query", "ec2")
        self.names = {}
        self.shapes = {}

    def sections(self):
        ops = {local(o): self.operation(o) for o in sorted(self.operations, key=local)}
        return {"metadata": self.metadata(), "operations": ops, "shapes": dict(sorted(self.shapes.items()))}

    def metadata(self):
        traits = self.service["traits"]
        sdk = traits.get("aws.api#service", {})
        name = local(self.service_id)
        out = {
            "apiVersion": self.service["version"],
            "endpointPrefix": sdk.get("endpointPrefix", name.lower()),
            "protocol": self.protocol,
            "protocols": [self.protocol],
            "serviceFullName": traits.get("smithy.api#title", name),
            "serviceId": sdk.get("sdkId", name),
            "signatureVersion": "v4",
            "signingName": traits.get("aws.auth#sigv4", {}).get("name", name.lower()),
        }
        if self.protocol == "json":
            out["jsonVersion"] = self.smithy_protocol.removeprefix("awsJson").replace("_", ".")
        if self.protocol in ("json", "smithy-rpc-v2-cbor"):
            out["targetPrefix"] = name
        if "aws.protocols#awsQueryCompatible" in traits:
            out["awsQueryCompatible"] = {}
        if "smithy.api#xmlNamespace" in traits:
            out["xmlNamespace"] = traits["smithy.api#xmlNamespace"]["uri"]
        if traits.get("aws.protocols#restXml", {}).get("noErrorWrapping"):
            out["noErrorWrapping"] = True
        return out

    def operation(self, shape_id):
        op, name = self.ast[shape_id], local(shape_id)
        traits = op.get("traits", {})
        out = {"name": name, "http": {"method": "POST", "requestUri": "/"}}
        if self.rest:
            http = traits["smithy.api#http"]
            out["http"] = {"method": http["method"], "requestUri": http["uri"], "responseCode": http.get("code", 200)}
        for side in ("input", "output"):
            if op.get(side, {}).get("target", "smithy.api#Unit") != "smithy.api#Unit":
                out[side] = self.root(op[side]["target"])
        if self.protocol == "query":
            # Without modelled output there is no shape to carry the wrapper; AWS's own models leave it out too.
            if "output" in out:
                out["output"]["resultWrapper"] = f"{name}Result"
        errors = op.get("errors", []) + self.service.get("errors", [])
        if errors:
            out["errors"] = [{"shape": self.name(e["target"])} for e in errors]
        return out | self.operation_traits(traits)

    def operation_traits(self, traits):
        out = {}
        for key, trait in (("idempotent", "smithy.api#idempotent"), ("readonly", "smithy.api#readonly")):
            if trait in traits:
                out[key] = True
        if "smithy.api#endpoint" in traits:
            out["endpoint"] = {"hostPrefix": traits["smithy.api#endpoint"]["hostPrefix"]}
        if "smithy.api#requestCompression" in traits:
            out["requestcompression"] = {"encodings": traits["smithy.api#requestCompression"]["encodings"]}
        if "smithy.api#httpChecksumRequired" in traits:
            out["httpChecksumRequired"] = True
        if "aws.protocols#httpChecksum" in traits:
            out["httpChecksum"] = traits["aws.protocols#httpChecksum"]
        if "aws.auth#unsignedPayload" in traits:
            out["unsignedPayload"] = True
        if "aws.customizations#s3UnwrappedXmlOutput" in traits:
            out["unwrappedXmlOutput"] = True
        return out

    def root(self, shape_id):
        """The reference to an input or output; for REST XML with the name of its root element."""
        out = {"shape": self.name(shape_id)}
        shape = self.ast[shape_id]
        payload = any("smithy.api#httpPayload" in m.get("traits", {}) for m in shape["members"].values())
        if self.protocol == "rest-xml" and not payload:
            traits = shape.get("traits", {})
            out["locationName"] = traits.get("smithy.api#xmlName", local(shape_id))
            namespace = self.namespace(traits)
            if namespace:
                out["xmlNamespace"] = namespace
        return out

    def namespace(self, *traits):
        """The XML namespace of a root element: the first of `traits` that has one, else the service's."""
        for t in (*traits, self.service["traits"]):
            if "smithy.api#xmlNamespace" in t:
                return t["smithy.api#xmlNamespace"]
        return None

    def name(self, shape_id):
        """The shape's name in this file; converts the shape when it is first met."""
        if shape_id in self.names:
            return self.names[shape_id]
        name = self.service.get("rename", {}).get(shape_id, local(shape_id))
        if name in self.names.values():
            name = shape_id.split("#")[0].split(".")[-1].capitalize() + name
        self.names[shape_id] = name
        self.shapes[name] = {}
        self.shapes[name] = self.shape(shape_id, name)
        return name

    def shape(self, shape_id, name):
        if shape_id.startswith("smithy.api#"):
            return self.prelude(local(shape_id))
        shape = self.ast[shape_id]
        traits = shape.get("traits", {})
        out = {"type": shape["type"]}
        match shape["type"]:
            case "structure" | "union":
                out = self.structure(shape, name, traits)
            case "list" | "set":
                out = {"type": "list", "member": self.member(shape["member"], name, "member")}
            case "map":
                out["key"] = self.member(shape["key"], name, "key")
                out["value"] = self.member(shape["value"], name, "value")
            case "enum":
                values = [m["traits"]["smithy.api#enumValue"] for m in shape["members"].values()]
                out = {"type": "string", "enum": values}
            case "intEnum":
                values = [m["traits"]["smithy.api#enumValue"] for m in shape["members"].values()]
                out = {"type": "integer", "intEnum": values}
            case "document":
                out = {"type": "structure", "members": {}, "document": True}
            case "bigInteger" | "bigDecimal":
                out = {"type": shape["type"].lower()}
            case kind if kind not in SIMPLE:
                raise SystemExit(f"{shape_id}: type {kind} has no service-2 form")
        return out | self.shape_traits(traits, shape["type"])

    def prelude(self, name):
        if name == "Document":
            return {"type": "structure", "members": {}, "document": True}
        if name == "Unit":
            return {"type": "structure", "members": {}}
        primitive = name.removeprefix("Primitive")
        return {"type": PRELUDE[primitive]}

    def structure(self, shape, name, traits):
        members = shape["members"]
        out = {"type": "structure"}
        required = [n for n, m in members.items() if "smithy.api#required" in m.get("traits", {})]
        if required:
            out["required"] = required
        for n, m in members.items():
            if "smithy.api#httpPayload" in m.get("traits", {}) and self.rest:
                out["payload"] = n
        out["members"] = {n: self.struct_member(m, name, n) for n, m in members.items()}
        if shape["type"] == "union":
            if "smithy.api#streaming" in traits:
                out["eventstream"] = True
                for m in members.values():
                    self.shapes[self.name(m["target"])]["event"] = True
            else:
                out["union"] = True
        if "smithy.api#error" in traits:
            out |= self.error(traits)
        return out

    def error(self, traits):
        client = traits["smithy.api#error"] == "client"
        error = {"httpStatusCode": traits.get("smithy.api#httpError", 400 if client else 500)}
        query = traits.get("aws.protocols#awsQueryError")
        if query:
            error = {"code": query["code"]} | error
            if self.protocol in ("query", "ec2"):
                error["httpStatusCode"] = query["httpResponseCode"]
        if client:
            error["senderFault"] = True
        out = {"error": error, "exception": True}
        if not client:
            out["fault"] = True
        if "smithy.api#retryable" in traits:
            out["retryable"] = {"throttling": traits["smithy.api#retryable"].get("throttling", False)}
        return out

    def struct_member(self, m, owner, name):
        """A structure's member: its reference, its place in the message, and its traits."""
        traits = m.get("traits", {})
        out = self.member(m, owner, name)
        if self.rest:
            out |= self.location(traits, name)
        if "smithy.api#jsonName" in traits and self.protocol == "rest-json":
            out["locationName"] = traits["smithy.api#jsonName"]
        if "smithy.api#httpPayload" in traits and self.protocol == "rest-xml":
            out |= self.payload_root(m, traits)
        if "aws.protocols#ec2QueryName" in traits and self.protocol == "ec2":
            out["queryName"] = traits["aws.protocols#ec2QueryName"]
        elif self.protocol == "ec2" and "locationName" not in out and name[0].islower():
            # EC2's own members all begin with a capital in service-2 form; these do on the wire only.
            out["queryName"] = name[0].upper() + name[1:]
        flags = {
            "smithy.api#idempotencyToken": "idempotencyToken",
            "smithy.api#hostLabel": "hostLabel",
            "smithy.api#eventHeader": "eventheader",
            "smithy.api#eventPayload": "eventpayload",
        }
        out |= {key: True for trait, key in flags.items() if trait in traits}
        if traits.get("smithy.api#default") is not None:
            out["default"] = traits["smithy.api#default"]
        return out

    def location(self, traits, name):
        """Where an HTTP-bound member stands."""
        if "smithy.api#httpLabel" in traits:
            return {"location": "uri", "locationName": name}
        if "smithy.api#httpHeader" in traits:
            return {"location": "header", "locationName": traits["smithy.api#httpHeader"]}
        if "smithy.api#httpPrefixHeaders" in traits:
            return {"location": "headers", "locationName": traits["smithy.api#httpPrefixHeaders"]}
        if "smithy.api#httpQuery" in traits:
            return {"location": "querystring", "locationName": traits["smithy.api#httpQuery"]}
        if "smithy.api#httpQueryParams" in traits:
            return {"location": "querystring"}
        if "smithy.api#httpResponseCode" in traits:
            return {"location": "statusCode"}
        return {}

    def payload_root(self, m, traits):
        """The root element of a payload: the member's name for it, else its target's, else the target's own name."""
        target = self.ast.get(m["target"])
        if target is None or target["type"] not in ("structure", "union"):
            return {}
        own = target.get("traits", {})
        out = {"locationName": traits.get("smithy.api#xmlName", own.get("smithy.api#xmlName", local(m["target"])))}
        namespace = self.namespace(traits, own)
        return out | ({"xmlNamespace": namespace} if namespace else {})

    def member(self, m, owner, name):
        """What a reference may carry anywhere: in a structure, a list or a map."""
        traits = m.get("traits", {})
        out = {"shape": self.target(m, owner, name)}
        if self.xml:
            if "smithy.api#xmlName" in traits:
                out["locationName"] = traits["smithy.api#xmlName"]
            if "smithy.api#xmlFlattened" in traits:
                out["flattened"] = True
            if "smithy.api#xmlAttribute" in traits:
                out["xmlAttribute"] = True
            if "smithy.api#xmlNamespace" in traits:
                out["xmlNamespace"] = traits["smithy.api#xmlNamespace"]
        if "smithy.api#timestampFormat" in traits:
            out["timestampFormat"] = TIMESTAMPS[traits["smithy.api#timestampFormat"]]
        return out

    def target(self, m, owner, name):
        """The target's name; that of a copy where the member changes what the target means."""
        traits, target = m.get("traits", {}), self.name(m["target"])
        own = {t: traits[t] for t in CONSTRAINTS if t in traits}
        if own:
            copy = f"{target}__{owner}_{name}"
            self.shapes[copy] = dict(self.shapes[target])
            if "smithy.api#length" in own or "smithy.api#range" in own:
                self.shapes[copy].pop("min", None)
                self.shapes[copy].pop("max", None)
            self.shapes[copy] |= self.shape_traits(own, self.shapes[target]["type"])
            return copy
        listed = self.ast.get(m["target"], {}).get("member", {}).get("traits", {})
        if self.xml and "smithy.api#xmlFlattened" in traits and "smithy.api#xmlName" in listed:
            copy = f"{target}__flattened"
            member = {k: v for k, v in self.shapes[target]["member"].items() if k != "locationName"}
            self.shapes[copy] = self.shapes[target] | {"member": member}
            return copy
        return target

    def shape_traits(self, traits, kind):
        out = {}
        for trait in ("smithy.api#length", "smithy.api#range"):
            for bound in ("min", "max"):
                if bound in traits.get(trait, {}):
                    out[bound] = traits[trait][bound]
        if "smithy.api#pattern" in traits:
            out["pattern"] = traits["smithy.api#pattern"]
        if "smithy.api#enum" in traits:
            out["enum"] = [e["value"] for e in traits["smithy.api#enum"]]
        if "smithy.api#mediaType" in traits:
            out["mediaType"] = traits["smithy.api#mediaType"]
        if "smithy.api#timestampFormat" in traits:
            out["timestampFormat"] = TIMESTAMPS[traits["smithy.api#timestampFormat"]]
        if traits.get("smithy.api#default") is not None:
            out["default"] = traits["smithy.api#default"]
        flags = {
            "smithy.api#sparse": "sparse",
            "smithy.api#uniqueItems": "uniqueItems",
            "smithy.api#sensitive": "sensitive",
            "smithy.api#requiresLength": "requiresLength",
        }
        out |= {key: True for trait, key in flags.items() if trait in traits}
        if "smithy.api#streaming" in traits and kind == "blob":
            out["streaming"] = True
        return out
