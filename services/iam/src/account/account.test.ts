import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { iamRoad, refusal } from "../testing.ts";

test("the version of the global endpoint's tokens is remembered and shown", async () => {
  const { call, done, road } = await iamRoad();
  const shown = async (): Promise<string | undefined> =>
    /<key>GlobalEndpointTokenVersion<\/key><value>(\d)<\/value>/.exec(await done("GetAccountSummary"))?.[1];
  equal(await shown(), "1");
  await done("SetSecurityTokenServicePreferences", { GlobalEndpointTokenVersion: "v2Token" });
  equal(await shown(), "2");
  await done("SetSecurityTokenServicePreferences", { GlobalEndpointTokenVersion: "v1Token" });
  equal(await shown(), "1");
  const wrong = await call("SetSecurityTokenServicePreferences", { GlobalEndpointTokenVersion: "v3Token" });
  equal(refusal(wrong)[1], "ValidationError");
  const { keys } = await road.user("111122223333", "ana");
  const [status, code, message] = refusal(
    await call("SetSecurityTokenServicePreferences", { GlobalEndpointTokenVersion: "v2Token" }, keys),
  );
  equal(status, 403);
  equal(code, "AccessDenied");
  match(message ?? "", /perform: iam:SetSecurityTokenServicePreferences on resource: \* because/);
});
