import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sampleCertificates, sampleMetadata } from "@rolecall/federation/testing";
import type { TestAnswer } from "@rolecall/pipeline/testing";
import { Secret, TOTP } from "otpauth";
import { quotaNames, quotas } from "./quotas.ts";
import type { Quota } from "./quotas.ts";
import { account, allow, element, iamRoad, refusal, trust } from "./testing.ts";
import type { IamRoad } from "./testing.ts";

const ec2 = trust({ Service: "ec2.amazonaws.com" });

/** A document with that many characters that are not white space; those that are count for nothing. */
function ofSize(size: number): string {
  const sid = (length: number): string =>
    `{"Version":"2012-10-17", \n\t "Statement":[{"Sid":"${"a".repeat(length)}","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`;
  return sid(size - sid(0).replaceAll(/\s/g, "").length);
}

const trustOfSize = (size: number): string => {
  const sid = (length: number): string =>
    `{"Version":"2012-10-17","Statement":[ \n {"Sid":"${"a".repeat(length)}","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`;
  return sid(size - sid(0).replaceAll(/\s/g, "").length);
};

async function policyArn({ call }: IamRoad, n: number): Promise<string> {
  await call("CreatePolicy", { PolicyName: `p${n}`, PolicyDocument: allow("s3:*") });
  return `arn:aws:iam::${account}:policy/p${n}`;
}

/** Takes up one more of what the quota counts; sizes are taken up at once, and then one character more. */
type TakeUp = (iam: IamRoad, n: number, isSizeOver: boolean) => Promise<TestAnswer>;

interface Row {
  takeUp: TakeUp;
  /** Instead of AWS's own, to be there sooner. */
  limit?: number;
  /** Instead of `Cannot exceed quota for NAME: N`. */
  sentence?: string;
}

const inline =
  (noun: "User" | "Group" | "Role", size: number): TakeUp =>
  async ({ call }, _n, isOver) => {
    await call(`Create${noun}`, {
      [`${noun}Name`]: "x",
      ...(noun === "Role" && { AssumeRolePolicyDocument: ec2 }),
    });
    const names = { [`${noun}Name`]: "x" };
    await call(`Put${noun}Policy`, { ...names, PolicyName: "one", PolicyDocument: ofSize(1000) });
    const rest = size - 1000 + (isOver ? 1 : 0);
    return call(`Put${noun}Policy`, { ...names, PolicyName: "two", PolicyDocument: ofSize(rest) });
  };

const attachment =
  (noun: "User" | "Group" | "Role"): TakeUp =>
  async (iam, n) => {
    await iam.call(`Create${noun}`, {
      [`${noun}Name`]: "x",
      ...(noun === "Role" && { AssumeRolePolicyDocument: ec2 }),
    });
    return iam.call(`Attach${noun}Policy`, { [`${noun}Name`]: "x", PolicyArn: await policyArn(iam, n) });
  };

/** Taken up in the tests of their own groups, which have the certificates, keys and metadata for it. */
const elsewhere = {
  CertificatesPerUser: "signing-certificates/signing-certificates",
  ClientIdsPerOpenIdConnectProvider: "oidc-providers/oidc-providers",
  ContextSpecificCredentialsPerUserPerContext: "service-specific-credentials/service-specific-credentials",
  IdentityProvidersPerSAMLProvider: "saml-providers/saml-providers",
  OpenIdConnectProvidersPerAccount: "oidc-providers/oidc-providers",
  PrivateKeysPerSAMLProvider: "saml-providers/saml-providers",
  SAMLProvidersPerAccount: "saml-providers/saml-providers",
  SSHPublicKeysPerUser: "ssh-public-keys/ssh-public-keys",
  ServerCertificatesPerAccount: "server-certificates/server-certificates",
} as const satisfies Partial<Record<Quota, string>>;

