import { test } from "node:test";
import { deepEqual, equal } from "node:assert/strict";
import { allowing, interleavedStore } from "@rolecall/pipeline/testing";
import { account, allow, element, iamRoad, refusal, trust } from "./testing.ts";

// What others change between the decision on a request and the transaction that acts on it.

async function story() {
  const { store, beforeWrites } = interleavedStore();
  const { road, root, call, done } = await iamRoad({ store });
  let users = 0;
  const may = async (...policy: Parameters<typeof allowing>) =>
    (await road.user(account, `caller${++users}`, { inlinePolicies: [allowing(...policy)] })).keys;
  return { store, road, root, call, done, may, beforeWrites };
}

const role = (path: string): Record<string, string> => ({
  RoleName: "r",
  Path: path,
  AssumeRolePolicyDocument: trust({ AWS: account }),
});

test("what was allowed on one path is not done to what stands under the name on another", async () => {
  const { call, done, may, beforeWrites } = await story();
  const keys = await may("iam:*", `arn:aws:iam::${account}:role/dev/*`);
  await done("CreateRole", role("/dev/"));
  beforeWrites(async () => {
    await done("DeleteRole", { RoleName: "r" });
    await done("CreateRole", role("/prod/"));
  });
  const inline = { RoleName: "r", PolicyName: "p", PolicyDocument: allow("s3:*") };
  equal(refusal(await call("PutRolePolicy", inline, keys))[1], "AccessDenied");
  equal(element(await done("ListRolePolicies", { RoleName: "r" }), "member"), undefined);

  beforeWrites(async () => {
    await done("DeleteRole", { RoleName: "r" });
    await done("CreateRole", role("/dev/"));
  });
  equal(refusal(await call("PutRolePolicy", inline, keys))[1], "AccessDenied", "as it was decided");
});

test("what was allowed to be read on one path is not read on another", async () => {
  const { store: inner } = interleavedStore();
  let reads = 0;
  let meanwhile: (() => Promise<unknown>) | undefined;
  // The first finds the caller, the second the role to decide on, the third decides; the fourth is what is asked for.
  const store: typeof inner = {
    ...inner,
    async read(fn) {
      if (meanwhile && ++reads === 4) {
        const change = meanwhile;
        meanwhile = undefined;
        await change();
      }
      return inner.read(fn);
    },
  };
  const { road, call, done } = await iamRoad({ store });
  const dev = [allowing("iam:*", `arn:aws:iam::${account}:role/dev/*`)];
  const { keys } = await road.user(account, "caller", { inlinePolicies: dev });
  await done("CreateRole", role("/dev/"));
  await done("GetRole", { RoleName: "r" }, keys);
  meanwhile = async () => {
    await done("DeleteRole", { RoleName: "r" });
    await done("CreateRole", { ...role("/prod/"), Description: "secret" });
  };
  const answer = await call("GetRole", { RoleName: "r" }, keys);
  equal(refusal(answer)[1], "AccessDenied", answer.body);
  equal(meanwhile, undefined);
});

test("what was not there when it was decided, and is now, is decided on as it is", async () => {
  const { call, done, may, beforeWrites } = await story();
  const keys = await may("iam:*", `arn:aws:iam::${account}:role/r`);
  beforeWrites(() => done("CreateRole", role("/prod/")));
  equal(refusal(await call("DeleteRole", { RoleName: "r" }, keys))[1], "AccessDenied");
  await done("GetRole", { RoleName: "r" });
});

test("tags and boundaries that are changed meanwhile decide", async () => {
  const { call, done, may, beforeWrites } = await story();
  const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const ofRed = await may("iam:*", "*", { Condition: { StringEquals: { "iam:ResourceTag/team": "red" } } });
  const bounded = await may("iam:*", "*", {
    Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
  });
  const tag = (value: string) => () =>
    done("TagUser", { UserName: "u", "Tags.member.1.Key": "team", "Tags.member.1.Value": value });
  await done("CreateUser", { UserName: "u", PermissionsBoundary: boundary });
  await tag("red")();
  const inline = { UserName: "u", PolicyName: "p", PolicyDocument: allow("s3:*") };

  beforeWrites(tag("blue"));
  equal(refusal(await call("CreateAccessKey", { UserName: "u" }, ofRed))[1], "AccessDenied");
  beforeWrites(() => done("DeleteUserPermissionsBoundary", { UserName: "u" }));
  equal(refusal(await call("PutUserPolicy", inline, bounded))[1], "AccessDenied");
  equal(element(await done("ListAccessKeys", { UserName: "u" }), "AccessKeyId"), undefined);

  // Two changes that have nothing to do with each other.
  await tag("red")();
  beforeWrites(() => done("PutUserPolicy", { ...inline, PolicyName: "q" }));
  await done("PutUserPolicy", inline, ofRed);
  beforeWrites(() =>
    done("TagUser", { UserName: "u", "Tags.member.1.Key": "other", "Tags.member.1.Value": "x" }),
  );
  await done("CreateAccessKey", { UserName: "u" }, ofRed);
});

