import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { eventParameters } from "./parameters.ts";

const shown = (members: object): unknown => eventParameters(members, { dateComma: false });

test("secrets are left out, at every depth", () => {
  const secrets = {
    Password: "p",
    OldPassword: "p",
    NewPassword: "p",
    PrivateKey: "p",
    ServicePassword: "p",
    ServiceCredentialSecret: "p",
    AuthenticationCode1: "1",
    AuthenticationCode2: "1",
  };
  deepEqual(shown({ UserName: "Bob", ...secrets, Inner: { ...secrets, Status: "Active" } }), {
    userName: "Bob",
    inner: { status: "Active" },
  });
  deepEqual(shown(secrets), null);
});

test("a private key that came as something else is hidden", () => {
  for (const label of ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "])
    deepEqual(
      shown({
        CertificateBody: `-----BEGIN ${label}PRIVATE KEY-----\nMII`,
        Tags: [{ Key: "k", Value: "v" }],
      }),
      { certificateBody: "HIDDEN_DUE_TO_SECURITY_REASONS", tags: [{ key: "k", value: "v" }] },
    );
});
