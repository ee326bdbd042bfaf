import { test } from "node:test";
import { equal, match } from "node:assert/strict";
import { sts } from "@rolecall/model";
import type { SigningCredentials } from "@rolecall/sigv4";
import type { Store } from "@rolecall/store-contract";
import { operation, queryService } from "./query-service.ts";
import { allowing, testRoad } from "./testing.ts";
import type { TestAnswer, TestRoad } from "./testing.ts";

// What others change while a request is on its road, between the moment its caller was found and the decision.

const account = "111122223333";
const policyArn = `arn:aws:iam::${account}:policy/p`;

interface Story {
  road: TestRoad;
  handled: number;
  /** Sends a request; the change is made once the caller is known and before anything is decided. */
  callWhile(keys: SigningCredentials, change: (store: Store) => Promise<unknown>): Promise<TestAnswer>;
}

async function story(): Promise<Story> {
  let meanwhile: ((store: Store) => Promise<unknown>) | undefined;
  const guarded = operation(sts, "GetAccessKeyInfo", {
    async authorization(_input, { store }) {
      await meanwhile?.(store);
      return { resource: "*" };
    },
    async handle() {
      made.handled++;
      return { Account: account };
    },
  });
  const road = await testRoad([queryService(sts, [guarded], { homeRegion: undefined })]);
  const made: Story = {
    road,
    handled: 0,
    callWhile(keys, change) {
      meanwhile = change;
      return road.call(keys, {
        Action: "GetAccessKeyInfo",
        Version: "2011-06-15",
        AccessKeyId: "AKIAIOSFODNN7EXAMPLE",
      });
    },
  };
  await road.account(account);
  return made;
}

const nothing = (): Promise<void> => Promise.resolve();

async function refusedAsUnknown(made: Story, answer: TestAnswer): Promise<void> {
  equal(answer.status, 403, answer.body);
  match(answer.body, /<Code>InvalidClientTokenId</);
  equal(made.handled, 0);
}

test("a policy that was detached and then widened gives nothing", async () => {
  const made = await story();
  const { road } = made;
  const { keys, user } = await road.user(account, "bob", { attachedPolicies: [policyArn] });
  const version = { policyId: "ANPAA", policyArn, versionId: "v1", versionNumber: 1, createdAtMs: 0 };
  const narrow = allowing("sts:TagSession").document;
  await road.store.write(async (tx) => {
    await tx.policies.put({
      accountId: account,
      policyId: "ANPAA",
      name: "p",
      path: "/",
      arn: policyArn,
      defaultVersionId: "v1",
      nextVersionNumber: 2,
      createdAtMs: 0,
      updatedAtMs: 0,
      tags: [],
    });
    await tx.policyVersions.put({ ...version, document: narrow });
  });
  const answer = await made.callWhile(keys, async (store) => {
    await store.write((tx) => tx.users.put({ ...user, attachedPolicies: [] }));
    const document = allowing("sts:*").document;
    await store.write((tx) => tx.policyVersions.put({ ...version, document }));
  });
  equal(answer.status, 403, answer.body);
  match(answer.body, /<Code>AccessDenied</);
  equal(made.handled, 0);
});

test("what was given meanwhile counts, and so does a boundary that was set", async () => {
  const made = await story();
  const { keys, user } = await made.road.user(account, "bob");
  const given = await made.callWhile(keys, (store) =>
    store.write((tx) => tx.users.put({ ...user, inlinePolicies: [allowing("sts:*")] })),
  );
  equal(given.status, 200, given.body);
  const bounded = await made.callWhile(keys, (store) =>
    store.write((tx) =>
      tx.users.put({ ...user, inlinePolicies: [allowing("sts:*")], permissionsBoundary: policyArn }),
    ),
  );
  equal(bounded.status, 403, bounded.body);
});

test("a key that is switched off, and a user that is deleted, end the request", async () => {
  const made = await story();
  const facts = { inlinePolicies: [allowing("sts:*")] };
  const { keys } = await made.road.user(account, "bob", facts);
  await refusedAsUnknown(
    made,
    await made.callWhile(keys, (store) =>
      store.write(async (tx) => {
        const key = await tx.accessKeys.get(keys.accessKeyId);
        if (key) await tx.accessKeys.put({ ...key, status: "Inactive" });
      }),
    ),
  );
  const ann = await made.road.user(account, "ann", facts);
  await refusedAsUnknown(
    made,
    await made.callWhile(ann.keys, (store) => store.write((tx) => tx.users.delete(account, "ann"))),
  );
});

test("a session that is revoked, and one whose role is deleted, end the request", async () => {
  const made = await story();
  const { road } = made;
  const role = await road.role(account, "foo", {}, { inlinePolicies: [allowing("sts:*")] });
  const session = () =>
    road.session({
      kind: "assumed-role",
      accountId: account,
      entityId: role.roleId,
      sessionName: "s1",
    });
  equal((await made.callWhile(session(), nothing)).status, 200);
  made.handled = 0;
  const revoked = session();
  await refusedAsUnknown(
    made,
    await made.callWhile(revoked, (store) =>
      store.write((tx) =>
        tx.revocations.put({
          scope: "session",
          value: revoked.accessKeyId,
          revokedAtMs: road.clock.nowMs,
          expiresAtMs: road.clock.nowMs + 1000,
        }),
      ),
    ),
  );
  await refusedAsUnknown(
    made,
    await made.callWhile(session(), (store) => store.write((tx) => tx.roles.delete(account, "foo"))),
  );
});