test("so it is with policies, profiles, devices, providers and certificates", async () => {
  const { call, done, may, beforeWrites } = await story();
  const keys = await may("iam:*", "*", { Condition: { StringEquals: { "aws:ResourceTag/team": "red" } } });
  const red = { "Tags.member.1.Key": "team", "Tags.member.1.Value": "red" };
  const blue = { "Tags.member.1.Key": "team", "Tags.member.1.Value": "blue" };
  await done("CreatePolicy", { PolicyName: "p", PolicyDocument: allow("s3:*"), ...red });
  await done("CreateInstanceProfile", { InstanceProfileName: "i", ...red });
  await done("CreateVirtualMFADevice", { VirtualMFADeviceName: "m", ...red });
  await done("CreateOpenIDConnectProvider", { Url: "https://idp.example.com", ...red });
  const PolicyArn = `arn:aws:iam::${account}:policy/p`;
  const OpenIDConnectProviderArn = `arn:aws:iam::${account}:oidc-provider/idp.example.com`;
  const SerialNumber = `arn:aws:iam::${account}:mfa/m`;
  const changes: [tagging: string, deleting: string, what: Record<string, string>][] = [
    ["TagPolicy", "DeletePolicy", { PolicyArn }],
    ["TagInstanceProfile", "DeleteInstanceProfile", { InstanceProfileName: "i" }],
    ["TagMFADevice", "DeleteVirtualMFADevice", { SerialNumber }],
    ["TagOpenIDConnectProvider", "DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn }],
  ];
  for (const [tagging, deleting, what] of changes) {
    beforeWrites(() => done(tagging, { ...what, ...blue }));
    equal(refusal(await call(deleting, what, keys))[1], "AccessDenied", deleting);
    await done(tagging, { ...what, ...red });
    await done(deleting, what, keys);
  }
});

test("of many changes of one entity at once each is made, once", async () => {
  const { store, road, call, done } = await story();
  await done("CreateUser", { UserName: "u" });
  let writes = 0;
  const { write } = store;
  store.write = (fn) => {
    writes++;
    return write(fn);
  };
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, at) =>
      call("TagUser", { UserName: "u", "Tags.member.1.Key": `k${at}`, "Tags.member.1.Value": "v" }),
    ),
  );
  for (const { status, body } of answers) equal(status, 200, body);
  equal(writes, 30);
  equal((await road.store.read((tx) => tx.users.get(account, "u")))?.tags.length, 30);
});

test("who is decided on again and again is told to come later", async () => {
  const { store: inner } = interleavedStore();
  let isAway = false;
  // Allowed whenever it is decided, and not when it would act; what fails is undone, so it begins again.
  const store: typeof inner = {
    ...inner,
    write: (fn) =>
      inner.write(async (tx) => {
        const user = isAway ? await tx.users.get(account, "u") : undefined;
        if (user) await tx.users.put({ ...user, path: "/away/" });
        return fn(tx);
      }),
  };
  const { road, call, done } = await iamRoad({ store });
  const here = [allowing("iam:*", `arn:aws:iam::${account}:user/here/*`)];
  const { keys } = await road.user(account, "caller", { inlinePolicies: here });
  await done("CreateUser", { UserName: "u", Path: "/here/" });
  isAway = true;
  const answer = await call("CreateAccessKey", { UserName: "u" }, keys);
  isAway = false;
  deepEqual([answer.status, element(answer.body, "Code")], [409, "ConcurrentModification"]);
  equal(road.events.at(-1)?.errorCode, "ConcurrentModificationException");
  equal(element(await done("ListAccessKeys", { UserName: "u" }), "AccessKeyId"), undefined);
});
