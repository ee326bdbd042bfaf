import {
  type AwsError,
  InvalidAction,
  MissingAction,
  type OperationModel,
  type ServiceModel,
} from "@rolecall/model";
import type { Parameters } from "./form.ts";

export type NamedOperation<Model extends ServiceModel> =
  | { readonly ok: true; readonly model: Model; readonly operation: OperationModel }
  | { readonly ok: false; readonly error: AwsError };

/**
 * Which operation of which API the parameters `Action` and `Version` name.
 *
 * @param models  those that may answer: one if the signature's scope names the service, all for an unsigned request
 * @returns MissingAction, or InvalidAction for an action that none of the models has in that version
 */
export function nameOperation<Model extends ServiceModel>(
  models: readonly Model[],
  params: Parameters,
): NamedOperation<Model> {
  const action = params.get("Action");
  if (action === undefined || action === "") return { ok: false, error: MissingAction("Missing Action") };
  // Version is required (IAM API Reference, "Common parameters"), so there is no default to fall back on. The word for
  // a missing one is believed to be the services' own; it is not recorded.
  const version = params.get("Version") || "NO_VERSION_SPECIFIED";
  for (const model of models) {
    const operation = model.operations[action];
    if (operation !== undefined && model.apiVersion === version) return { ok: true, model, operation };
  }
  return {
    ok: false,
    error: InvalidAction(`Could not find operation ${shown(action)} for version ${shown(version)}`),
  };
}

// The longest name of an operation has 46 characters; more of it would only make the answer as long as the request.
function shown(text: string): string {
  return text.length > 128 ? `${text.slice(0, 128)}…` : text;
}
