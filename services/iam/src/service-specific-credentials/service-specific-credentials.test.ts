import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { allowing } from "@rolecall/pipeline/testing";
import { account, element, elements, iamRoad, refusal } from "../testing.ts";
import type { IamRoad } from "../testing.ts";

const codecommit = "codecommit.amazonaws.com";
const bedrock = "bedrock.amazonaws.com";
const dayMs = 24 * 60 * 60 * 1000;

async function story(): Promise<
  IamRoad & { create(user: string, service: string, days?: string): Promise<string> }
> {
  const iam = await iamRoad();
  for (const UserName of ["Bob", "Eve"]) await iam.done("CreateUser", { UserName });
  return {
    ...iam,
    create: (UserName, ServiceName, days) =>
      iam.done("CreateServiceSpecificCredential", {
        UserName,
        ServiceName,
        ...(days !== undefined && { CredentialAgeDays: days }),
      }),
  };
}

test("a password is made for a service that takes one", async () => {
  const { create, road } = await story();
  const made = await create("bob", "CodeCommit.amazonaws.com");
  deepEqual(
    ["UserName", "ServiceName", "ServiceUserName", "Status", "ServiceCredentialAlias", "ExpirationDate"].map(
      (name) => element(made, name),
    ),
    ["Bob", codecommit, `Bob-at-${account}`, "Active", undefined, undefined],
  );
  match(element(made, "ServiceSpecificCredentialId") ?? "", /^ACCA[A-Z2-7]{17}$/);
  const password = element(made, "ServicePassword") ?? "";
  equal(password.length, 60);
  equal(element(await create("Bob", codecommit), "ServiceUserName"), `Bob+1-at-${account}`);

  const stored = await road.store.read((tx) => tx.serviceSpecificCredentials.list([], { limit: 9 }));
  ok(stored.some((record) => record.secretSha256 === createHash("sha256").update(password).digest("hex")));
  const told = JSON.stringify([stored, road.events]);
  ok(!told.includes(password));
  const event = road.events.find(({ eventName }) => eventName === "CreateServiceSpecificCredential");
  const shown = event?.responseElements?.["serviceSpecificCredential"] as Record<string, unknown>;
  equal(shown["serviceUserName"], `Bob-at-${account}`);
  ok(!("servicePassword" in shown));
});

test("an API key is made for a service that takes one, and holds its alias", async () => {
  for (const [service, prefix] of [
    [bedrock, "ABSK"],
    ["logs.amazonaws.com", "ACWL"],
    ["cloudwatch.amazonaws.com", "APIAACWM"],
    ["aws-external-anthropic.amazonaws.com", "AEAA"],
  ] as const) {
    const { create, road } = await story();
    const made = await create("Bob", service, "30");
    deepEqual(
      ["ServiceCredentialAlias", "ServiceUserName", "ServicePassword", "ExpirationDate"].map((name) =>
        element(made, name),
      ),
      [`Bob-at-${account}`, undefined, undefined, "2026-10-27T12:00:00Z"],
    );
    const secret = element(made, "ServiceCredentialSecret") ?? "";
    ok(secret.startsWith(prefix), secret);
    const [alias, password] = Buffer.from(secret.slice(prefix.length), "base64").toString().split(":");
    deepEqual([alias, password?.length], [`Bob-at-${account}`, 60]);
    ok(!JSON.stringify(road.events).includes(secret));
  }
});

test("the user is looked for first, then the service; two credentials for each", async () => {
  const { call, create } = await story();
  const attempt = async (UserName: string, ServiceName: string, more = {}): Promise<unknown> =>
    refusal(await call("CreateServiceSpecificCredential", { UserName, ServiceName, ...more }));
  const nobody = [404, "NoSuchEntity", "The user with name Nobody cannot be found."];
  deepEqual(await attempt("Nobody", "sqs.amazonaws.com"), nobody);
  deepEqual(await attempt("Bob", "sqs.amazonaws.com"), [
    404,
    "NoSuchEntity",
    "No such service sqs.amazonaws.com is supported for Service Specific Credentials",
  ]);
  deepEqual(await attempt("Bob", "code commit"), [
    400,
    "ValidationError",
    "ServiceName must match [a-zA-Z0-9.-]*",
  ]);
  for (const CredentialAgeDays of ["0", "36601"])
    equal(((await attempt("Bob", bedrock, { CredentialAgeDays })) as unknown[])[1], "ValidationError");
  for (const service of [codecommit, bedrock]) {
    await create("Bob", service);
    await create("Bob", service);
    deepEqual(await attempt("Bob", service), [
      409,
      "LimitExceeded",
      "Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2",
    ]);
  }
  await create("Eve", codecommit);
});

