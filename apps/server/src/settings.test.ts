import { test } from "node:test";
import { deepEqual, equal, throws } from "node:assert/strict";
import { closest } from "./closest.ts";
import { fromEnvironment, fromFile, parseDuration, resolveSettings, SettingsProblem } from "./settings.ts";
import { clientAddress, trustedProxies } from "./trusted-proxy.ts";

const problem = (message: RegExp, hint: RegExp) => (error: unknown) =>
  error instanceof SettingsProblem && message.test(error.message) && hint.test(error.hint);

test("nothing given gives the documented defaults", () => {
  const settings = resolveSettings([]);
  equal(settings.host, "127.0.0.1");
  equal(settings.port, 4566);
  equal(settings.data, "./.rolecall");
  equal(settings.explain, "record");
  equal(settings.accountId, "000000000000");
  equal(settings.allowReset, false);
});

test("flags win over the environment, the environment over the file", () => {
  const file = fromFile("c.json", '{"port": 1, "host": "0.0.0.0", "explain": "inline"}');
  const environment = fromEnvironment({ ROLECALL_PORT: "2", ROLECALL_HOST: "::1", PATH: "/bin" });
  const settings = resolveSettings([{ port: ["3"] }, environment, file]);
  deepEqual([settings.port, settings.host, settings.explain], [3, "::1", "inline"]);
});

test("repeatable settings are lists, in every source", () => {
  const environment = fromEnvironment({ ROLECALL_TRUSTED_PROXY: "10.0.0.0/8, 192.168.0.0/16" });
  deepEqual(resolveSettings([environment]).trustedProxies, ["10.0.0.0/8", "192.168.0.0/16"]);
  const file = fromFile("c.json", '{"upstream": ["s3=http://a:1", "http://b:2"]}');
  deepEqual(resolveSettings([file]).upstreams, [
    { service: "s3", url: "http://a:1" },
    { service: undefined, url: "http://b:2" },
  ]);
});

test("names and values that are none of ours stop the start", () => {
  throws(() => fromEnvironment({ ROLECALL_DATABSE: "x" }), problem(/ROLECALL_DATABSE/, /ROLECALL_DATABASE/));
  throws(() => fromFile("c.json", '{"prot": 1}'), problem(/prot/, /port/));
  throws(() => fromFile("c.json", "[1"), problem(/not valid JSON/, /./));
  throws(() => fromFile("c.json", '{"port": {}}'), problem(/port must be/, /./));
  for (const bad of ["x", "-1", "65536", "1.5"])
    throws(() => resolveSettings([{ port: [bad] }]), problem(/port number/, /./), bad);
  throws(() => resolveSettings([{ explain: ["loud"] }]), problem(/inline or record/, /./));
  throws(() => resolveSettings([{ "account-id": ["12"] }]), problem(/twelve/, /./));
  throws(() => resolveSettings([{ "session-ttl": ["1h"] }]), problem(/not built/, /./));
  for (const bad of ["0", "x", "1.5", "300"])
    throws(() => resolveSettings([{ workers: [bad] }]), problem(/number from 1 to 256/, /./), bad);
  throws(
    () => resolveSettings([{ workers: ["2"], "allow-reset": ["true"] }]),
    problem(/clock of one process only/, /./),
  );
  for (const bad of ["mysql://u:secret@h/d", "postgres:secret", "secret"])
    throws(
      () => resolveSettings([{ database: [bad] }]),
      (error: SettingsProblem) =>
        problem(/not a URL of PostgreSQL/, /./)(error) && !/secret/.test(error.message),
      bad,
    );
  throws(() => resolveSettings([{ "database-grace": ["-1s"] }]), problem(/not a duration/, /./));
  throws(() => resolveSettings([{ upstream: ["ftp://x"] }]), problem(/not \[service=\]URL/, /./));
  throws(() => resolveSettings([{ "root-access-key-id": ["test"] }]), problem(/Only one/, /./));
});

test("durations have units and signs", () => {
  deepEqual(["90", "90s", "5m", "-2h", "1d", "250ms", "x", "1w", "", "99999999999"].map(parseDuration), [
    90_000,
    90_000,
    300_000,
    -7_200_000,
    86_400_000,
    250,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("did you mean", () => {
  equal(closest("exlpain", ["host", "explain"]), "explain");
  equal(closest("zzzzzz", ["host", "explain"]), undefined);
});

test("forwarding headers are believed from trusted peers only, and from the right", () => {
  const trusted = trustedProxies(["10.0.0.0/8", "fd00::/8"]);
  equal(clientAddress("203.0.113.9", ["198.51.100.1"], trusted), "203.0.113.9");
  equal(clientAddress("10.0.0.1", ["198.51.100.1"], trusted), "198.51.100.1");
  // What the client itself wrote stands to the left of what the proxy saw.
  equal(clientAddress("10.0.0.1", ["127.0.0.1, 198.51.100.1, 10.9.9.9"], trusted), "198.51.100.1");
  equal(clientAddress("10.0.0.1", ["198.51.100.1, rubbish"], trusted), "10.0.0.1");
  equal(clientAddress("fd00::1", ["2001:db8::1"], trusted), "2001:db8::1");
  equal(clientAddress("10.0.0.1", [], trusted), "10.0.0.1");
  throws(() => trustedProxies(["10.0.0.0/33"]), SettingsProblem);
  throws(() => trustedProxies(["example.org"]), SettingsProblem);
});

test("quotas are set for all accounts and for one, and their names are checked", () => {
  const file = fromFile(
    "c.json",
    '{"quotas": {"*": {"RolesPerAccount": 5000}, "111122223333": {"PolicySize": 0}}}',
  );
  const quotas = { "*": { RolesPerAccount: 5000 }, "111122223333": { PolicySize: 0 } };
  deepEqual(resolveSettings([file]).quotas, quotas);
  deepEqual(resolveSettings([fromEnvironment({ ROLECALL_QUOTAS: JSON.stringify(quotas) })]).quotas, quotas);
  deepEqual(resolveSettings([]).quotas, {});
  const given = (text: string) => () => resolveSettings([{ quotas: [text] }]);
  throws(given("{"), problem(/not valid JSON/, /RolesPerAccount/));
  throws(given("5"), problem(/object of accounts/, /./));
  throws(given('{"12": {}}'), problem(/neither an account id nor \*/, /./));
  throws(given('{"*": 5}'), problem(/object of quotas/, /./));
  throws(
    given('{"*": {"RolePerAccount": 5}}'),
    problem(/no quota RolePerAccount/, /Did you mean RolesPerAccount/),
  );
  throws(given('{"*": {"Zzzzzzzzzzzzzz": 5}}'), problem(/no quota/, /There are: UsersPerAccount/));
  for (const bad of ["-1", "1.5", '"5"', "null"])
    throws(given(`{"*": {"RolesPerAccount": ${bad}}}`), problem(/whole number/, /./), bad);
});
