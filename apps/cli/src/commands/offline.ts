import { readFileSync } from "node:fs";
import { parseArn, roleArn } from "@rolecall/identifiers";
import { compilePolicy, contextOf, explain, parsePolicy, remedyOf, withOneSpelling } from "@rolecall/policy";
import type {
  AuthorizationRequest,
  CompiledPolicy,
  PolicyKind,
  PolicyRef,
  PolicySet,
  PolicyType,
  Principal,
} from "@rolecall/policy";
import { CliProblem } from "../problem.ts";
import type { PrintedEvaluation } from "./evaluation-text.ts";

/** Files that stand for the layers of an evaluation. */
export interface PolicyFiles {
  policy?: string[];
  boundary?: string;
  sessionPolicy?: string[];
  resourcePolicy?: string;
  trustPolicy?: string;
  scp?: string[];
  rcp?: string[];
}

export interface Question {
  principal: string;
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
}

export const hasFiles = (files: PolicyFiles): boolean =>
  Object.values(files).some((value) => value !== undefined);

function compiled(path: string, kind: PolicyKind & PolicyType): CompiledPolicy {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliProblem(
      `${path} cannot be read: ${(error as Error).message}`,
      "Name a JSON policy document.",
    );
  }
  const parsed = parsePolicy(text, kind);
  if (!parsed.ok) {
    const [first] = parsed.problems;
    throw new CliProblem(
      `${path}:${first?.line}:${first?.column}: ${first?.message}`,
      `It is read as a policy of the type ${kind}.`,
    );
  }
  return compilePolicy(parsed.policy, { type: kind, name: path } satisfies PolicyRef);
}

/** A principal without a store behind it: unique ids are unknown, so only ARNs match. */
function principalNamed(name: string): Principal {
  if (name === "anonymous") return { kind: "anonymous" };
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(name)) return { kind: "service", service: name };
  const arn = parseArn(/^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name);
  const [type = "", ...rest] = arn?.resource.split("/") ?? [];
  const accountId = arn?.accountId ?? "";
  if (arn?.service === "iam" && arn.resource === "root")
    return { kind: "root", accountId, arn: `arn:aws:iam::${accountId}:root` };
  if (arn?.service === "iam" && type === "user")
    return { kind: "user", accountId, arn: name, uniqueId: "unknown" };
  const session = (role: string, roleName: string, sessionName: string): Principal => ({
    kind: "role-session",
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    roleArn: role,
    uniqueId: "unknown",
    sessionName,
  });
  if (arn?.service === "iam" && type === "role") return session(name, rest.at(-1) ?? "", "simulation");
  const [roleName, sessionName] = rest;
  if (
    arn?.service === "sts" &&
    type === "assumed-role" &&
    roleName !== undefined &&
    sessionName !== undefined
  )
    return session(roleArn(accountId, "/", roleName), roleName, sessionName);
  throw new CliProblem(
    `${name} is not a principal.`,
    "Give the ARN of a user, role or role session, an account id, a service such as lambda.amazonaws.com, or anonymous.",
  );
}

/** Keys that follow from the principal alone. */
function principalContext(principal: Principal): Record<string, string> {
  if (!("accountId" in principal)) return {};
  return {
    "aws:PrincipalAccount": principal.accountId,
    "aws:PrincipalArn": principal.kind === "role-session" ? principal.roleArn : principal.arn,
    ...(principal.kind === "user" && { "aws:username": principal.arn.split("/").at(-1) ?? "" }),
  };
}

/** Decides a question on policy files alone, by the same engine as the server's. */
export function decideOffline(question: Question, files: PolicyFiles): PrintedEvaluation {
  const principal = principalNamed(question.principal);
  const isTrust = files.trustPolicy !== undefined;
  const owner = parseArn(question.resource)?.accountId;
  const given = new Set(Object.keys(question.context).map((key) => key.toLowerCase()));
  const context: Question["context"] = {
    ...Object.fromEntries(
      Object.entries(principalContext(principal)).filter(([key]) => !given.has(key.toLowerCase())),
    ),
    ...question.context,
  };
  const requestIn = (one: typeof context): AuthorizationRequest => ({
    principal,
    action: question.action,
    resource: question.resource,
    resourceAccountId: owner === undefined || owner === "" ? undefined : owner,
    context: contextOf(one),
    resourceKind: isTrust ? "trust" : "other",
  });
  const all = (paths: string[] | undefined, kind: PolicyKind & PolicyType): CompiledPolicy[] | undefined =>
    paths?.map((path) => compiled(path, kind));
  const level = (paths: string[] | undefined, kind: "scp" | "rcp"): CompiledPolicy[][] | undefined => {
    const policies = all(paths, kind);
    return policies && [policies];
  };
  const resourceFile = files.trustPolicy ?? files.resourcePolicy;
  const policies: PolicySet = {
    identity: all(files.policy, "identity") ?? [],
    boundary: files.boundary === undefined ? undefined : compiled(files.boundary, "boundary"),
    session: all(files.sessionPolicy, "session"),
    resource: resourceFile === undefined ? undefined : compiled(resourceFile, isTrust ? "trust" : "resource"),
    scp: level(files.scp, "scp"),
    rcp: level(files.rcp, "rcp"),
  };
  const evaluations = withOneSpelling(context).map((one) => {
    const request = requestIn(one);
    const explanation = explain(request, policies);
    return { context: one, explanation, remedy: remedyOf(request, explanation) };
  });
  // As the server decides: the first that is denied answers.
  const answer =
    evaluations.find(({ explanation }) => explanation.decision.effect === "Deny") ?? evaluations[0];
  // The engine's record is plain JSON of exactly the shape that is printed, but read-only.
  return JSON.parse(
    JSON.stringify({ action: question.action, resource: question.resource, ...answer }),
  ) as PrintedEvaluation;
}
