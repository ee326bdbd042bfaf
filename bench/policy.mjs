// npm run bench:policy: CPU time and bytes per decision, beside every engine that npm can install, in one
// process and one run. Machines are noisy: read the ratios.
import { createRequire } from "node:module";
import {
  compilePolicy,
  contextOf,
  evaluate,
  parsePolicy,
  preparePolicySet,
} from "../core/policy/dist/index.js";
import { managed, workloads } from "./policy-workloads.mjs";

const rounds = 15;
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

function cpuNanoseconds(call, count) {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/**
 * Nanoseconds of CPU a call, for several calls that are to be compared: medians of rounds of about `ms` each, in which
 * they take turns, since the machine's speed changes meanwhile.
 */
function measure(calls, ms = 60) {
  const counts = calls.map((call) => {
    let n = 1;
    while (cpuNanoseconds(call, n) < (ms * 1e6) / 2) n *= 2;
    return n * 2;
  });
  const samples = calls.map(() => []);
  for (let round = 0; round < rounds; round++)
    calls.forEach((call, i) => samples[i].push(cpuNanoseconds(call, counts[i]) / counts[i]));
  return samples.map(median);
}

/** Bytes allocated a call: what the young generation grew by. */
function allocated(call) {
  if (!globalThis.gc) return NaN;
  for (let i = 0; i < 20_000; i++) call();
  const samples = [];
  for (let r = 0; r < 5; r++) {
    globalThis.gc();
    const n = 100_000;
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < n; i++) call();
    samples.push((process.memoryUsage().heapUsed - before) / n);
  }
  return Math.max(0, median(samples));
}

/** More than any quota of AWS lets through, for the growth below. */
const maxLength = 4_000_000;

function compiled(doc, kind, ref = {}) {
  const parsed = parsePolicy(JSON.stringify(doc), kind, { maxLength });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy, { type: kind, ...ref });
}

function requestOf(w) {
  const principal =
    w.roleArn === undefined
      ? { kind: "user", accountId: "111122223333", arn: w.principal, uniqueId: "AIDAAAAAAAAAAAAAAAAAA" }
      : {
          kind: "role-session",
          accountId: "111122223333",
          arn: w.principal,
          roleArn: w.roleArn,
          uniqueId: "AROAAAAAAAAAAAAAAAAAA",
          sessionName: "session",
        };
  return {
    principal,
    action: w.action,
    resource: w.resource,
    resourceAccountId: w.resourceAccount,
    resourceKind: w.resourceKind ?? "other",
    context: contextOf(w.context),
  };
}

function ours(w) {
  const request = requestOf(w);
  const kind = w.resourceKind === "trust" ? "trust" : "resource";
  const ofCaller = preparePolicySet({
    identity: w.identity.map((doc) => compiled(doc, "identity")),
    boundary: w.boundary && compiled(w.boundary, "boundary"),
    session: w.session && [compiled(w.session, "session")],
    scp: w.scp && [w.scp.map((doc) => compiled(doc, "scp"))],
  });
  const policies = { ...ofCaller, resource: w.resourcePolicy && compiled(w.resourcePolicy, kind) };
  const decision = evaluate(request, policies);
  if (decision.effect !== "Allow") throw new Error(`ours denies: ${JSON.stringify(decision)}`);
  return () => evaluate(request, policies);
}

/**
 * Same documents, by its innermost evaluation with everything made ready beforehand: policies loaded, request built, no
 * validation of the input and no look-up of context keys. (Its public call takes some hundred times as long.)
 */
