// What is called redundant is covered by the rest, in every request: small lists are tried one and all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy, contextOf, evaluate, parsePolicy } from "@rolecall/policy";
import type { CompiledPolicy } from "@rolecall/policy";
import { serviceAuthorization } from "@rolecall/service-authorization";
import { lint } from "../index.ts";

const data = serviceAuthorization();
const accountId = "111122223333";
const principal = {
  kind: "user",
  accountId,
  arn: `arn:aws:iam::${accountId}:user/a`,
  uniqueId: "AIDA",
} as const;
const bucket = "arn:aws:s3:::b/";

const document = (...resources: string[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: resources }],
  });

/** All sequences of at most so many of the units. */
function upTo(count: number, units: readonly string[]): string[] {
  const all = [""];
  let last = all;
  for (let i = 0; i < count; i++) {
    last = last.flatMap((text) => units.map((unit) => text + unit));
    all.push(...last);
  }
  return all;
}

const contexts = [undefined, "", "a", "b", "*"].map((value) =>
  contextOf(value === undefined ? {} : { "aws:PrincipalTag/t": value }),
);
const texts = upTo(3, ["a", "b", "*"]);

/** The requests that a policy allows, one bit each. */
function reach(policy: CompiledPolicy): boolean[] {
  return contexts.flatMap((context) =>
    texts.map((text) => {
      const resource = bucket + text;
      const request = { principal, action: "s3:GetObject", resource, resourceAccountId: accountId, context };
      return evaluate(request, { identity: [policy] }).effect === "Allow";
    }),
  );
}

test("a resource that is said to be covered by another lets nothing more in", (t) => {
  const variable = "aws:PrincipalTag/t";
  const tails = upTo(2, ["a", "*", "?", "}", "${*}", `\${${variable}}`, `\${${variable}, 'a*'}`]);
  const reaches = new Map(
    tails.map((tail) => {
      const parsed = parsePolicy(document(bucket + tail), "identity");
      assert.ok(parsed.ok, tail);
      return [tail, reach(compilePolicy(parsed.policy, { type: "identity" }))];
    }),
  );
  let raised = 0;
  for (const [i, one] of tails.entries())
    for (const other of tails.slice(i + 1)) {
      const findings = lint(document(bucket + one, bucket + other), { kind: "identity", data });
      const step = findings
        .find(({ issueCode }) => issueCode === "REDUNDANT_RESOURCE")
        ?.locations[0]?.path.at(-1);
      if (step === undefined || !("index" in step)) continue;
      raised++;
      const [inner, outer] = step.index === 0 ? [one, other] : [other, one];
      const more = reaches.get(inner)?.findIndex((lets, at) => lets && !reaches.get(outer)?.[at]);
      assert.equal(more, -1, `${outer} does not cover ${inner}`);
    }
  t.diagnostic(`${raised} raised`);
  assert.ok(raised > 100);
});
