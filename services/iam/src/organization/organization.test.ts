import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Organization } from "@rolecall/store-contract";
import { allow, account, element, elements, iamRoad, refusal } from "../testing.ts";

const member = "222233334444";
const stranger = "333344445555";

const switches = [
  "EnableOrganizationsRootCredentialsManagement",
  "DisableOrganizationsRootCredentialsManagement",
  "EnableOrganizationsRootSessions",
  "DisableOrganizationsRootSessions",
];

async function organizationRoad(facts: Partial<Organization> = {}) {
  const made = await iamRoad();
  const memberRoot = await made.road.account(member);
  const strangerRoot = await made.road.account(stranger);
  await made.road.store.write(async (tx) => {
    await tx.organizations.insert({
      organizationId: "o-exampleorg1",
      managementAccountId: account,
      createdAtMs: made.road.clock.nowMs,
      rootFeatures: [],
      trustedServices: ["iam.amazonaws.com"],
      delegatedAdministrators: [],
      ...facts,
    });
    for (const accountId of [account, member]) {
      const record = await tx.accounts.get(accountId);
      if (record) await tx.accounts.put({ ...record, organizationId: "o-exampleorg1" });
    }
  });
  return { ...made, memberRoot, strangerRoot };
}

const features = (body: string): string[] => elements(body, "member");

test("the management account switches the features on and off, and any number of times", async () => {
  const { done } = await organizationRoad();
  deepEqual(features(await done("ListOrganizationsFeatures")), []);
  const first = await done("EnableOrganizationsRootSessions");
  equal(element(first, "OrganizationId"), "o-exampleorg1");
  deepEqual(features(first), ["RootSessions"]);
  await done("EnableOrganizationsRootSessions");
  deepEqual(features(await done("EnableOrganizationsRootCredentialsManagement")), [
    "RootCredentialsManagement",
    "RootSessions",
  ]);
  deepEqual(features(await done("ListOrganizationsFeatures")), ["RootCredentialsManagement", "RootSessions"]);
  deepEqual(features(await done("DisableOrganizationsRootCredentialsManagement")), ["RootSessions"]);
  await done("DisableOrganizationsRootCredentialsManagement");
  deepEqual(features(await done("DisableOrganizationsRootSessions")), []);
});

test("a delegated administrator reads and disables; enabling is the management account's", async () => {
  const { call, done, memberRoot } = await organizationRoad({
    rootFeatures: ["RootSessions"],
    delegatedAdministrators: [{ accountId: member, servicePrincipal: "iam.amazonaws.com" }],
  });
  deepEqual(features(await done("ListOrganizationsFeatures", {}, memberRoot)), ["RootSessions"]);
  for (const action of switches.filter((name) => name.startsWith("Enable")))
    deepEqual(refusal(await call(action, {}, memberRoot)).slice(0, 2), [
      400,
      "CallerIsNotManagementAccountException",
    ]);
  deepEqual(features(await done("DisableOrganizationsRootSessions", {}, memberRoot)), []);
});

test("each precondition has its error", async () => {
  const { call, memberRoot, strangerRoot } = await organizationRoad({
    delegatedAdministrators: [{ accountId: member, servicePrincipal: "access-analyzer.amazonaws.com" }],
  });
  const closed = await organizationRoad({ trustedServices: [] });
  for (const action of [...switches, "ListOrganizationsFeatures"]) {
    deepEqual(refusal(await call(action, {}, strangerRoot)), [
      400,
      "OrganizationNotFoundException",
      `Account ${stranger} is not a member of an organization.`,
    ]);
    deepEqual(refusal(await call(action, {}, memberRoot)).slice(0, 2), [
      400,
      "AccountNotManagementOrDelegatedAdministratorException",
    ]);
    deepEqual(refusal(await closed.call(action)), [
      400,
      "ServiceAccessNotEnabledException",
      `Trusted Access for IAM not enabled by organization of input account ${account}.`,
    ]);
  }
});

test("the check is on *", async () => {
  const { road, call } = await organizationRoad();
  const { keys: bare } = await road.user(account, "bare");
  const { keys: able } = await road.user(account, "able", {
    inlinePolicies: [{ name: "p", document: allow("iam:*Organizations*") }],
  });
  for (const action of [...switches, "ListOrganizationsFeatures"]) {
    deepEqual(refusal(await call(action, {}, bare)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/bare is not authorized to perform: iam:${action} on resource: * because no identity-based policy allows the iam:${action} action`,
    ]);
    equal((await call(action, {}, able)).status, 200);
  }
});