async function iamSimulate(w) {
  const inside = (path) =>
    import(new URL(`node_modules/@cloud-copilot/iam-simulate/dist/esm/${path}`, import.meta.url).href);
  const { authorize } = await inside("core_engine/CoreSimulatorEngine.js");
  const { AwsRequestImpl } = await inside("request/request.js");
  const { RequestContextImpl } = await inside("requestContext.js");
  const { DiscoveryContextKeyConstraints } = await inside("context_keys/discoveryContextKeyConstraints.js");
  const { loadPolicy } = await import("@cloud-copilot/iam-policy");
  const load = (docs) => docs.map((policy, i) => loadPolicy(policy, { name: `p${i}` }));
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const target = { resource: w.resource, accountId: w.resourceAccount };
  const situation = {
    request: new AwsRequestImpl(w.principal, target, w.action, new RequestContextImpl(w.context)),
    sessionPolicy: w.session && load([w.session])[0],
    identityPolicies: load(w.identity),
    serviceControlPolicies: [{ orgIdentifier: "o-1", policies: load(w.scp ?? [everything]) }],
    resourceControlPolicies: [],
    resourcePolicy: w.resourcePolicy && load([w.resourcePolicy])[0],
    permissionBoundaries: w.boundary && load([w.boundary]),
    vpcEndpointPolicies: undefined,
    simulationParameters: {
      simulationMode: "Strict",
      discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
    },
    serviceSettings: { s3: {} },
  };
  const call = () => authorize(situation);
  const answer = call().result;
  if (answer !== "Allowed") throw new Error(`iam-simulate: ${answer}`);
  return call;
}

/** The same number of rules as Cedar policies, parsed once beforehand (its fastest documented way). */
function cedar(w) {
  const engine = createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs");
  const quote = (text) => JSON.stringify(text);
  const rules = [];
  const add = (effect, statement) => {
    const actions = [statement.Action].flat().filter((a) => a !== "*");
    const resources = [statement.Resource ?? "*"].flat().filter((r) => r !== "*");
    const when = [];
    if (actions.length > 0)
      when.push(`(${actions.map((a) => `context.action like ${quote(a)}`).join(" || ")})`);
    if (resources.length > 0)
      when.push(`(${resources.map((r) => `context.resource like ${quote(r)}`).join(" || ")})`);
    for (const keys of Object.values(statement.Condition ?? {}))
      for (const [key, value] of Object.entries(keys)) {
        const name = key.replaceAll(/[^a-zA-Z]/g, "_");
        when.push(
          `(${[value]
            .flat()
            .map((v) => `context.${name} like ${quote(v.replace(/\/\d+$/, "*"))}`)
            .join(" || ")})`,
        );
      }
    rules.push(`${effect}(principal, action, resource) when { ${when.join(" && ") || "true"} };`);
  };
  for (const doc of [
    ...w.identity,
    ...(w.boundary ? [w.boundary] : []),
    ...(w.session ? [w.session] : []),
    ...(w.resourcePolicy ? [w.resourcePolicy] : []),
  ])
    for (const statement of doc.Statement) add(statement.Effect === "Deny" ? "forbid" : "permit", statement);
  const parsed = engine.preparsePolicySet("w", { staticPolicies: rules.join("\n") });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  const context = Object.fromEntries(
    Object.entries(w.context).map(([key, value]) => [key.replaceAll(/[^a-zA-Z]/g, "_"), value]),
  );
  const input = {
    principal: { type: "User", id: w.principal },
    action: { type: "Action", id: "any" },
    resource: { type: "Thing", id: w.resource },
    context: { ...context, action: w.action, resource: w.resource },
    preparsedPolicySetId: "w",
    entities: [],
  };
  const call = () => engine.statefulIsAuthorized(input);
  const answer = call();
  if (answer.response?.decision !== "allow") throw new Error(`cedar: ${JSON.stringify(answer)}`);
  return call;
}

const pad = (text, width) => String(text).padStart(width);
const time = (ns) =>
  ns < 1000
    ? `${ns.toFixed(0)} ns`
    : ns < 1e6
      ? `${(ns / 1000).toFixed(2)} µs`
      : `${(ns / 1e6).toFixed(2)} ms`;