const rows: Record<Exclude<Quota, keyof typeof elsewhere>, Row> = {
  UsersPerAccount: { limit: 2, takeUp: ({ call }, n) => call("CreateUser", { UserName: `u${n}` }) },
  GroupsPerAccount: { limit: 2, takeUp: ({ call }, n) => call("CreateGroup", { GroupName: `g${n}` }) },
  RolesPerAccount: {
    limit: 2,
    takeUp: ({ call }, n) => call("CreateRole", { RoleName: `r${n}`, AssumeRolePolicyDocument: ec2 }),
  },
  PoliciesPerAccount: {
    limit: 2,
    takeUp: ({ call }, n) => call("CreatePolicy", { PolicyName: `p${n}`, PolicyDocument: allow("s3:*") }),
  },
  InstanceProfilesPerAccount: {
    limit: 2,
    takeUp: ({ call }, n) => call("CreateInstanceProfile", { InstanceProfileName: `i${n}` }),
  },
  GroupsPerUser: {
    async takeUp({ call }, n) {
      await call("CreateUser", { UserName: "x" });
      await call("CreateGroup", { GroupName: `g${n}` });
      return call("AddUserToGroup", { UserName: "x", GroupName: `g${n}` });
    },
  },
  AccessKeysPerUser: {
    async takeUp({ call }) {
      await call("CreateUser", { UserName: "x" });
      return call("CreateAccessKey", { UserName: "x" });
    },
  },
  MFADevicesPerUser: {
    async takeUp({ call, done, road }, n) {
      await call("CreateUser", { UserName: "x" });
      const made = await done("CreateVirtualMFADevice", { VirtualMFADeviceName: `d${n}` });
      const seed = Buffer.from(element(made, "Base32StringSeed") ?? "", "base64").toString();
      const code = (steps: number): string =>
        new TOTP({ secret: Secret.fromBase32(seed) }).generate({
          timestamp: road.clock.nowMs + steps * 30_000,
        });
      return call("EnableMFADevice", {
        UserName: "x",
        SerialNumber: element(made, "SerialNumber") ?? "",
        AuthenticationCode1: code(0),
        AuthenticationCode2: code(1),
      });
    },
  },
  VirtualMFADevicesPerAccount: {
    limit: 2,
    takeUp: ({ call }, n) => call("CreateVirtualMFADevice", { VirtualMFADeviceName: `d${n}` }),
  },
  PoliciesPerUser: { takeUp: attachment("User") },
  PoliciesPerGroup: { takeUp: attachment("Group") },
  PoliciesPerRole: { takeUp: attachment("Role") },
  InstanceSessionsPerInstanceProfile: {
    async takeUp({ call }, n) {
      await call("CreateInstanceProfile", { InstanceProfileName: "x" });
      await call("CreateRole", { RoleName: `r${n}`, AssumeRolePolicyDocument: ec2 });
      return call("AddRoleToInstanceProfile", { InstanceProfileName: "x", RoleName: `r${n}` });
    },
  },
  PolicySize: {
    takeUp: ({ call }, _n, isOver) =>
      call("CreatePolicy", { PolicyName: "x", PolicyDocument: ofSize(quotas.PolicySize + (isOver ? 1 : 0)) }),
  },
  ACLSizePerRole: {
    takeUp: ({ call }, _n, isOver) =>
      call("CreateRole", {
        RoleName: "x",
        AssumeRolePolicyDocument: trustOfSize(quotas.ACLSizePerRole + (isOver ? 1 : 0)),
      }),
  },
  UserPolicySize: {
    takeUp: inline("User", quotas.UserPolicySize),
    sentence: "Maximum policy size of 2048 bytes exceeded for user x",
  },
  GroupPolicySize: {
    takeUp: inline("Group", quotas.GroupPolicySize),
    sentence: "Maximum policy size of 5120 bytes exceeded for group x",
  },
  RolePolicySize: {
    takeUp: inline("Role", quotas.RolePolicySize),
    sentence: "Maximum policy size of 10240 bytes exceeded for role x",
  },
  KeysPerSAMLProvider: {
    limit: 1,
    takeUp: ({ call }, n) =>
      call("CreateSAMLProvider", {
        Name: `s${n}`,
        SAMLMetadataDocument: sampleMetadata({
          certificates: [sampleCertificates.rsa2048, sampleCertificates.ec256].slice(0, n),
        }),
      }),
  },
  VersionsPerPolicy: {
    sentence:
      "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
    takeUp: async (iam, n) =>
      n === 1
        ? iam.call("CreatePolicy", { PolicyName: "x", PolicyDocument: allow("s3:*") })
        : iam.call("CreatePolicyVersion", {
            PolicyArn: `arn:aws:iam::${account}:policy/x`,
            PolicyDocument: allow(`s3:Get${n}`),
          }),
  },
};

