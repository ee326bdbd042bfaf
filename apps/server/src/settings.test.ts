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

test("what is set and empty stops the start: an empty host would be every address, an empty port any", () => {
  for (const name of ["HOST", "PORT", "DATA", "DATABASE", "MASTER_KEY", "TRUSTED_PROXY", "UPSTREAM"])
    throws(
      () => fromEnvironment({ [`ROLECALL_${name}`]: "" }),
      problem(new RegExp(`^ROLECALL_${name} is set and empty`), /./),
      name,
    );
  throws(() => fromFile("c.json", '{"host": ""}'), problem(/host is empty/, /./));
  throws(() => resolveSettings([{ host: [""] }]), problem(/--host is empty/, /./));
  throws(() => resolveSettings([{ "trusted-proxy": ["10.0.0.0/8", " "] }]), problem(/is empty/, /./));
});

test("numbers are written in digits", () => {
  for (const bad of ["0x10", "1e3", " 80", "+80"]) {
    throws(() => resolveSettings([{ port: [bad] }]), problem(/port number/, /./), bad);
    throws(() => resolveSettings([{ workers: [bad] }]), problem(/number from 1/, /./), bad);
  }
});

test("what Kubernetes tells of a service named rolecall is no setting", () => {
  const linked = {
    ROLECALL_SERVICE_HOST: "10.0.0.1",
    ROLECALL_SERVICE_PORT: "4566",
    ROLECALL_SERVICE_PORT_HTTP: "4566",
    ROLECALL_PORT: "tcp://10.0.0.1:4566",
    ROLECALL_PORT_4566_TCP: "tcp://10.0.0.1:4566",
    ROLECALL_PORT_4566_TCP_PROTO: "tcp",
    ROLECALL_PORT_4566_TCP_PORT: "4566",
    ROLECALL_PORT_4566_TCP_ADDR: "10.0.0.1",
  };
  deepEqual(fromEnvironment(linked), {});
  throws(() => fromEnvironment({ ROLECALL_PORT_4566: "x" }), problem(/Unknown/, /./));
});

test("an upstream that nothing would go to, or that cannot be read, stops the start, its secret untold", () => {
  const given =
    (...upstream: string[]) =>
    () =>
      resolveSettings([{ upstream }]);
  throws(given("sqs=http://h:1"), problem(/--upstream sqs=/, /S3/));
  throws(given("s3=http://h:1", "s3=http://h:2"), problem(/two upstreams/, /./));
  throws(given("http://h:1", "http://h:2"), problem(/two upstreams/, /./));
  for (const bad of [
    "s3=ftp://key:hushhush@h",
    "s3=http://key:%zzhushhush@h",
    "s3=http://key:hushhush@h/path",
    "s3=http://key:hushhush@h/?regoin=eu-west-1",
    "s3 = http://key:hush/hush@h",
  ])
    throws(
      given(bad),
      (error: unknown) => problem(/--upstream/, /./)(error) && !/hush/.test(`${(error as Error).message}`),
      bad,
    );
  deepEqual(resolveSettings([{ upstream: ["s3=https://key:secret@h/?region=eu-west-1"] }]).upstreams, [
    { service: "s3", url: "https://key:secret@h/?region=eu-west-1" },
  ]);
});

test("a file that cannot be read, or says a thing twice, is told without its secrets", () => {
  throws(
    () => fromFile("c.json", '{"root-secret-access-key": hushhushhush}'),
    (error: unknown) =>
      problem(/c\.json is not valid JSON/, /./)(error) && !/hush/.test((error as Error).message),
  );
  throws(() => fromFile("c.json", '{"port": [1, 2]}'), problem(/port takes one value/, /./));
  throws(() => fromFile("c.json", '{"config": "d.json"}'), problem(/config/, /./));
});

test("a clock is set within what dates can say", () => {
  throws(() => resolveSettings([{ "clock-offset": ["999999999d"] }]), problem(/clock-offset/, /./));
  equal(resolveSettings([{ "clock-offset": ["3660d"] }]).clockOffsetMs, 3660 * 86_400_000);
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
  // Not every proxy writes an address alone.
  equal(clientAddress("10.0.0.1", ["198.51.100.1:4711"], trusted), "198.51.100.1");
  equal(clientAddress("10.0.0.1", ["[2001:db8::1]:4711, [fd00::2]"], trusted), "2001:db8::1");
  equal(clientAddress("10.0.0.1", ["::ffff:198.51.100.1, ::ffff:10.1.1.1"], trusted), "198.51.100.1");
  equal(clientAddress("10.0.0.1", ["2001:db8::1:4711"], trusted), "2001:db8::1:4711");
  // Without its bits a network is everybody's.
  for (const bad of ["10.0.0.0/", "10.0.0.0/8/9", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/1e1"])
    throws(() => trustedProxies([bad]), SettingsProblem, bad);
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