console.log(
  `node ${process.version}; CPU time a decision, medians of ${rounds} rounds in which the engines take turns; ratio = theirs / ours`,
);
console.log(
  "ours: the caller's policies prepared once, as the server keeps them from request to request; what is measured is the decision,",
);
console.log(
  "with the resource's policy joined to them. Theirs: everything parsed, loaded and built once beforehand.\n",
);
console.log(
  `${"workload".padEnd(12)}${pad("ours", 12)}${pad("bytes", 8)}${pad("iam-simulate", 16)}${pad("ratio", 9)}${pad("cedar-wasm", 14)}${pad("ratio", 9)}`,
);
const figures = {};
for (const [name, workload] of Object.entries(workloads)) {
  const call = ours(workload);
  const [mine, theirs, cedars] = measure([call, await iamSimulate(workload), cedar(workload)]);
  const bytes = allocated(call);
  figures[name] = mine;
  console.log(
    `${name.padEnd(12)}${pad(time(mine), 12)}${pad(bytes.toFixed(0), 8)}${pad(time(theirs), 16)}${pad((theirs / mine).toFixed(0), 9)}${pad(time(cedars), 14)}${pad((cedars / mine).toFixed(0), 9)}`,
  );
}
console.log(`\nheavy / typical: ${(figures.heavy / figures.typical).toFixed(2)}`);

const growth = {
  "one of which matches the action": (i) => ({
    Action: `svc${i % 97}:Get${i}`,
    Resource: `arn:aws:x:::${i}/*`,
  }),
  "all for the action, one of which matches the resource": (i) => ({
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::bucket-${i}/*`,
  }),
};
for (const [name, statementAt] of Object.entries(growth)) {
  console.log(`\ncost against the number of statements of one document, ${name}:`);
  for (const count of [10, 100, 1000, 10_000]) {
    const statements = Array.from({ length: count }, (_, i) => ({ Effect: "Allow", ...statementAt(i) }));
    statements[count - 1] = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::data-4/*" };
    const call = ours({ ...workloads.heavy, identity: [{ Version: "2012-10-17", Statement: statements }] });
    console.log(`${pad(count, 8)} statements ${pad(time(measure([call], 30)[0]), 12)}`);
  }
}

/** Bytes of heap a thing keeps alive, of many alike. */
function retained(make, count = 1000) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: count }, (_, i) => make(i));
  globalThis.gc?.();
  return (process.memoryUsage().heapUsed - before) / kept.length;
}

console.log(
  "\nheap of one policy of ten statements, its text included (shared by all who are attached to it):",
);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`  compiled ${kilobytes(retained((i) => compiled(managed(4, i), "identity")))}`);
const request = requestOf(workloads.typical);
const used = retained((i) => {
  const prepared = preparePolicySet({ identity: [compiled(managed(4, i), "identity")] });
  evaluate(request, prepared);
  return prepared;
});
console.log(`  prepared, after its first decision ${kilobytes(used)}`);

console.log("\npatterns made to be slow, as StringLike:");
for (const [name, pattern, text] of [
  ["*a*a*a*b on 1,024 times a", "*a*a*a*b", "a".repeat(1024)],
  ["*a*a*a*b* on 1,024 times a", "*a*a*a*b*", "a".repeat(1024)],
  // The longest ARN, and of all patterns of a managed policy's size the one that goes back most.
  ["the worst of 6,144 characters on 2,048", `*${"a".repeat(1023)}b*`, "a".repeat(2048)],
  ["a wildcard in every other place", `*${"a?".repeat(512)}b*`, "a".repeat(2048)],
]) {
  const statement = {
    Effect: "Allow",
    Action: "*",
    Resource: "*",
    Condition: { StringNotLike: { "x:y": pattern } },
  };
  const identity = [{ Version: "2012-10-17", Statement: [statement] }];
  const call = ours({ ...workloads.tiny, identity, context: { "x:y": text } });
  console.log(`${name.padEnd(42)}${pad(time(measure([call], 20)[0]), 12)}`);
}
