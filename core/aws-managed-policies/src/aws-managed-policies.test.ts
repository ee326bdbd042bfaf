import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { compileDocument, parsePolicy } from "@rolecall/policy";
import { createAwsManagedPolicies } from "./index.ts";

const aws = "arn:aws:iam::aws:policy";

test("every default document parses and compiles, whatever it is attached as", () => {
  const policies = createAwsManagedPolicies();
  const refused: string[] = [];
  for (const [n, { arn }] of policies.all().entries())
    // The three are read by one grammar: of the other two a sample will do.
    for (const kind of n % 20 === 0
      ? (["identity", "boundary", "session"] as const)
      : ["identity" as const]) {
      const parsed = parsePolicy(policies.document(arn) ?? "", kind, { isStored: true });
      if (!parsed.ok) refused.push(`${arn} as ${kind}: ${parsed.problems[0]?.message}`);
      else ok(compileDocument(parsed.policy));
    }
  deepEqual(refused, []);
});

test("the index tells of each policy what AWS tells, whatever its path", () => {
  const policies = createAwsManagedPolicies();
  ok(policies.all().length > 1500);
  const names = policies.all().map(({ name }) => name.toLowerCase());
  deepEqual(names, [...new Set(names)].sort());
  equal(new Set(policies.all().map(({ policyId }) => policyId)).size, names.length);
  for (const policy of policies.all()) {
    match(policy.arn, /^arn:aws:iam::aws:policy\/([a-z-]+\/)?[\w+=,.@-]{1,128}$/);
    match(policy.policyId, /^ANPA[A-Z2-7]{17}$/);
    equal(policy.defaultVersionId, policy.versions[0]?.versionId, policy.arn);
    ok(policy.updatedAtMs >= policy.createdAtMs && policy.createdAtMs > Date.UTC(2010, 0), policy.arn);
    equal(policy.arn, `${aws}${policy.path}${policy.name}`);
  }
  const administrator = policies.get(`${aws}/AdministratorAccess`);
  equal(administrator?.createdAtMs, Date.UTC(2015, 1, 6, 18, 39, 46));
  equal(policies.document(`${aws}/AdministratorAccess`)?.includes('"Action":"*"'), true);
  equal(policies.get(`${aws}/job-function/ViewOnlyAccess`)?.path, "/job-function/");
  equal(policies.get(`${aws}/service-role/AWSLambdaBasicExecutionRole`)?.isAttachable, true);
  equal(policies.get(`${aws}/aws-service-role/AWSSupportServiceRolePolicy`)?.isAttachable, false);
  equal(policies.get(`${aws}/root-task/IAMAuditRootUserCredentials`)?.isAttachable, false);
});

test("an ARN is found as it is spelt, and no other", () => {
  const policies = createAwsManagedPolicies();
  for (const arn of [
    `${aws}/administratoraccess`,
    `${aws}/ViewOnlyAccess`,
    "arn:aws:iam::111122223333:policy/AdministratorAccess",
    "AdministratorAccess",
    "",
  ]) {
    equal(policies.get(arn), undefined, arn);
    equal(policies.document(arn), undefined, arn);
    equal(policies.documents(arn).size, 0, arn);
  }
});

test("older versions have their own documents", () => {
  const policies = createAwsManagedPolicies();
  const arn = `${aws}/ReadOnlyAccess`;
  const documents = policies.documents(arn);
  const versions = policies.get(arn)?.versions ?? [];
  deepEqual(
    [...documents.keys()],
    versions.map(({ versionId }) => versionId),
  );
  equal(documents.get(versions[0]?.versionId ?? ""), policies.document(arn));
  equal(new Set(documents.values()).size > 100, true);
  for (const policy of policies.all().filter((_, n) => n % 50 === 0))
    for (const [versionId, text] of policies.documents(policy.arn)) {
      const document = JSON.parse(text) as { Version: string };
      match(document.Version, /^2012-10-17$|^2008-10-17$/, `${policy.arn} ${versionId}`);
      match(text, /^[\x20-\x7e]+$/);
    }
});

test("the same text each time, so that it is compiled once", () => {
  const policies = createAwsManagedPolicies();
  equal(policies.document(`${aws}/ReadOnlyAccess`), policies.document(`${aws}/ReadOnlyAccess`));
});
