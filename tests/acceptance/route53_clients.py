#!/usr/bin/env python3
"""route53_clients.py ENDPOINT ZONE_ID CA FOLDER - the API of a world's hosted zone, asked by AWS's own library.

Prints a line for each thing that holds, and fails at the first that does not. FOLDER holds aws-credentials.
"""
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, zone, ca, folder = sys.argv[1:]
NAME = "try.example.com."


def client(**keys):
    return boto3.client("route53", endpoint_url=endpoint, verify=ca, region_name="us-east-1",
                        config=Config(retries={"max_attempts": 1}), **keys)


def change(route53, action, value, ttl=60):
    record = {"Name": NAME, "Type": "CNAME", "TTL": ttl, "ResourceRecords": [{"Value": value}]}
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]


def refusal(call, *arguments):
    try:
        call(*arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "nothing"


def sets(route53):
    pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone, PaginationConfig={"PageSize": 300})
    return {(record["Name"], record["Type"]): record for page in pages for record in page["ResourceRecordSets"]}


def expect(what, holds):
    print(("ok - " if holds else "not ok - ") + what)
    if not holds:
        sys.exit(1)


route53 = client()
expect("the zone has its name", route53.get_hosted_zone(Id=zone)["HostedZone"]["Name"] == "example.com.")
expect("the floating name is listed", ("tsb.example.com.", "CNAME") in sets(route53))
info = change(route53, "CREATE", "a.example.com.")
expect("a change is pending", info["Status"] == "PENDING")
expect("and listed at once", sets(route53)[(NAME, "CNAME")]["ResourceRecords"] == [{"Value": "a.example.com."}])
expect("what is there is not created", refusal(change, route53, "CREATE", "b.example.com.") == "InvalidChangeBatch")
expect("what is not there is not deleted", refusal(change, route53, "DELETE", "b.example.com.") == "InvalidChangeBatch")
route53.get_waiter("resource_record_sets_changed").wait(Id=info["Id"], WaiterConfig={"Delay": 2, "MaxAttempts": 40})
expect("it is in sync after a while", True)
expect("no such zone", refusal(lambda: route53.get_hosted_zone(Id="Z9")) == "NoSuchHostedZone")
stranger = client(aws_access_key_id="AKIASTRANGER", aws_secret_access_key="x")
expect("a stranger is refused", refusal(change, stranger, "DELETE", "a.example.com.") == "InvalidClientTokenId")
thief = client(aws_access_key_id=boto3.Session().get_credentials().access_key, aws_secret_access_key="x")
expect("so is another secret", refusal(change, thief, "DELETE", "a.example.com.") == "SignatureDoesNotMatch")
