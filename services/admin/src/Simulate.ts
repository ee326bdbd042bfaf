import { callerNamed, resourceNamed } from "@rolecall/access";
import type { CheckExplanation } from "@rolecall/access";
import { awsError, ValidationError } from "@rolecall/model";
import { anyOperation } from "@rolecall/pipeline";
import { adminCheck } from "./admin-check.ts";
import { jsonAnswer, jsonBody } from "./rest-json.ts";

interface SimulateInput {
  principal: string;
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
}

const actionPattern = /^[a-z0-9-]{1,64}:[A-Za-z0-9]{1,128}$/;
const maxContextKeys = 100;

function contextOf(value: unknown): Record<string, string | string[]> {
  if (value === undefined) return {};
  const entries = Object.entries(value ?? {});
  const isText = (one: unknown): boolean => typeof one === "string";
  const isValue = (one: unknown): boolean => isText(one) || (Array.isArray(one) && one.every(isText));
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isObject || entries.length > maxContextKeys || !entries.every(([, one]) => isValue(one)))
    throw ValidationError(
      `context must be an object of at most ${maxContextKeys} strings or lists of strings.`,
    );
  return Object.fromEntries(entries) as Record<string, string | string[]>;
}

/**
 * What would be decided if a principal did something to a resource, on the store as it stands, with the whole
 * record. Nothing is done and nothing is enforced by it.
 *
 * `POST /_rolecall/simulate` `{"principal":ARN,"action":"s3:GetObject","resource":ARN,"context":{"aws:SourceIp":"…"}}`
 *
 * The context has what follows from the principal and the time, and what is given; a connection is taken to be
 * encrypted and to `us-east-1` unless the context says otherwise.
 */
export const Simulate = anyOperation<SimulateInput, CheckExplanation>({
  name: "Simulate",
  readOnly: true,
  allowsUnsigned: false,
  decode(exchange) {
    const { principal, action, resource, context } = jsonBody(exchange);
    if (typeof principal !== "string" || principal.length > 2048)
      throw ValidationError("principal must be an ARN, an account id or `anonymous`.");
    if (typeof action !== "string" || !actionPattern.test(action))
      throw ValidationError("action must be of the form service:Name, without wildcards.");
    if (typeof resource !== "string" || resource === "" || resource.length > 2048)
      throw ValidationError("resource must be an ARN or *.");
    return { principal, action, resource, context: contextOf(context) };
  },
  authorization: (_input, context) => adminCheck(context, "Simulate", "simulation"),
  async handle({ principal, action, resource, context: given }, { store, access, nowMs }) {
    const { caller, named } = await store.read(async (tx) => ({
      caller: await callerNamed(tx, principal, nowMs),
      named: await resourceNamed(tx, resource, action),
    }));
    if (!caller) throw awsError("ResourceNotFoundException", 404, `There is no principal ${principal} here.`);
    return access.explain(
      caller,
      {
        action,
        resource,
        resourceAccountId: named.accountId ?? (resource === "*" ? caller.accountId : undefined),
        resourcePolicyType: named.policyType,
        resourcePolicy: named.policy,
        context: given,
      },
      {
        nowMs,
        sourceIp: undefined,
        secureTransport: true,
        userAgent: undefined,
        referer: undefined,
        requestedRegion: "us-east-1",
      },
    );
  },
  encode: (output) => jsonAnswer(200, output),
  describe: (input) => ({ requestParameters: input ? { ...input } : null }),
});