const isElsewhere = (quota: Quota): quota is keyof typeof elsewhere => quota in elsewhere;

for (const quota of quotaNames) {
  if (isElsewhere(quota)) {
    test(`${quota}: its group's tests take it up`, () => {
      const file = new URL(`../src/${elsewhere[quota]}.test.ts`, import.meta.url);
      const sentence =
        quota === "PrivateKeysPerSAMLProvider"
          ? "Private key limit of "
          : `Cannot exceed quota for ${quota}: `;
      ok(readFileSync(file, "utf8").includes(sentence));
    });
    continue;
  }
  const { limit = quotas[quota], sentence, takeUp } = rows[quota];
  test(`${quota}: what the quota lets be is made, one more is refused`, async () => {
    const iam = await iamRoad({ quotas: { [account]: { [quota]: limit } } });
    const isSize = quota.includes("Size");
    for (let n = 1; n <= (isSize ? 1 : limit); n++) {
      const { status, body } = await takeUp(iam, n, false);
      equal(status, 200, body);
    }
    deepEqual(refusal(await takeUp(iam, isSize ? 2 : limit + 1, true)), [
      409,
      "LimitExceeded",
      sentence ?? `Cannot exceed quota for ${quota}: ${limit}`,
    ]);
  });
}

test("a refused write leaves nothing behind", async () => {
  const { call, done } = await iamRoad({ quotas: { "*": { RolesPerAccount: 1 } } });
  await done("CreateRole", { RoleName: "a", AssumeRolePolicyDocument: ec2 });
  equal((await call("CreateRole", { RoleName: "b", AssumeRolePolicyDocument: ec2 })).status, 409);
  equal((await call("GetRole", { RoleName: "b" })).status, 404);
  await done("DeleteRole", { RoleName: "a" });
  await done("CreateRole", { RoleName: "b", AssumeRolePolicyDocument: ec2 });
});

test("an account's own quota goes before everybody's, and both before AWS's; the summary says which holds", async () => {
  const { road, done } = await iamRoad({
    quotas: { "*": { RolesPerAccount: 5000, VersionsPerPolicy: 7 }, [account]: { RolesPerAccount: 3 } },
  });
  const other = await road.account("222233334444");
  const summary = async (keys?: typeof other): Promise<Record<string, string>> => {
    const body = await done("GetAccountSummary", {}, keys);
    const entries = [...body.matchAll(/<key>(\w+)<\/key>\s*<value>(\d+)<\/value>/g)];
    return Object.fromEntries(entries.map(([, key, value]) => [key, value]));
  };
  const own = await summary();
  deepEqual([own["RolesQuota"], own["VersionsPerPolicyQuota"], own["UsersQuota"]], ["3", "7", "5000"]);
  const others = await summary(other);
  deepEqual(
    [others["RolesQuota"], others["VersionsPerPolicyQuota"], others["UsersQuota"]],
    ["5000", "7", "5000"],
  );
});

test("an entity has at most fifty tags", async () => {
  const { call, done } = await iamRoad();
  await done("CreateUser", { UserName: "x" });
  const tags = (from: number, count: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        [`Tags.member.${at + 1}.Key`, `k${from + at}`],
        [`Tags.member.${at + 1}.Value`, "v"],
      ]).flat(),
    );
  await done("TagUser", { UserName: "x", ...tags(0, 50) });
  deepEqual(refusal(await call("TagUser", { UserName: "x", ...tags(50, 1) })), [
    409,
    "LimitExceeded",
    "The number of tags has reached the maximum limit.",
  ]);
  await done("TagUser", { UserName: "x", ...tags(49, 1) });
});
