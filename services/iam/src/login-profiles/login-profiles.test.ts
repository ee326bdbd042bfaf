import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { verifyPassword } from "@rolecall/access";
import { allowing } from "@rolecall/pipeline/testing";
import { account, element, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const first = "Correct-Horse-1";
const second = "Battery-Staple-2";
const third = "Third-Password-3";
const dayMs = 24 * 60 * 60 * 1000;

const violation = [
  400,
  "PasswordPolicyViolation",
  "Password does not conform to the account password policy.",
];

/** An account with Bob, and his password. */
async function story(): Promise<IamRoad> {
  const iam = await iamRoad();
  await iam.done("CreateUser", { UserName: "Bob" });
  await iam.done("CreateLoginProfile", { UserName: "Bob", Password: first });
  return iam;
}

const signIn = ({ road }: IamRoad, password: string, userName = "Bob"): ReturnType<typeof verifyPassword> =>
  verifyPassword(road.store, { accountId: account, userName, password }, road.clock.nowMs);

test("a password is given once, shown never, and taken away", async () => {
  const iam = await iamRoad();
  await iam.done("CreateUser", { UserName: "Bob" });
  const made = await iam.done("CreateLoginProfile", {
    UserName: "bob",
    Password: first,
    PasswordResetRequired: "true",
  });
  equal(element(made, "UserName"), "Bob");
  equal(element(made, "PasswordResetRequired"), "true");
  deepEqual(refusal(await iam.call("CreateLoginProfile", { UserName: "Bob", Password: second })), [
    409,
    "EntityAlreadyExists",
    "Login Profile for user Bob already exists.",
  ]);
  const got = await iam.done("GetLoginProfile", { UserName: "Bob" });
  equal(element(got, "CreateDate"), "2026-09-27T12:00:00Z");
  deepEqual(refusal(await iam.call("DeleteUser", { UserName: "Bob" })), [
    409,
    "DeleteConflict",
    "Cannot delete entity, must delete login profile first.",
  ]);
  await iam.done("DeleteLoginProfile", { UserName: "Bob" });
  const gone = [404, "NoSuchEntity", "Login Profile for User Bob cannot be found."];
  for (const action of ["GetLoginProfile", "DeleteLoginProfile"])
    deepEqual(refusal(await iam.call(action, { UserName: "Bob" })), gone);
  deepEqual(refusal(await iam.call("UpdateLoginProfile", { UserName: "Bob", Password: second })), gone);
  await iam.done("DeleteUser", { UserName: "Bob" });

  const nobody = [404, "NoSuchEntity", "The user with name Nobody cannot be found."];
  for (const action of ["CreateLoginProfile", "UpdateLoginProfile", "GetLoginProfile", "DeleteLoginProfile"])
    deepEqual(refusal(await iam.call(action, { UserName: "Nobody", Password: second })), nobody);
});

test("the root user has no login profile of its own here, and a user's needs a password", async () => {
  const { call, done } = await iamRoad();
  await done("CreateUser", { UserName: "Bob" });
  equal(refusal(await call("CreateLoginProfile", { Password: first }))[1], "ValidationError");
  equal(refusal(await call("GetLoginProfile"))[1], "ValidationError");
  deepEqual(refusal(await call("CreateLoginProfile", { UserName: "Bob" })), [
    400,
    "ValidationError",
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
  ]);
});

test("without a policy, eight characters of three classes are wanted, and not the account's name", async () => {
  const { call, done, road } = await iamRoad();
  await done("CreateUser", { UserName: "Bob" });
  await done("CreateAccountAlias", { AccountAlias: "acme-2026-x" });
  await road.store.write(async (tx) => {
    const stored = await tx.accounts.get(account);
    if (stored) await tx.accounts.put({ ...stored, email: "Root-1@example.com" });
  });
  const create = async (Password: string): Promise<unknown> =>
    refusal(await call("CreateLoginProfile", { UserName: "Bob", Password }));
  for (const weak of ["Short-1", "alllowercase1", "12345678-", "acme-2026-x", "ROOT-1@EXAMPLE.COM"])
    deepEqual(await create(weak), violation, weak);
  equal(
    refusal(await call("CreateLoginProfile", { UserName: "Bob", Password: "x".repeat(129) }))[1],
    "ValidationError",
  );
  await done("CreateLoginProfile", { UserName: "Bob", Password: "lower8-x" });
});

test("an account's own policy is replaced whole and enforced when a password is set", async () => {
  const iam = await story();
  const { call, done } = iam;
  deepEqual(refusal(await call("GetAccountPasswordPolicy")), [
    404,
    "NoSuchEntity",
    `The Password Policy with domain name ${account} cannot be found.`,
  ]);
  equal(refusal(await call("DeleteAccountPasswordPolicy"))[1], "NoSuchEntity");

  await done("UpdateAccountPasswordPolicy", {
    MinimumPasswordLength: "12",
    RequireSymbols: "true",
    RequireNumbers: "true",
    RequireUppercaseCharacters: "true",
    RequireLowercaseCharacters: "true",
    MaxPasswordAge: "90",
    PasswordReusePrevention: "2",
    HardExpiry: "false",
  });
  const full = await done("GetAccountPasswordPolicy");
  equal(element(full, "MinimumPasswordLength"), "12");
  equal(element(full, "ExpirePasswords"), "true");
  equal(element(full, "MaxPasswordAge"), "90");
  equal(element(full, "HardExpiry"), "false");
  for (const weak of ["Short-1", "NO-LOWERCASE-1", "no-uppercase-1", "No-Number-Here", "NoSymbolHere1"])
    deepEqual(
      refusal(await call("UpdateLoginProfile", { UserName: "Bob", Password: weak })),
      violation,
      weak,
    );
  deepEqual(
    refusal(await call("UpdateAccountPasswordPolicy", { MinimumPasswordLength: "5" }))[1],
    "ValidationError",
  );

  await done("UpdateAccountPasswordPolicy", { RequireNumbers: "true" });
  const replaced = await done("GetAccountPasswordPolicy");
  equal(element(replaced, "MinimumPasswordLength"), "6");
  equal(element(replaced, "RequireSymbols"), "false");
  equal(element(replaced, "ExpirePasswords"), "false");
  for (const member of ["MaxPasswordAge", "PasswordReusePrevention", "HardExpiry"])
    equal(element(replaced, member), undefined, member);
  await done("UpdateLoginProfile", { UserName: "Bob", Password: "weak-1" });

  await done("DeleteAccountPasswordPolicy");
  deepEqual(refusal(await call("UpdateLoginProfile", { UserName: "Bob", Password: "weak-2" })), violation);
});

test("the last passwords cannot be set again, by nobody", async () => {
  const { call, done } = await story();
  const set = (Password: string): ReturnType<typeof call> =>
    call("UpdateLoginProfile", { UserName: "Bob", Password });
  equal((await set(first)).status, 200);
  await done("UpdateAccountPasswordPolicy", { PasswordReusePrevention: "2" });
  deepEqual(refusal(await set(first)), violation);
  equal((await set(second)).status, 200);
  deepEqual(refusal(await set(first)), violation);
  equal((await set(third)).status, 200);
  deepEqual(refusal(await set(second)), violation);
  equal((await set(first)).status, 200);
});

test("an update changes what it names", async () => {
  const iam = await story();
  const { done } = iam;
  const isReset = async (): Promise<string | undefined> =>
    element(await done("GetLoginProfile", { UserName: "Bob" }), "PasswordResetRequired");
  await done("UpdateLoginProfile", { UserName: "Bob" });
  equal((await signIn(iam, first)).outcome, "accepted");
  await done("UpdateLoginProfile", { UserName: "Bob", PasswordResetRequired: "true" });
  equal(await isReset(), "true");
  await done("UpdateLoginProfile", { UserName: "Bob", Password: second });
  equal(await isReset(), "true");
  equal((await signIn(iam, first)).outcome, "refused");
  equal((await signIn(iam, second)).outcome, "accepted");
});

test("a user changes his own password with the old one", async () => {
  const iam = await iamRoad();
  const { call, done, road } = iam;
  const { keys } = await road.user(account, "Ann", {
    inlinePolicies: [allowing("iam:ChangePassword", `arn:aws:iam::${account}:user/\${aws:username}`)],
  });
  const change = (OldPassword: string, NewPassword: string): ReturnType<typeof call> =>
    call("ChangePassword", { OldPassword, NewPassword }, keys);
  deepEqual(refusal(await change(first, second)), [
    404,
    "NoSuchEntity",
    "Login Profile for User Ann cannot be found.",
  ]);
  await done("CreateLoginProfile", { UserName: "Ann", Password: first, PasswordResetRequired: "true" });
  deepEqual(refusal(await change("Wrong-Password-1", second)), [
    403,
    "AccessDenied",
    "The old password is incorrect.",
  ]);
  equal(refusal(await change(first, first))[1], "AccessDenied");
  deepEqual(refusal(await change(first, "weak")), violation);
  equal((await change(first, second)).status, 200);
  equal(element(await done("GetLoginProfile", { UserName: "Ann" }), "PasswordResetRequired"), "false");
  equal((await signIn(iam, second, "Ann")).outcome, "accepted");
  deepEqual(refusal(await call("ChangePassword", { OldPassword: first, NewPassword: second })), [
    400,
    "InvalidUserType",
    "Only IAM Users can change their own password.",
  ]);
});

test("AllowUsersToChangePassword lets every user change his own, save whom a policy denies it", async () => {
  const { call, done, road } = await iamRoad();
  const { keys } = await road.user(account, "Ann", { path: "/team/" });
  const deny = {
    name: "deny",
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "iam:ChangePassword", Resource: "*" }],
    }),
  };
  const { keys: denied } = await road.user(account, "Dan", { inlinePolicies: [deny] });
  for (const UserName of ["Ann", "Dan"]) await done("CreateLoginProfile", { UserName, Password: first });
  const change = (signer: typeof keys): ReturnType<typeof call> =>
    call("ChangePassword", { OldPassword: first, NewPassword: second }, signer);
  deepEqual(refusal(await change(keys)), [
    403,
    "AccessDenied",
    `User: arn:aws:iam::${account}:user/team/Ann is not authorized to perform: iam:ChangePassword on resource: user Ann because no identity-based policy allows the iam:ChangePassword action`,
  ]);
  equal(refusal(await call("GetAccountPasswordPolicy", {}, keys))[1], "AccessDenied");
  await done("UpdateAccountPasswordPolicy", { AllowUsersToChangePassword: "true" });
  equal((await change(keys)).status, 200);
  equal((await call("GetAccountPasswordPolicy", {}, keys)).status, 200);
  equal(refusal(await call("UpdateAccountPasswordPolicy", {}, keys))[1], "AccessDenied");
  equal(
    refusal(await call("UpdateLoginProfile", { UserName: "Ann", Password: third }, keys))[1],
    "AccessDenied",
  );
  equal(refusal(await change(denied))[1], "AccessDenied");
});

