import { equal } from "node:assert/strict";
import { test } from "node:test";
import { account, element, iamRoad, refusal, trust } from "./testing.ts";

test("a role's boundary is taken away, and one that is not set cannot be", async () => {
  const { call, done } = await iamRoad();
  await done("CreateRole", {
    RoleName: "r",
    AssumeRolePolicyDocument: trust({ AWS: account }),
    PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess",
  });
  equal(
    element(await done("GetRole", { RoleName: "r" }), "PermissionsBoundaryArn"),
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
  );
  await done("DeleteRolePermissionsBoundary", { RoleName: "r" });
  equal(element(await done("GetRole", { RoleName: "r" }), "PermissionsBoundaryArn"), undefined);
  equal(refusal(await call("DeleteRolePermissionsBoundary", { RoleName: "r" }))[1], "NoSuchEntity");
});
