import { callAdmin, connect } from "../connection.ts";
import type { ConnectionOptions } from "../connection.ts";
import { CliProblem } from "../problem.ts";
import type { PrintedEvaluation } from "./evaluation-text.ts";
import { decideOffline, hasFiles } from "./offline.ts";
import type { PolicyFiles, Question } from "./offline.ts";

export interface SimulateOptions extends ConnectionOptions, PolicyFiles {
  context?: string[];
}

/** `key=value`, repeated for several values; `key=[]` with brackets makes a key multivalued. */
export function contextOf(pairs: readonly string[] | undefined): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const pair of pairs ?? []) {
    const equals = pair.indexOf("=");
    if (equals < 1)
      throw new CliProblem(
        `${pair} is not a context key with a value.`,
        "For example: --context aws:SourceIp=192.0.2.1",
      );
    const key = pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    const before = context[key];
    if (value.startsWith("[") && value.endsWith("]"))
      context[key] = value.slice(1, -1).split(",").filter(Boolean);
    else context[key] = before === undefined ? value : [before, value].flat();
  }
  return context;
}

/** Decides on policy files when any is named, else on the live store. */
export async function decide(
  question: Omit<Question, "context">,
  options: SimulateOptions,
): Promise<PrintedEvaluation> {
  const { policy, boundary, sessionPolicy, resourcePolicy, trustPolicy, scp, rcp } = options;
  const files = Object.fromEntries(
    Object.entries({ policy, boundary, sessionPolicy, resourcePolicy, trustPolicy, scp, rcp }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as PolicyFiles;
  const whole = { ...question, context: contextOf(options.context) };
  if (hasFiles(files)) return decideOffline(whole, files);
  return (await callAdmin(connect(options), "POST", "/_rolecall/simulate", whole)) as PrintedEvaluation;
}
