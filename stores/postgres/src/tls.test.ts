import { match, ok, rejects } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StoreUnavailable } from "@rolecall/store-contract";
import { openPostgresStore } from "./open-postgres-store.ts";
import { serverAccount, startPostgres, whyNoPostgres } from "./testing.ts";

/** Before version 3 it cannot sign for another authority in one step. */
const hasOpenssl = /^OpenSSL [3-9]/.test(spawnSync("openssl", ["version"], { encoding: "utf8" }).stdout);
const reason = whyNoPostgres() ?? (hasOpenssl ? undefined : "OpenSSL 3 is not installed");

/** Two authorities, and a certificate for `localhost` of the first, whose key the server may read. */
function certificates(): string {
  const directory = mkdtempSync(join(tmpdir(), "rolecall-tls-"));
  chmodSync(directory, 0o755);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const openssl = (...args: string[]): void => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: directory, encoding: "utf8" });
    ok(status === 0, stderr);
  };
  for (const name of ["ours", "other"])
    openssl("req", "-x509", ...key, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "server.key",
    "-out",
    "server.pem",
    ...subject,
    "-CA",
    "ours.pem",
    "-CAkey",
    "ours.key",
  );
  const file = join(directory, "server.key");
  chmodSync(file, 0o600);
  const owner = serverAccount();
  if (owner) chownSync(file, owner.uid, owner.gid);
  return directory;
}

test("TLS is as the URL says, and what it asks for is checked", { skip: reason ?? false }, async (t) => {
  const directory = certificates();
  const server = await startPostgres([
    "fsync=off",
    "ssl=on",
    `ssl_cert_file=${directory}/server.pem`,
    `ssl_key_file=${directory}/server.key`,
  ]);
  t.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const url = (host: string, query: string): string =>
    `postgres://${new URL(server.url).username}@${host}:${server.port}/postgres?application_name=tls&${query}`;
  const verified = `sslmode=verify-full&sslrootcert=${directory}/ours.pem`;

  const store = await openPostgresStore({ url: url("localhost", verified) });
  await store.write((tx) => tx.settings.put({ name: "a", value: 1 }));
  const sessions = await server.query(
    "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'tls'",
  );
  ok(sessions.length > 1 && sessions.every(({ ssl }) => ssl === true), JSON.stringify(sessions));
  await store.close();

  for (const [host, query, message] of [
    ["localhost", `sslmode=verify-full&sslrootcert=${directory}/other.pem`, /unable to verify/],
    ["127.0.0.1", verified, /Hostname\/IP does not match/],
  ] as const)
    await rejects(openPostgresStore({ url: url(host, query) }), (error: Error) => {
      ok(error instanceof StoreUnavailable, String(error));
      match(error.message, message);
      return true;
    });
});