test("the list has one user's or everybody's, of one service or all, without secrets", async () => {
  const { call, done, create, road } = await story();
  for (const [user, service] of [
    ["Bob", codecommit],
    ["Bob", bedrock],
    ["Eve", codecommit],
  ] as const) {
    await create(user, service);
    road.clock.nowMs += 1000;
  }
  const list = async (input: Record<string, string>): Promise<string[][]> => {
    const listed = await done("ListServiceSpecificCredentials", input);
    ok(!/Password|Secret>/.test(listed));
    return [elements(listed, "UserName"), elements(listed, "ServiceName")];
  };
  deepEqual(await list({ UserName: "Bob" }), [
    ["Bob", "Bob"],
    [codecommit, bedrock],
  ]);
  deepEqual(await list({ UserName: "Bob", ServiceName: "BEDROCK.amazonaws.com", AllUsers: "false" }), [
    ["Bob"],
    [bedrock],
  ]);
  // In no order that can be told: by the users' unique ids.
  const [users, services] = await list({ AllUsers: "true", ServiceName: codecommit });
  deepEqual(
    [users?.sort(), services],
    [
      ["Bob", "Eve"],
      [codecommit, codecommit],
    ],
  );
  equal((await list({ AllUsers: "true", ServiceName: "" }))[0]?.length, 3);
  deepEqual(refusal(await call("ListServiceSpecificCredentials", { AllUsers: "true", UserName: "Bob" })), [
    400,
    "InvalidInput",
    "Cannot list credentials for all users if a username is given",
  ]);
  deepEqual(refusal(await call("ListServiceSpecificCredentials", { UserName: "Nobody" })), [
    404,
    "NoSuchEntity",
    "The user with name Nobody cannot be found.",
  ]);
  const unknown = { UserName: "Bob", ServiceName: "x.amazonaws.com" };
  equal(refusal(await call("ListServiceSpecificCredentials", unknown))[1], "NoSuchEntity");

  const walked: string[] = [];
  for (let Marker: string | undefined = ""; Marker !== undefined;) {
    const input: Record<string, string> = { AllUsers: "true", MaxItems: "1", ...(Marker && { Marker }) };
    const page = await done("ListServiceSpecificCredentials", input);
    walked.push(...elements(page, "ServiceSpecificCredentialId"));
    Marker = element(page, "Marker");
    if (Marker !== undefined)
      equal(
        refusal(await call("ListServiceSpecificCredentials", { UserName: "Bob", Marker }))[1],
        "ValidationError",
      );
  }
  equal(new Set(walked).size, 3);
});

test("a reset changes the secret and nothing else", async () => {
  const { done, create, road } = await story();
  const made = await create("Bob", bedrock, "1");
  const own = {
    UserName: "Bob",
    ServiceSpecificCredentialId: element(made, "ServiceSpecificCredentialId") ?? "",
  };
  await done("UpdateServiceSpecificCredential", { ...own, Status: "Inactive" });
  road.clock.nowMs += 1000;
  const reset = await done("ResetServiceSpecificCredential", own);
  for (const name of [
    "ServiceSpecificCredentialId",
    "CreateDate",
    "ExpirationDate",
    "ServiceCredentialAlias",
  ])
    equal(element(reset, name), element(made, name), name);
  equal(element(reset, "Status"), "Inactive");
  notEqual(element(reset, "ServiceCredentialSecret"), element(made, "ServiceCredentialSecret"));
  road.clock.nowMs += dayMs;
  equal(element(await done("ListServiceSpecificCredentials", { UserName: "Bob" }), "Status"), "Expired");
});

