import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { parsePolicy } from "@rolecall/policy";
import { patternCodes, textMatcher } from "@rolecall/policy/language";
import { serviceAuthorization } from "@rolecall/service-authorization";
import type { ActionOfAnyService } from "@rolecall/service-authorization/actions";
import { checks, guessKind, lint } from "./index.ts";
import type { LintKind } from "./index.ts";
import { covers, overlaps } from "./patterns.ts";
import { nearest } from "./suggest.ts";

const data = serviceAuthorization();
const kinds: readonly LintKind[] = ["identity", "resource", "trust", "scp", "rcp"];

test("what is no JSON object gives one finding and nothing else", () => {
  for (const text of [
    "",
    "{",
    "[]",
    '"a"',
    '{"a":1,"a":2}',
    '{"Version":"2012-10-17",}',
    "x".repeat(200_000),
  ])
    for (const kind of kinds) {
      const findings = lint(text, { kind, data });
      assert.deepEqual(
        findings.map(({ issueCode, findingType }) => `${findingType} ${issueCode}`),
        ["ERROR JSON_SYNTAX_ERROR"],
        text.slice(0, 40),
      );
    }
});

test("a syntax error says where it is, lines from 1, columns and offsets from 0", () => {
  const [finding] = lint('{\n  "Version" "2012-10-17"\n}', { kind: "identity", data });
  assert.deepEqual(finding?.locations, [
    {
      path: [],
      span: { start: { line: 2, column: 12, offset: 14 }, end: { line: 2, column: 13, offset: 15 } },
    },
  ]);
  assert.match(finding.findingDetails, /^Expected ":", at offset 14\.$/);
});

test("a finding points at its value, with the path to it", () => {
  const text =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObjekt"],"Resource":"*"}]}';
  const [finding] = lint(text, { kind: "identity", data });
  assert.deepEqual(finding, {
    findingType: "ERROR",
    issueCode: "INVALID_ACTION",
    findingDetails: "There is no action s3:GetObjekt. Did you mean s3:GetObject?",
    learnMoreLink:
      "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action",
    locations: [
      {
        path: [{ value: "Statement" }, { index: 0 }, { value: "Action" }, { index: 0 }],
        span: {
          start: { line: 1, column: 65, offset: 65 },
          end: { line: 1, column: 79, offset: 79 },
        },
      },
    ],
  });
});

test("a good policy of each kind gives no finding", () => {
  const statements: Record<LintKind, object> = {
    identity: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" },
    resource: {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:role/ops" },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::logs/*",
    },
    trust: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    scp: { Effect: "Deny", Action: "organizations:LeaveOrganization", Resource: "*" },
    rcp: {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "*",
      Condition: { BoolIfExists: { "aws:SecureTransport": "false" } },
    },
  };
  for (const kind of kinds) {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: [statements[kind]] });
    assert.deepEqual(lint(text, { kind, data }), [], kind);
  }
});

/** Documents out of the words of the language, right and wrong. */
const words = fc.constantFrom(
  ..."Version Statement Effect Action NotAction Resource NotResource Principal NotPrincipal Condition Sid AWS Service".split(
    " ",
  ),
  ..."Allow Deny * s3:* iam:PassRole s3:Get? arn:aws:s3:::a/* arn:aws:iam::*:role/* ${aws:username} ${ ${} 111122223333".split(
    " ",
  ),
  ..."StringLike ForAllValues:StringEquals NullIfExists Bool IpAddress NumericLessThan aws:SourceIp aws:TagKeys".split(
    " ",
  ),
  ..."aws:PrincipalOrgID 10.0.0.0/8 ::1/200 2012-10-17 sts:AssumeRole cloudtrail.amazonaws.com true __proto__".split(
    " ",
  ),
);
const { document } = fc.letrec((tie) => ({
  document: fc.dictionary(words, tie("value"), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 5 },
    words,
    fc.constantFrom(null, true, 1, "", -0.5),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(words, tie("value"), { maxKeys: 4 }),
  ),
}));

test("never throws, whatever the document", () => {
  fc.assert(
    fc.property(document, fc.constantFrom(...kinds), (value, kind) => {
      const whole = { Version: "2012-10-17", Statement: [value, { Effect: "Allow", ...value }] };
      for (const text of [JSON.stringify(value), JSON.stringify(whole)])
        for (const { locations, issueCode } of lint(text, { kind, data })) {
          assert.ok(checks.some(({ code }) => code === issueCode));
          for (const { span } of locations)
            assert.ok(span.start.offset <= span.end.offset && span.end.offset <= text.length);
        }
    }),
    { numRuns: 500 },
  );
});

