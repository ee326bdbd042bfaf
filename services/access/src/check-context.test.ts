import { test } from "node:test";
import { equal, ok } from "node:assert/strict";
import type { SessionClaims } from "@rolecall/credentials";
import type { Role } from "@rolecall/store-contract";
import { anonymousCaller, roleSessionCaller, rootCaller } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { Check } from "./check.ts";
import { globalKeys } from "./context-keys.ts";
import { checkContext, contextEntries } from "./check-context.ts";

const claims: SessionClaims = {
  kind: "assumed-role",
  accountId: "444455556666",
  accessKeyId: "ASIA2O5XMPPVLJ2QE4KT",
  entityId: "AROA2O5XMPPVLJ2QE4KTQ",
  issuedAtSeconds: 1_790_000_000,
  expiresAtSeconds: 1_790_003_600,
  mfaAtSeconds: 1_790_000_000,
  sessionName: "ana",
  sourceIdentity: "ana",
  transitiveTagKeys: ["Team"],
  tags: { Team: "café", "With Blank": "" },
  context: { "saml:aud": "https://signin.aws.amazon.com/saml", "aws:Referer": "of the session" },
};
const role: Role = {
  accountId: "444455556666",
  roleId: "AROA2O5XMPPVLJ2QE4KTQ",
  name: "app",
  path: "/team/",
  createdAtMs: 0,
  maxSessionDurationSeconds: 3600,
  trustPolicy: { document: "{}", principalIds: {} },
  inlinePolicies: [],
  attachedPolicies: [],
  tags: [{ key: "team", value: "of the role" }],
};
const callers: Record<string, Caller> = {
  anonymous: anonymousCaller,
  root: rootCaller("444455556666", "AKIA"),
  session: roleSessionCaller(role, claims),
};
const checks: Record<string, Check> = {
  plain: { action: "s3:GetObject", resource: "arn:aws:s3:::b/k", resourceAccountId: undefined },
  owned: { action: "s3:GetObject", resource: "arn:aws:s3:::b/k", resourceAccountId: "111122223333" },
  named: {
    action: "sts:AssumeRole",
    resource: "r",
    resourceAccountId: "111122223333",
    context: {
      "sts:ExternalId": "",
      "aws:TagKeys": [],
      "AWS:sourceip": "named",
      "aws:ResourceAccount": "named",
      "aws:UserAgent": undefined,
    },
  },
};
const organization = { id: "o-1", path: "o-1/r-1/" };

for (const [who, caller] of Object.entries(callers))
  for (const [what, check] of Object.entries(checks))
    test(`a condition is told what the record shows: ${who}, ${what}`, () => {
      const facts = {
        caller,
        request: {
          nowMs: 1_790_000_007_000,
          sourceIp: "192.0.2.1",
          secureTransport: true,
          userAgent: "agent",
          referer: undefined,
          requestedRegion: "eu-west-1",
        },
        organization,
        organizations: new Map([["111122223333", organization]]),
      };
      const context = checkContext(check, facts);
      // Of two spellings of one key the later one counts.
      const shown = new Map(
        Object.entries(contextEntries(check, facts)).map(([key, value]) => [key.toLowerCase(), value]),
      );
      ok(shown.size >= 8);
      for (const [key, value] of shown) equal(String(context.get(key)), String(value), key);
      equal([...context.entries()].length >= shown.size, true);
      for (const { key } of globalKeys)
        equal(context.get(key.toLowerCase()) === undefined, !shown.has(key.toLowerCase()), key);
      for (const key of ["", "aws:principaltag/", "aws:principaltag/none", "aws:none", "constructor"])
        equal(context.get(key), undefined);
    });