test("a credential is its user's, whatever he is called, and keeps him", async () => {
  const { call, done, create } = await story();
  const ServiceSpecificCredentialId =
    element(await create("Bob", codecommit), "ServiceSpecificCredentialId") ?? "";
  const others = { ServiceSpecificCredentialId, Status: "Active" };
  for (const verb of ["Update", "Reset", "Delete"]) {
    const action = `${verb}ServiceSpecificCredential`;
    deepEqual(refusal(await call(action, { ...others, UserName: "Eve" })), [
      400,
      "ValidationError",
      `User Eve does not have a service specific credential with id ${ServiceSpecificCredentialId}`,
    ]);
    const missing = { ...others, UserName: "Bob", ServiceSpecificCredentialId: "ACCA".padEnd(21, "A") };
    deepEqual(refusal(await call(action, missing)), [
      404,
      "NoSuchEntity",
      `No such credential ${missing.ServiceSpecificCredentialId} exists`,
    ]);
    equal(refusal(await call(action, { ...others, UserName: "Nobody" }))[1], "NoSuchEntity");
  }
  const own = { UserName: "Bob", ServiceSpecificCredentialId };
  deepEqual(refusal(await call("UpdateServiceSpecificCredential", { ...own, Status: "Expired" })), [
    400,
    "InvalidInput",
    "Operation does not support status Expired",
  ]);
  deepEqual(refusal(await call("DeleteUser", { UserName: "Bob" })), [
    409,
    "DeleteConflict",
    "Cannot delete entity, must remove referenced objects first.",
  ]);
  await done("UpdateUser", { UserName: "Bob", NewUserName: "Robert" });
  const listed = await done("ListServiceSpecificCredentials", { UserName: "Robert" });
  deepEqual(
    [element(listed, "UserName"), element(listed, "ServiceUserName")],
    ["Robert", `Bob-at-${account}`],
  );
  // Who takes the name over does not get what it stood for.
  await done("CreateUser", { UserName: "Bob" });
  equal(element(await create("Bob", codecommit), "ServiceUserName"), `Bob+1-at-${account}`);
  await done("DeleteServiceSpecificCredential", { ...own, UserName: "Robert" });
  await done("DeleteUser", { UserName: "Robert" });
});

test("whoever may not is refused, in AWS's words; service and age can be conditions", async () => {
  const { call, create, road } = await story();
  const credential = await create("Bob", codecommit);
  const input = {
    UserName: "Bob",
    ServiceName: codecommit,
    ServiceSpecificCredentialId: element(credential, "ServiceSpecificCredentialId") ?? "",
    Status: "Active",
  };
  const { keys } = await road.user(account, "Mal");
  const refused = async (action: string, resource: string, sent: Record<string, string>): Promise<void> =>
    deepEqual(refusal(await call(action, sent, keys)), [
      403,
      "AccessDenied",
      `User: arn:aws:iam::${account}:user/Mal is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
    ]);
  for (const verb of ["Create", "Update", "Reset", "Delete"])
    await refused(`${verb}ServiceSpecificCredential`, "user Bob", input);
  const list = "ListServiceSpecificCredentials";
  await refused(list, "user Bob", { UserName: "Bob" });
  await refused(list, "user ", {});
  await refused(list, `arn:aws:iam::${account}:user/*`, { AllUsers: "true" });

  const own = `arn:aws:iam::${account}:user/Ann`;
  const { keys: ann } = await road.user(account, "Ann", {
    inlinePolicies: [
      allowing("iam:*ServiceSpecificCredential", "*", {
        Condition: {
          StringEquals: { "iam:ServiceSpecificCredentialServiceName": codecommit },
          NumericLessThanEqualsIfExists: { "iam:ServiceSpecificCredentialAgeDays": "2" },
        },
      }),
      { ...allowing(`iam:${list}`, own), name: "list" },
    ],
  });
  const create2 = (ServiceName: string, days: string): ReturnType<typeof call> =>
    call("CreateServiceSpecificCredential", { UserName: "Ann", ServiceName, CredentialAgeDays: days }, ann);
  const made = await create2("CODECOMMIT.amazonaws.com", "2");
  equal(made.status, 200);
  equal((await create2(codecommit, "3")).status, 403);
  equal((await create2(bedrock, "2")).status, 403);
  const id = element(made.body, "ServiceSpecificCredentialId") ?? "";
  equal((await call("ResetServiceSpecificCredential", { ServiceSpecificCredentialId: id }, ann)).status, 200);
  equal((await call(list, {}, ann)).status, 200);
  const foreign = await create("Bob", bedrock);
  const bobs = {
    UserName: "Bob",
    ServiceSpecificCredentialId: element(foreign, "ServiceSpecificCredentialId") ?? "",
  };
  equal((await call("DeleteServiceSpecificCredential", bobs, ann)).status, 403);
});