test("names that every object has are names like others", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    const statement = `{"Effect":"Allow","Action":"${name}:${name}","Resource":"arn:aws:${name}:::${name}","Condition":{"${name}":{"${name}":"a"},"StringEquals":{"${name}":"${name}","aws:${name}":"a"}},"Principal":{"${name}":"a"}}`;
    for (const kind of kinds) {
      const codes = lint(`{"Version":"2012-10-17","${name}":1,"Statement":[${statement}]}`, {
        kind,
        data,
      }).map(({ issueCode }) => issueCode);
      for (const code of [
        "INVALID_POLICY_ELEMENT",
        "INVALID_CONDITION_OPERATOR",
        "INVALID_CONDITION_KEY_FORMAT",
      ])
        assert.ok(codes.includes(code), `${name} ${kind}: ${codes.join(" ")}`);
    }
  }
});

test("never throws on a vector with a piece cut out", () => {
  const folder = new URL("../../../vectors/lint/", import.meta.url);
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { document?: object }[])
    .map((vector) => JSON.stringify(vector.document ?? {}))
    .filter((text) => text.length < 2_000);
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.nat(40),
      fc.constantFrom(...kinds),
      (text, at, length, kind) => {
        const from = at % text.length;
        assert.ok(Array.isArray(lint(text.slice(0, from) + text.slice(from + length), { kind, data })));
      },
    ),
    { numRuns: 500 },
  );
});

const small = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 4 }).map((units) => units.join(""));
/** Two patterns of four units that share a text share one of at most eight. */
const allTexts = [""];
for (const text of allTexts) if (text.length < 8) allTexts.push(`${text}a`, `${text}b`);

test("a pattern that covers another matches what the other matches; overlapping ones share a text", () => {
  fc.assert(
    fc.property(small, small, (one, other) => {
      const [matchesOne, matchesOther] = [textMatcher(patternCodes(one)), textMatcher(patternCodes(other))];
      const shared = allTexts.filter((text) => matchesOne(text) && matchesOther(text));
      assert.equal(overlaps(patternCodes(one), patternCodes(other)), shared.length > 0);
      if (covers(one, other)) for (const text of allTexts) assert.ok(!matchesOther(text) || matchesOne(text));
      // Where the inner one is a text, nothing is left open.
      if (!/[*?]/.test(other)) assert.equal(covers(one, other), matchesOne(other));
    }),
    { numRuns: 2_000 },
  );
});

test("a misspelt name finds the one that was meant", () => {
  const names = ["GetObject", "GetObjectAcl", "PutObject", "ListBucket"];
  assert.equal(nearest("getobjekt", names), "GetObject");
  assert.equal(nearest("ListBuckets", names), "ListBucket");
  assert.equal(nearest("Terminate", names), undefined);
});

test("what the types know as an action, the checks know", () => {
  const typed: readonly ActionOfAnyService[] = [
    "s3:GetObject",
    "iam:PassRole",
    "sts:AssumeRole",
    "ec2:RunInstances",
  ];
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Deny", Action: typed, Resource: "*" },
  });
  assert.deepEqual(lint(text, { kind: "identity", data }), []);
});

test("a document is recognized by its content", () => {
  const kindOf = (document: unknown) => guessKind(JSON.stringify(document));
  const statement = (more: object) => ({ Version: "2012-10-17", Statement: { Effect: "Allow", ...more } });
  assert.equal(kindOf(statement({ Action: "s3:*", Resource: "*" })), "identity");
  assert.equal(kindOf(statement({ Principal: "*", Action: "s3:*", Resource: "*" })), "resource");
  assert.equal(kindOf(statement({ Principal: { AWS: "1" }, Action: "sts:AssumeRole" })), "trust");
  assert.equal(kindOf({ name: "package", version: "1" }), undefined);
  assert.equal(kindOf([1]), undefined);
  assert.equal(guessKind('{"Statement": [{"Action": }]}'), "unreadable");
  assert.equal(guessKind("{ broken"), undefined);
});

test("the engine and the data agree on the services of RCPs", () => {
  for (const prefix of data.servicePrefixes) {
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Deny", Principal: "*", Action: `${prefix}:*`, Resource: "*" },
    });
    assert.equal(parsePolicy(text, "rcp").ok, data.rcpServices.has(prefix), prefix);
  }
});

test("the table says what it must", () => {
  for (const { code, when, page } of checks) {
    assert.match(code, /^[A-Z][A-Z0-9_]+$/);
    assert.ok(when.length > 10 && !when.endsWith("."), code);
    assert.equal(page !== undefined, code.startsWith("ROLECALL_"), `${code}: ours name their page`);
  }
});