test("whoever may not is refused, in AWS's words", async () => {
  const { call, road } = await story();
  const { keys } = await road.user(account, "Eve");
  const eve = `User: arn:aws:iam::${account}:user/Eve is not authorized to perform: iam:`;
  const refused = async (
    action: string,
    resource: string,
    input: Record<string, string> = {},
  ): Promise<void> =>
    deepEqual(refusal(await call(action, input, keys)), [
      403,
      "AccessDenied",
      `${eve}${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
    ]);
  const bob = { UserName: "Bob" };
  await refused("CreateLoginProfile", "user Bob", { ...bob, Password: first });
  await refused("GetLoginProfile", "user Bob", bob);
  await refused("GetLoginProfile", "user ");
  await refused("UpdateLoginProfile", "user Bob", bob);
  await refused("DeleteLoginProfile", "user Bob", bob);
  for (const action of [
    "UpdateAccountPasswordPolicy",
    "GetAccountPasswordPolicy",
    "DeleteAccountPasswordPolicy",
  ])
    await refused(action, "*");
});

test("sign-in notes the use, five minutes apart, and knows expired passwords", async () => {
  const iam = await story();
  const { done, road } = iam;
  const lastUsed = async (): Promise<string | undefined> =>
    element(await done("GetUser", { UserName: "Bob" }), "PasswordLastUsed");
  equal((await signIn(iam, first, "Nobody")).outcome, "refused");
  equal((await signIn(iam, second)).outcome, "refused");
  equal(await lastUsed(), undefined);
  const accepted = await signIn(iam, first);
  ok(accepted.outcome === "accepted");
  deepEqual([accepted.user.name, accepted.mustChange], ["Bob", undefined]);
  equal(await lastUsed(), "2026-09-27T12:00:00Z");
  road.clock.nowMs += 4 * 60_000;
  await signIn(iam, first);
  equal(await lastUsed(), "2026-09-27T12:00:00Z");
  road.clock.nowMs += 60_000;
  await signIn(iam, first);
  equal(await lastUsed(), "2026-09-27T12:05:00Z");

  await done("UpdateAccountPasswordPolicy", { MaxPasswordAge: "1" });
  const mustChange = async (): Promise<unknown> => {
    const result = await signIn(iam, first);
    return result.outcome === "accepted" ? result.mustChange : result.outcome;
  };
  equal(await mustChange(), undefined);
  road.clock.nowMs += dayMs;
  equal(await mustChange(), "expired");
  await done("UpdateAccountPasswordPolicy", { MaxPasswordAge: "1", HardExpiry: "true" });
  equal(await mustChange(), "hard-expired");
  await done("UpdateAccountPasswordPolicy");
  await done("UpdateLoginProfile", { UserName: "Bob", PasswordResetRequired: "true" });
  equal(await mustChange(), "reset-required");
});

test("of two changes at once one is done, and the other is told to try again", async () => {
  const iam = await story();
  const { call } = iam;
  const answers = await Promise.all(
    [second, third].map((Password) => call("UpdateLoginProfile", { UserName: "Bob", Password })),
  );
  deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  const lost = answers.find(({ status }) => status === 409);
  equal(lost && element(lost.body, "Code"), "EntityTemporarilyUnmodifiable");
});

test("no password is kept or told in clear", async () => {
  const iam = await story();
  const { call, done, road } = iam;
  const { keys } = await road.user(account, "Ann", { inlinePolicies: [allowing("iam:ChangePassword")] });
  await done("CreateLoginProfile", { UserName: "Ann", Password: first });
  await done("UpdateLoginProfile", { UserName: "Bob", Password: second });
  await done("ChangePassword", { OldPassword: first, NewPassword: third }, keys);
  await call("ChangePassword", { OldPassword: first, NewPassword: second }, keys);
  await call("CreateLoginProfile", { UserName: "Ann", Password: "weak" });
  const stored = await road.store.read(async (tx) => [
    ...(await tx.loginProfiles.list([], { limit: 9 })),
    ...(await tx.users.list([], { limit: 9 })),
  ]);
  const told = JSON.stringify([road.events, stored]);
  for (const password of [first, second, third]) ok(!told.includes(password));
  ok(
    stored.some(
      (record) =>
        "passwordHash" in record && record.passwordHash.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"),
    ),
  );
  const created = road.events.find(({ eventName }) => eventName === "CreateLoginProfile");
  deepEqual(created?.requestParameters, { userName: "Bob" });
  deepEqual(road.failures, []);
});
