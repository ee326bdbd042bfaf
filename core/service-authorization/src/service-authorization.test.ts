import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActionOfAnyService, ActionPattern, ServiceAction } from "./actions.ts";
import { serviceAuthorization } from "./index.ts";

const data = serviceAuthorization();

test("the data says what it is", () => {
  assert.match(data.version, /^\d+\.\d+\.\d+$/);
  assert.match(data.updatedAt, /^\d{4}-\d\d-\d\d$/);
  assert.ok(data.servicePrefixes.length > 400);
  assert.ok(data.rcpServices.has("s3") && !data.rcpServices.has("ec2"));
});

test("an action is found in any case and says what it takes", () => {
  const action = data.action("S3:getobject");
  assert.equal(action?.service, "s3");
  assert.equal(action.name, "GetObject");
  assert.equal(action.accessLevel, "Read");
  assert.ok(action.conditionKeys.includes("s3:ExistingObjectTag/<key>"));
  assert.deepEqual(
    action.resourceTypes.map(({ name }) => name),
    ["accesspointobject", "object"],
  );
  assert.equal(data.action("s3:GetObjekt"), undefined);
  assert.equal(data.action("s33:GetObject"), undefined);
  assert.equal(data.action("GetObject"), undefined);
});

test("required resource types and the two special levels", () => {
  assert.deepEqual(data.action("iam:PassRole")?.resourceTypes, [
    { name: "role", isRequired: true, conditionKeys: [], dependentActions: [] },
  ]);
  assert.equal(data.action("iam:TagRole")?.accessLevel, "Tagging");
  assert.equal(data.action("iam:PutRolePolicy")?.accessLevel, "Permissions management");
  assert.deepEqual(data.action("sts:GetCallerIdentity")?.resourceTypes, []);
});

test("resource types have their ARN and keys", () => {
  const bucket = data.service("s3")?.resourceType("BUCKET");
  assert.equal(bucket?.arn, "arn:${Partition}:s3:::${BucketName}");
  const role = data.service("iam")?.resourceType("role");
  assert.ok(role?.conditionKeys.includes("aws:ResourceTag/${TagKey}"));
});

test("ARNs lead to the services that define them", () => {
  const of = (segment: string) => data.servicesOfArn(segment).map(({ prefix }) => prefix);
  assert.deepEqual(of("sqs"), ["sqs"]);
  assert.ok(of("iam").includes("iam") && of("iam").includes("sts"));
  assert.deepEqual(of("catalog"), ["servicecatalog"]);
  assert.deepEqual(of("S3"), []);
  assert.deepEqual(of("nosuch"), []);
  assert.deepEqual(of("constructor"), []);
});

test("condition keys are found as policies write them", () => {
  const of = (key: string) => {
    const found = data.conditionKey(key);
    return found && `${found.key} ${found.type}${found.isMultivalued ? " M" : ""}`;
  };
  assert.equal(of("AWS:requesttag/Team"), "aws:RequestTag/${TagKey} String");
  assert.equal(of("aws:TagKeys"), "aws:TagKeys String M");
  assert.equal(of("s3:RequestObjectTag/team"), "s3:RequestObjectTag/<key> String");
  assert.equal(of("sts:ExternalId"), "sts:ExternalId String");
  assert.equal(of("saml:AUD"), "saml:aud String");
  assert.equal(of("ec2:SourceInstanceArn"), "ec2:SourceInstanceArn ARN");
  assert.equal(of("aws:SourceArnn"), undefined);
  assert.equal(of("s3:NoSuchKey"), undefined);
  assert.equal(of("nonsense"), undefined);
});

test("every reference inside the data resolves", () => {
  for (const prefix of data.servicePrefixes) {
    const service = data.service(prefix);
    assert.ok(service !== undefined && service.name !== "", prefix);
    for (const action of service.actions)
      for (const { name } of action.resourceTypes)
        assert.ok(service.resourceType(name) !== undefined, `${prefix}:${action.name} takes ${name}`);
  }
});

test("actions are types", () => {
  const typed = ["s3:GetObject", "iam:CreateRole"] as const satisfies readonly ActionOfAnyService[];
  const patterns = ["*", "s3:*", "iam:Get*"] as const satisfies readonly ActionPattern[];
  type IsAction<Name extends string> = Name extends ActionOfAnyService ? true : false;
  const isUnknown: IsAction<"s3:GetObjekt"> = false;
  const isForeign: "ec2:RunInstances" extends ServiceAction<"s3"> ? true : false = false;
  assert.deepEqual([isUnknown, isForeign], [false, false]);
  for (const name of typed) assert.ok(data.action(name) !== undefined);
  assert.equal(patterns.length, 3);
});
