import { deepEqual, equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { StoreConflict } from "../errors.ts";
import type { OidcProvider } from "../records/oidc-provider.ts";
import type { Role } from "../records/role.ts";
import type { OpenStore } from "./things.ts";

const accountId = "111122223333";

const role = (name: string, roleId: string, more: Partial<Role> = {}): Role => ({
  accountId,
  roleId,
  name,
  path: "/",
  createdAtMs: 0,
  maxSessionDurationSeconds: 3600,
  trustPolicy: { document: "{}", principalIds: {} },
  attachedPolicies: [],
  inlinePolicies: [],
  tags: [],
  ...more,
});

export function testDeclaredCollections(open: OpenStore): void {
  test("names are found and unique whatever their case, and keep their spelling", async (t) => {
    const store = await open(t);
    await store.write((tx) => tx.roles.insert(role("Deploy", "AROA1")));
    equal((await store.read((tx) => tx.roles.get(accountId, "dePLOY")))?.name, "Deploy");
    await rejects(
      store.write((tx) => tx.roles.insert(role("deploy", "AROA2"))),
      StoreConflict,
    );
    await store.write((tx) => tx.roles.insert(role("Other", "AROA2")));
    const after = await store.read((tx) =>
      tx.roles.list([accountId], { after: [accountId, "DEPLOY"], limit: 9 }),
    );
    deepEqual(
      after.map(({ name }) => name),
      ["Other"],
    );
    equal(await store.write((tx) => tx.roles.delete(accountId, "DEPLOY")), true);
    equal(await store.read((tx) => tx.roles.getBy("byId", "AROA1")), undefined);
  });

  test("an issuer is found and unique whatever its case, with the slashes and the port of its URL", async (t) => {
    const store = await open(t);
    const provider = (url: string): OidcProvider => ({
      accountId,
      url,
      createdAtMs: 0,
      clientIds: [],
      thumbprints: [],
      tags: [],
    });
    await store.write((tx) => tx.oidcProviders.insert(provider("IDP.example.com:8443/Realms/Main/")));
    await rejects(
      store.write((tx) => tx.oidcProviders.insert(provider("idp.example.com:8443/realms/main/"))),
      StoreConflict,
    );
    await store.write((tx) => tx.oidcProviders.insert(provider("idp.example.com:8443/realms/main")));
    const found = await store.read((tx) =>
      tx.oidcProviders.get(accountId, "idp.EXAMPLE.com:8443/realms/main/"),
    );
    equal(found?.url, "IDP.example.com:8443/Realms/Main/");
  });

  test("who has a policy attached, or as boundary, is found within the account", async (t) => {
    const store = await open(t);
    const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await store.write(async (tx) => {
      await tx.roles.insert(role("b", "AROAB", { attachedPolicies: [arn] }));
      await tx.roles.insert(role("A", "AROAA", { attachedPolicies: ["arn:aws:iam::aws:policy/Other", arn] }));
      await tx.roles.insert(role("c", "AROAC", { permissionsBoundary: arn }));
      await tx.roles.insert(role("b", "AROAX", { accountId: "444455556666", attachedPolicies: [arn] }));
    });
    await store.read(async (tx) => {
      const attached = await tx.roles.listBy("byAttachedPolicy", [arn, accountId], { limit: 9 });
      deepEqual(
        attached.map(({ record }) => record.name),
        ["A", "b"],
      );
      equal(await tx.roles.countBy("byAttachedPolicy", [arn]), 3);
      const bounded = await tx.roles.listBy("byBoundary", [arn, accountId], { limit: 9 });
      equal(bounded[0]?.record.name, "c");
    });
  });

  test("policy versions are listed by number and found by id", async (t) => {
    const store = await open(t);
    await store.write(async (tx) => {
      for (const versionNumber of [10, 9, 1])
        await tx.policyVersions.insert({
          policyId: "ANPA1",
          policyArn: "arn",
          versionId: `v${versionNumber}`,
          versionNumber,
          document: "{}",
          createdAtMs: 0,
        });
    });
    await store.read(async (tx) => {
      const versions = await tx.policyVersions.list(["ANPA1"], { limit: 9 });
      deepEqual(
        versions.map(({ versionId }) => versionId),
        ["v1", "v9", "v10"],
      );
      equal((await tx.policyVersions.get("ANPA1", "v10"))?.versionNumber, 10);
      equal(await tx.policyVersions.get("ANPA1", "10"), undefined);
    });
  });

  test("expired decisions come first", async (t) => {
    const store = await open(t);
    await store.write(async (tx) => {
      for (const expiresAtMs of [1_000_000_000_000, 999_999_999_999, 5])
        await tx.decisions.put({
          id: `${expiresAtMs}`,
          accountId,
          atMs: 0,
          expiresAtMs,
          record: { why: [1] },
        });
    });
    const first = await store.read((tx) => tx.decisions.listBy("byExpiry", [], { limit: 2 }));
    deepEqual(
      first.map(({ record }) => record.expiresAtMs),
      [5, 999_999_999_999],
    );
  });
}
